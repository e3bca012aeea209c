#pragma once

#include "core/network/spec.h"

#include <cstdint>

namespace ternbench {

/// The learning rate of mini-batch `step` = 0,1,... of a run with `stepsPerEpoch`.
///
/// Cosine: half a cosine from the full rate to finalFraction of it (Loshchilov & Hutter, arXiv:1608.03983,
/// equation 5), from the last restart to the next: as rate.restart says none (the run is one course), one
/// where coding begins (a network just coded needs large steps again), or one at each stage (their warm
/// restarts, section 3, with a stage as period).
double learningRate(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch);

} // namespace ternbench
