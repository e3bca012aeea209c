#pragma once

#include "core/network/spec.h"

#include <cstdint>

namespace ternbench {

/// The learning rate of mini-batch `step` = 0,1,... of a run with `stepsPerEpoch`.
///
/// Cosine: half a cosine from the full rate to finalFraction of it (Loshchilov & Hutter, arXiv:1608.03983,
/// equation 5 without its restarts). With restartAtCoding the float stages and the coded stages each get a
/// course of their own: a network just coded needs large steps again.
double learningRate(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch);

} // namespace ternbench
