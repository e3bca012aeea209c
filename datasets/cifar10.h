#pragma once

#include "datasets/dataset.h"
#include "datasets/source.h"

#include <array>
#include <cstddef>
#include <filesystem>

/// CIFAR-10, binary version (A. Krizhevsky: "Learning Multiple Layers of Features from Tiny Images", 2009;
/// https://www.cs.toronto.edu/~kriz/cifar.html): data_batch_1.bin to data_batch_5.bin for training and
/// test_batch.bin. A file is records to its end, each of
///
///     byte  0          label, 0..9
///     bytes 1-1024     red, 32 x 32, row by row
///     bytes 1025-2048  green
///     bytes 2049-3072  blue
///
/// In memory the three values of a pixel lie together (LabelledImages). The published files hold 10,000
/// records each; fewer or more are read as well. Everything throws InputError that names the file or
/// data.folder.
namespace ternbench {

inline constexpr int cifar10Side = 32;
inline constexpr int cifar10Channels = 3;
inline constexpr int cifar10Inputs = cifar10Side * cifar10Side * cifar10Channels;
inline constexpr int cifar10Classes = 10;
inline constexpr int cifar10TrainImages = 50'000; ///< of the published set
inline constexpr std::size_t cifar10RecordBytes = 1 + cifar10Inputs;

struct Cifar10Files
{
    std::filesystem::path folder; ///< where they are: the one given, or cifar-10-batches-bin in it
    std::array<std::filesystem::path, 5> train;
    std::filesystem::path test;
};

Cifar10Files findCifar10(const DataSpec& spec);

struct Cifar10Counts
{
    int train = 0, test = 0;
};

/// From the sizes of the files.
Cifar10Counts countCifar10(const Cifar10Files& files);

/// Reads and checks everything; the data set has no checksums yet.
Dataset readCifar10(const DataSpec& spec);

/// The first `count` training images, or all if there are fewer.
LabelledImages readCifar10Samples(const DataSpec& spec, int count);

} // namespace ternbench
