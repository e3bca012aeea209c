#pragma once

#include "datasets/dataset.h"
#include "datasets/source.h"

#include <cstdint>
#include <filesystem>
#include <string>

/// A data set in one HDF5 file, as h5py and others write it:
///
///     x_train, x_test   values of n images: (n, values), (n, height, width) or (n, height, width, channels)
///     y_train, y_test   labels from 0 on: (n) or (n, 1), of any integer type
///
/// Integers of any type must be 0..255 and are taken as they are. float16, float32 and float64 become bytes
/// by one map (ByteMap) that the training images decide: 0..1 to 0..255 where they lie within that, otherwise
/// from their least to their largest value. Datasets must be contiguous, not compressed
/// (core/storage/hdf5_screen.h). They are read in pieces, so that memory holds the bytes and little else.
/// Everything throws InputError that names the file and the dataset, what was found and what is allowed.
namespace ternbench {

inline constexpr int maxHdf5Side = 4096;      ///< largest height and width
inline constexpr int maxHdf5Channels = 64;    ///< largest number of channels
inline constexpr int maxHdf5Values = 1 << 20; ///< of an image without height and width
inline constexpr int maxHdf5Label = 255;      ///< labels are kept as bytes
inline constexpr std::uint64_t maxHdf5Bytes = std::uint64_t{1} << 32; ///< largest part held in memory: 4 GiB

struct Hdf5Shape
{
    int train = 0, test = 0; ///< images
    int height = 1, width = 0, channels = 1;
    bool floats = false;
    std::string typeName; ///< of x_train: "uint8", "float32"
};

/// Without reading any values.
Hdf5Shape readHdf5Shape(const DataSpec& spec);

/// Reads and checks everything; the data set has no checksums yet.
Dataset readHdf5Set(const DataSpec& spec);

/// The first `count` training images, or all if there are fewer. Of floats all training images are read for
/// their map.
LabelledImages readHdf5Samples(const DataSpec& spec, int count);

} // namespace ternbench
