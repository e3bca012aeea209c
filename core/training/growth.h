#pragma once

#include "core/network/spec.h"

#include <cstdint>

/// Gradual pruning by groups: over the epochs of a growing stage the share of groups held to the stage's code
/// grows from 0 to 1, groups with the smallest loss of energy first (core/quantize/growing.h). The others
/// stay at the code before it. What the paper's gradual pruning computes is not in its abstract: this is a
/// Ternbench interpretation.
namespace ternbench {

/// Share of groups held at `progress` in [0,1] of the stage: 0 at 0, 1 at 1, never falling.
///
/// linear: p. cubic: 1 - (1 - p)^3, the sparsity of Zhu & Gupta (arXiv:1710.01878, equation 1) with an
/// initial sparsity of 0 and a final one of 1. exponential: the share of groups not yet held shrinks by the
/// same factor in each step, to 1 % at the end, when the last ones are held, too.
double growthShare(Growth growth, double progress);

/// More groups are held so many times an epoch (fewer where it has fewer mini-batches).
inline constexpr int growthStepsPerEpoch = 16;

/// The share of groups that mini-batch `step` of the run needs held; 1 outside growing stages. The first
/// mini-batches of a stage already hold some, the last ones all.
double heldShare(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch);

/// The code of the groups that growing stage `stage` does not hold yet: the one before where it has the same
/// group size and admits every pattern of the stage's code; otherwise, as after float, plain ternary (N,N),
/// or with the largest K whose table is allowed. Nothing in stages that do not grow.
std::optional<Code> looseCode(const TrainingSpec& training, std::size_t stage, const LayerSpec& layer);

} // namespace ternbench
