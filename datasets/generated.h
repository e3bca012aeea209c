#pragma once

#include "datasets/dataset.h"
#include "datasets/source.h"

#include <string>

/// Images made from a seed, for tests and for machines without a data set.
///
/// Each class has two smooth random templates. An image is one of its class's templates, with random
/// contrast, shifted by a few pixels, on a random background brightness, plus noise. Two templates and
/// the shifts keep a linear classifier well above the error of a network with hidden layers.
///
/// Everything is integer arithmetic, and image i of a split depends on the seed, the split and i alone: the
/// same bytes on every machine, and the first images of a large set are those of a small one. Every run of
/// `generatedClasses` images holds each class once, in random order.
namespace ternbench {

inline constexpr int minGeneratedSide = 4;
inline constexpr int maxGeneratedSide = 128;
inline constexpr int maxGeneratedClasses = 256;
inline constexpr int maxGeneratedCount = 1'000'000;

/// What is wrong with the spec's `generated...` values, or an empty string.
std::string generatedProblem(const DataSpec& spec);

/// The whole set. Requires an empty generatedProblem().
Dataset generateDataset(const DataSpec& spec);

/// The first `count` training images.
LabelledImages generateTrainingImages(const DataSpec& spec, int count);

} // namespace ternbench
