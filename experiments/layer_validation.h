#pragma once

#include "core/network/spec.h"
#include "experiments/checker.h"
#include "experiments/known_data.h"

#include <vector>

namespace ternbench {

/// Whether the layer's values can make a shape at all, before it is asked whether they fit an input.
bool hasPossibleShape(const LayerSpec& layer);

/// Each layer's values, and whether the layers fit each other and the data, as far as its shape is known.
void checkLayers(Checker& check, const std::vector<LayerSpec>& layers, const KnownData& data);

} // namespace ternbench
