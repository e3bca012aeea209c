#pragma once

#include "core/network/spec.h"

#include <cstdint>

namespace ternbench {

/// lambda of mini-batch `step`: the share of the shadow weights in the products of training (ResidualSpec).
/// It falls linearly over the coded mini-batches and is 0 in float stages and after its end.
double residualWeight(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch);

} // namespace ternbench
