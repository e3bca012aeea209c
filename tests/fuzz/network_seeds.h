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

/// A packed file as bytes; with the hardware report it is several times as large.
const std::string& smallPackedFile(bool withReport);
/// A run file of three epochs as bytes, with the checkpoint.
const std::string& smallRunFile();

} // namespace ternbench::fuzz
