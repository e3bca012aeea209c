#pragma once

#include "datasets/dataset.h"
#include "datasets/idx.h"
#include "datasets/source.h"

#include <filesystem>

/// The four IDX files of an MNIST-like set in one folder.
namespace ternbench {

struct IdxFolder
{
    std::filesystem::path folder;
    std::filesystem::path trainImages, trainLabels, testImages, testLabels;
};

/// Where Debian's package dataset-fashion-mnist keeps its files.
inline constexpr const char* fashionMnistFolder = "/usr/share/datasets/fashion-mnist";
inline constexpr int fashionMnistClasses = 10;

/// Finds the files: train-images-idx3-ubyte, train-labels-idx1-ubyte and the same with t10k, also with
/// ".idx3-ubyte" and so on, plain before .gz. Throws InputError that says what is missing and what to do.
IdxFolder findIdxFolder(const DataSpec& spec);

struct IdxFolderShape
{
    IdxImageShape train, test;
};

/// Reads the four headers; throws InputError if they do not fit together.
IdxFolderShape readIdxFolderShape(const IdxFolder& files);

/// Reads and checks everything; the data set has no checksums yet.
Dataset readIdxFolder(const DataSpec& spec);

/// The first `count` training images, or all if there are fewer.
LabelledImages readIdxSamples(const DataSpec& spec, int count);

} // namespace ternbench
