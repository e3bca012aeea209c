#pragma once

#include "core/network/layer_state.h"
#include "core/training/snapshot.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ternbench {

inline constexpr int weightHistogramBins = 256;
/// Pattern usage is kept for tables of at most so many patterns.
inline constexpr std::uint32_t maxUsagePatterns = 65536;

/// Everything shown of a layer at the end of an epoch, for weights coded as `effective` (rows, fanIn). Index
/// and sign flips are against state.epochPattern.
LayerSnapshot describeLayer(const LayerState& state, const float* effective);

/// t (rows, fanIn) of the effective weights; empty in a float stage.
std::vector<std::int8_t> patternOf(const LayerState& state, const float* effective);

/// Counts in `bins` equal bins over [-range, range]; what lies beyond goes to the outermost bins.
Histogram symmetricHistogram(std::span<const float> values, double range, int bins);

} // namespace ternbench
