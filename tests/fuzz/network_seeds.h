#pragma once

#include "core/data/labelled_images.h"
#include "core/integer/integer_network.h"

#include <string>

/// A network of a few weights, trained in a moment, and the files that hold it.
namespace ternbench::fuzz {

/// 9 inputs, 6 and 3 outputs, two codes.
const IntegerNetwork& smallNetwork();
/// The images that it was trained on.
const LabelledImages& smallImages();

/// Files as bytes, from few objects to many: reading one takes time with each.
enum class PackedSeed { OneLayer, TwoLayers, WithReport };
const std::string& smallPackedFile(PackedSeed seed);
enum class RunSeed { Checkpoint, History, Whole }; ///< what it holds; of one layer and two epochs
const std::string& smallRunFile(RunSeed seed);

} // namespace ternbench::fuzz
