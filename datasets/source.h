#pragma once

#include "datasets/dataset.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ternbench {

enum class DataKind {
    FashionMnist, ///< IDX.gz files of Debian's package dataset-fashion-mnist, or a folder given
    Idx,          ///< any MNIST-like set: IDX or IDX.gz files in a folder given
    Cifar10,      ///< the six files of CIFAR-10's binary version in a folder given
    Hdf5,         ///< a file given that holds x_train, y_train, x_test and y_test
    Generated,    ///< made from a seed, for tests and for machines without the package
};

/// Which data set an experiment uses: plain values.
struct DataSpec
{
    DataKind kind = DataKind::FashionMnist;
    std::string folder; ///< with Hdf5 the file; empty: the kind's usual place, if it has one
    /// Use only the first so many images; 0: all.
    int trainLimit = 0, testLimit = 0;
    // Generated only:
    int generatedTrain = 4000, generatedTest = 1000;
    int generatedSide = 16;    ///< images are side x side
    int generatedClasses = 10; ///< 2..256
    std::uint64_t generatedSeed = 1;

    bool operator==(const DataSpec&) const = default;
};

/// "fashion-mnist", "idx", "cifar-10", "hdf5", "generated": the names in documents.
std::string_view dataKindName(DataKind kind);
std::optional<DataKind> dataKindFromName(std::string_view name);

/// Reads (or makes) the data set. Throws InputError that begins with the document's field ("data.folder: ")
/// and names the file, what was found and what is allowed.
Dataset loadDataset(const DataSpec& spec);

/// The first `count` training images (or all, if there are fewer) with their labels, without reading the
/// rest. Throws InputError like loadDataset().
LabelledImages readSamples(const DataSpec& spec, int count);

/// What can be said without reading the whole set: for the window's "found or not, where, how many".
struct DatasetSummary
{
    bool found = false;
    std::string message; ///< where it is and what it holds, or why it cannot be used and what to do
    int trainCount = 0, testCount = 0;                    ///< images to be used, under the limits
    int height = 0, width = 0, channels = 0, classes = 0; ///< 0 where the header does not say
};

/// Reads headers only, so it can be called while the user types; never throws.
DatasetSummary describeDataset(const DataSpec& spec);

} // namespace ternbench
