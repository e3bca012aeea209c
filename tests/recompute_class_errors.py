#!/usr/bin/env python3
"""Re-computes the class errors of a packed network: from the packed file and IDX test files alone, with h5py and
numpy, knowing nothing of Ternbench but the format described in core/packed/packed_file.h.

usage: recompute_class_errors.py FILE.packed.h5 [FOLDER]     FOLDER: t10k-*-ubyte.gz, by default Fashion-MNIST's
Prints the errors; exit status 1 where they, or any layer's outputs, are not those that the file says.
"""

import gzip
import hashlib
import sys

import h5py
import numpy as np


def read_idx(path):
    """The array of an IDX file of bytes: two zeros, the type, the number of dimensions, the dimensions, values."""
    with gzip.open(path) as file:
        data = file.read()
    assert data[:3] == b"\0\0\x08", f"{path} is no IDX file of bytes"
    shape = np.frombuffer(data, ">u4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def weights_of(layer):
    """The ternary matrix (rows, fan_in): every group's index from the bits of its row, its pattern from the table."""
    n, bits, groups = (int(layer.attrs[key]) for key in ("N", "index_bits", "groups_per_row"))
    stream = np.unpackbits(layer["codes"][:], axis=1, bitorder="little")[:, : groups * bits]
    index = stream.reshape(-1, groups, bits).astype(np.int64) @ (1 << np.arange(bits))
    return layer["table"][:][index].reshape(-1, groups * n)[:, : int(layer.attrs["fan_in"])]


def main(path, folder="/usr/share/datasets/fashion-mnist"):
    images = read_idx(f"{folder}/t10k-images-idx3-ubyte.gz")
    labels = read_idx(f"{folder}/t10k-labels-idx1-ubyte.gz")
    images = images.reshape(len(images), -1)
    with h5py.File(path) as file:
        assert (file.attrs["format"], file.attrs["format_version"]) == ("ternbench.packed", 1)
        table = file["input/table"][:]
        q = table[images] if table.ndim == 1 else table[images, np.arange(images.shape[1])]
        layers = [file["layers"][name] for name in sorted(file["layers"])]
        hashes = []
        for layer in layers:
            # Sums of integers below 2^53 are exact in float64, whose matrix product is the fast one.
            acc = (q.astype(np.float64) @ weights_of(layer).T.astype(np.float64)).astype(np.int64)
            scores = acc * layer["multiplier"][:].astype(np.int64) + layer["offset"][:]
            q = np.clip(scores >> layer["shift"][:].astype(np.int64), 0, 2 ** int(layer.attrs["activation_bits"]) - 1)
            outputs = scores.astype("<i8") if layer == layers[-1] else q.astype("<i4")
            hashes.append(hashlib.sha256(outputs.tobytes()).hexdigest())
        errors = np.count_nonzero(scores.argmax(axis=1) != labels)
        same = hashes == [text.decode() for text in file["verification/golden_sha256"]]
        print(f"{errors} errors of {len(labels)}, the file says {file['verification/class_errors'][()]};",
              f"outputs of {len(layers)} layers {'are' if same else 'ARE NOT'} those of the file")
        return 0 if same and errors == file["verification/class_errors"][()] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
