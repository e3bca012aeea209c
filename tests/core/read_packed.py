"""Decodes a packed network with h5py alone, as its format describes it, and runs its integers over images.

read_packed.py packed FILE IMAGES LABELS: images as raw bytes, one after the other, labels as raw bytes
read_packed.py run FILE: what a general viewer looks for in a run file
"""

import pathlib
import sys

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from recompute_class_errors import run


def run_packed(path, images_path, labels_path):
    with h5py.File(path) as file:
        inputs = int(np.prod(file["input"].attrs["shape"]))
        classes, hashes = run(file, np.fromfile(images_path, np.uint8).reshape(-1, inputs))
        for stored, computed in zip(file["verification/golden_sha256"], hashes, strict=True):
            print("layer", computed)
            assert stored.decode() == computed
    print("errors", np.count_nonzero(classes != np.fromfile(labels_path, np.uint8)))


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
