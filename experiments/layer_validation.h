#pragma once

#include "core/network/shape.h"
#include "core/network/spec.h"
#include "experiments/checker.h"
#include "experiments/known_data.h"

#include <optional>
#include <vector>

namespace ternbench {

/// Whether the layer's values can make a shape at all, before it is asked whether they fit an input.
bool hasPossibleShape(const LayerSpec& layer);

/// The shape of a layer's inputs, where it is known and the layer can work on it.
using KnownInput = std::optional<TensorShape>;

/// Each layer's values, and whether the layers fit each other and the data, as far as its shape is known.
/// Returns an entry for each layer, or none where their number is not allowed.
std::vector<KnownInput> checkLayers(Checker& check, const NetworkSpec& network, const KnownData& data);

} // namespace ternbench
