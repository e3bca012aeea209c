#!/usr/bin/env python3
"""Re-computes the class errors of a packed network: from the packed file and IDX test files alone, with h5py and
numpy, knowing nothing of Ternbench but the format described in core/packed/packed_file.h.

usage: recompute_class_errors.py FILE.packed.h5 [FOLDER]     FOLDER: t10k-*-ubyte.gz, by default Fashion-MNIST's
Exit status 1 where the errors, or any layer's outputs, are not those that the file says.
"""
import gzip, hashlib, sys
import h5py
import numpy as np

def read_idx(path):
    """The array of an IDX file of bytes: two zeros, the type, the number of dimensions, the dimensions, values."""
    with gzip.open(path) as file:
        data = file.read()
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(np.frombuffer(data, ">u4", data[3], 4))

def weights_of(layer):
    """The ternary matrix (rows, fan_in), a convolution's fan-in as (ky, kx, channel)."""
    n, bits, groups, fan_in = (int(layer.attrs[key]) for key in ("N", "index_bits", "groups_per_row", "fan_in"))
    stream = np.unpackbits(layer["codes"][:], axis=1, bitorder="little")[:, : groups * bits]
    index = stream.reshape(-1, groups, bits).astype(np.int64) @ (1 << np.arange(bits))
    patterns = layer["table"][:][index].reshape(len(index), -1)
    area = int(layer.attrs["kernel"]) ** 2 if layer.attrs["kind"] == "conv2d" else 1
    by_channels = layer.attrs["group_axis"] == "channels"
    if by_channels:  # each kernel position ends with a tail group
        coded = patterns.reshape(len(index), area, -1)[:, :, : fan_in // area].reshape(len(index), -1)
    else:
        coded = patterns[:, :fan_in]
    if "permutation" in layer:  # position p holds input permutation[p]
        placed = np.empty_like(coded)
        placed[:, layer["permutation"][:]] = coded
        coded = placed
    return coded if by_channels else coded.reshape(len(index), -1, area).swapaxes(1, 2).reshape(len(index), -1)

def windows_of(layer, q):
    """What the layer's window sees at each of its places: (images, height, width, ky, kx, channel)."""
    kernel, stride, padding = (int(layer.attrs[key]) for key in ("kernel", "stride", "padding"))
    q = q.reshape(len(q), *layer.attrs["in_shape"])
    q = np.pad(q, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    seen = np.lib.stride_tricks.sliding_window_view(q, (kernel, kernel), axis=(1, 2))[:, ::stride, ::stride]
    return seen.transpose(0, 1, 2, 4, 5, 3)

def outputs_of(layer, q, last):
    """The integers that the layer gives for q (images, values): (images, height, width, channels)."""
    seen = q.reshape(len(q), 1, 1, -1) if layer.attrs["kind"] == "linear" else windows_of(layer, q)
    if layer.attrs["kind"] == "max_pool":
        return seen.max(axis=(3, 4))
    if layer.attrs["kind"] == "average_pool":
        acc = seen.sum(axis=(3, 4))
    else:  # sums of integers below 2^53 are exact in float64, whose matrix product is the fast one
        seen = seen.reshape(*seen.shape[:3], -1)
        acc = (seen.astype(np.float64) @ weights_of(layer).T.astype(np.float64)).astype(np.int64)
    scores = acc * layer["multiplier"][:].astype(np.int64) + layer["offset"][:]
    return scores if last else np.clip(scores >> layer["shift"][:], 0, 2 ** int(layer.attrs["activation_bits"]) - 1)

def run(file, images):
    """Classes of the images (count, values), and each layer's hash: of its integers image by image, channel first."""
    assert file.attrs["format"] == "ternbench.packed" and file.attrs["format_version"] in (1, 2)
    table, layers = file["input/table"][:].astype(np.int64), [file["layers"][name] for name in sorted(file["layers"])]
    hashes, classes = [hashlib.sha256() for _ in layers], []
    for part in np.array_split(images, max(1, len(images) // 100)):
        q = table[part] if table.ndim == 1 else table[part, np.arange(part.shape[1])]
        for layer, digest in zip(layers, hashes):
            q = outputs_of(layer, q, layer == layers[-1])
            digest.update(q.transpose(0, 3, 1, 2).astype("<i8" if layer == layers[-1] else "<i4").tobytes())
        classes.append(q.reshape(len(part), -1).argmax(axis=1))
    return np.concatenate(classes), [digest.hexdigest() for digest in hashes]

def main(path, folder="/usr/share/datasets/fashion-mnist"):
    images, labels = (read_idx(f"{folder}/t10k-{name}-ubyte.gz") for name in ("images-idx3", "labels-idx1"))
    with h5py.File(path) as file:
        classes, hashes = run(file, images.reshape(len(images), -1))
        errors, stored = np.count_nonzero(classes != labels), file["verification/class_errors"][()]
        same = hashes == [text.decode() for text in file["verification/golden_sha256"]]
    print(f"{errors} errors of {len(labels)}, the file says {stored};",
          f"outputs of {len(hashes)} layers {'are' if same else 'ARE NOT'} those of the file")
    return 0 if same and errors == stored else 1

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
