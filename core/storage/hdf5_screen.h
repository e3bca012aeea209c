#pragma once

#include "core/storage/hdf5.h"

#include <filesystem>

namespace ternbench::h5 {

/// Walks through all structures of an HDF5 file before the library sees it, and throws InputError unless they
/// are whole, apart from each other, and of the few kinds that this program writes (superblock 0, symbol
/// table groups, version 1 object headers, contiguous or compact datasets of numbers and fixed-length texts,
/// attributes of numbers and texts, hard links to one place each). By default h5py writes these, too. The
/// message names the object at fault, and for other files of `Maker::AnyProgram` says how to make one that is
/// read.
///
/// The library trusts much of what a file says and crashes on files that were damaged or made to harm: see
/// tests/fuzz/README.md. Layouts as of "HDF5 File Format Specification Version 3.0" (The HDF Group).
void screenFile(const std::filesystem::path& path, Maker maker = Maker::Ternbench);

} // namespace ternbench::h5
