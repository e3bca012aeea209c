#!/usr/bin/env python3
"""Re-computes the class errors of a packed network from the packed file and IDX test files alone, knowing nothing but
the format (core/packed/packed_file.h). Exit status 1 where they, or any layer's outputs, are not those of the file.
usage: recompute_class_errors.py FILE.packed.h5 [FOLDER]     FOLDER: t10k-*-ubyte.gz, by default Fashion-MNIST's"""
import gzip, hashlib, sys
import h5py, numpy as np

def read_idx(path):  # two zeros, the type, the number of dimensions, the dimensions, values
    data = gzip.open(path).read()
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(np.frombuffer(data, ">u4", data[3], 4))

def weights_of(layer):  # ternary (rows, fan_in), a convolution's fan-in as (ky, kx, channel)
    bits, groups, fan_in = (int(layer.attrs[key]) for key in ("index_bits", "groups_per_row", "fan_in"))
    stream = np.unpackbits(layer["codes"][:], axis=1, bitorder="little")[:, : groups * bits]
    patterns = layer["table"][:][stream.reshape(-1, groups, bits) @ (1 << np.arange(bits))]
    area = int(layer.attrs["kernel"]) ** 2 if layer.attrs["kind"] == "conv2d" else 1
    segments = area if layer.attrs["group_axis"] == "channels" else 1  # each of them ends with a tail group
    coded = patterns.reshape(len(patterns), segments, -1)[:, :, : fan_in // segments].reshape(-1, fan_in)
    if "permutation" in layer:  # position p holds input permutation[p]
        coded = coded[:, np.argsort(layer["permutation"][:])]
    return coded if segments == area else coded.reshape(-1, fan_in // area, area).swapaxes(1, 2).reshape(-1, fan_in)

def windows_of(layer, q):  # what the window sees at each place: (images, height, width, ky, kx, channel)
    kernel, stride, padding = (int(layer.attrs[key]) for key in ("kernel", "stride", "padding"))
    q = np.pad(q.reshape(-1, *layer.attrs["in_shape"]), ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    seen = np.lib.stride_tricks.sliding_window_view(q, (kernel, kernel), axis=(1, 2))[:, ::stride, ::stride]
    return seen.transpose(0, 1, 2, 4, 5, 3)

def outputs_of(layer, q, last):  # the layer's integers for q (images, values): (images, height, width, channels)
    seen = q.reshape(len(q), 1, 1, 1, 1, -1) if layer.attrs["kind"] == "linear" else windows_of(layer, q)
    if layer.attrs["kind"] == "max_pool":
        return seen.max(axis=(3, 4))
    if layer.attrs["kind"] == "average_pool":
        acc = seen.sum(axis=(3, 4))
    else:  # integers below 2^53 are exact in float64, whose matrix product is the fast one
        acc = (seen.reshape(*seen.shape[:3], -1).astype(float) @ weights_of(layer).T.astype(float)).astype(np.int64)
    scores = acc * layer["multiplier"][:].astype(np.int64) + layer["offset"][:]
    return scores if last else np.clip(scores >> layer["shift"][:], 0, 2 ** int(layer.attrs["activation_bits"]) - 1)

def run(file, images):  # classes of images (count, values); each layer's hash, image by image, channel first
    assert file.attrs["format"] == "ternbench.packed" and file.attrs["format_version"] in (1, 2, 3, 4)
    table, layers = file["input/table"][:].astype(np.int64), [file["layers"][name] for name in sorted(file["layers"])]
    hashes, classes = [hashlib.sha256() for _ in layers], []
    for part in np.array_split(images, max(1, len(images) // 100)):
        q = table[part] if table.ndim == 1 else table[part, np.arange(part.shape[1])]
        for layer, digest in zip(layers, hashes):
            q = outputs_of(layer, q, layer == layers[-1])
            digest.update(q.transpose(0, 3, 1, 2).astype("<i8" if layer == layers[-1] else "<i4").tobytes())
        classes.extend(q.reshape(len(part), -1).argmax(axis=1))
    return np.array(classes), [digest.hexdigest() for digest in hashes]

if __name__ == "__main__":
    folder = (sys.argv[2:] + ["/usr/share/datasets/fashion-mnist"])[0]
    images, labels = (read_idx(f"{folder}/t10k-{name}-ubyte.gz") for name in ("images-idx3", "labels-idx1"))
    with h5py.File(sys.argv[1]) as file:
        classes, hashes = run(file, images.reshape(len(images), -1))
        errors, stored = np.count_nonzero(classes != labels), file["verification/class_errors"][()]
        same = hashes == [text.decode() for text in file["verification/golden_sha256"]]
    print(f"{errors} errors of {len(labels)}, the file says {stored}; every layer's outputs are the file's: {same}")
    sys.exit(0 if same and errors == stored else 1)
