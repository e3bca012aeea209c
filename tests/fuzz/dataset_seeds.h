#pragma once

#include <string>

/// Sound data sets of a few images, to be damaged.
namespace ternbench::fuzz {

/// HDF5 files with x_train, y_train, x_test, y_test.
enum class SetSeed {
    Bytes,      ///< uint8, images of 3 x 2, int64 labels
    Colours,    ///< float32, images of 2 x 3 with 2 channels
    BigEndian,  ///< float64 vectors of 5 and int16 labels in a column
    HalfFloats, ///< float16, with an attribute and a dataset more
};
const std::string& smallSetFile(SetSeed seed);

/// One of the six files of CIFAR-10: `images` records.
std::string smallCifar10File(int images);

} // namespace ternbench::fuzz
