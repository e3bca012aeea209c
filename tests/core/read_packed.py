"""Decodes a packed network with h5py alone, as its format describes it, and runs its integers over images.

read_packed.py packed FILE IMAGES LABELS: images as raw bytes, one after the other, labels as raw bytes
read_packed.py run FILE: what a general viewer looks for in a run file
"""

import hashlib
import sys

import h5py
import numpy as np


def weights_of(layer):
    """The ternary matrix (rows, fan_in) from the row's bit strings and the table."""
    n, bits, groups = (int(layer.attrs[key]) for key in ("N", "index_bits", "groups_per_row"))
    stream = np.unpackbits(layer["codes"][:], axis=1, bitorder="little")[:, : groups * bits]
    index = stream.reshape(-1, groups, bits).astype(np.int64) @ (1 << np.arange(bits))
    return layer["table"][:][index].reshape(-1, groups * n)[:, : int(layer.attrs["fan_in"])].astype(np.int64)


def run_packed(path, images_path, labels_path):
    with h5py.File(path) as file:
        assert file.attrs["format"] == "ternbench.packed" and file.attrs["format_version"] == 1
        inputs = int(np.prod(file["input"].attrs["shape"]))
        images = np.fromfile(images_path, np.uint8).reshape(-1, inputs)
        table = file["input/table"][:].astype(np.int64)
        q = table[images] if table.ndim == 1 else table[images, np.arange(inputs)]
        layers = [file["layers"][name] for name in sorted(file["layers"])]
        for number, layer in enumerate(layers):
            scores = q @ weights_of(layer).T * layer["multiplier"][:].astype(np.int64) + layer["offset"][:]
            if number + 1 < len(layers):
                top = 2 ** int(layer.attrs["activation_bits"]) - 1
                q = np.clip(scores >> layer["shift"][:].astype(np.int64), 0, top)
            out = scores.astype("<i8") if number + 1 == len(layers) else q.astype("<i4")
            print("layer", hashlib.sha256(out.tobytes()).hexdigest())
            assert file["verification/golden_sha256"][number].decode() == hashlib.sha256(out.tobytes()).hexdigest()
    print("errors", np.count_nonzero(scores.argmax(axis=1) != np.fromfile(labels_path, np.uint8)))


def describe_run(path):
    with h5py.File(path) as file:
        print("format", file.attrs["format"], file.attrs["format_version"], file.attrs["status"])
        history = file[file.attrs["default"]]
        signal, axis = (history[history.attrs[key]] for key in ("signal", "axes"))
        print("history", history.attrs["NX_class"], signal.name, axis.name, *signal.shape, *axis[:])
        print("units", history["train_loss"].attrs["units"], history["seconds"].attrs["units"])
        print("test_error", *(value.hex() for value in signal[:].tolist()))
        print("batches", *file["batches"][file["batches"].attrs["signal"]].shape)
        for name, layer in sorted(file["layers"].items()):
            print("layer", name, *layer["shadow_counts"].shape, *layer["shadow_edges"].shape, *layer["mask"].shape)


if __name__ == "__main__":
    run_packed(*sys.argv[2:]) if sys.argv[1] == "packed" else describe_run(*sys.argv[2:])
