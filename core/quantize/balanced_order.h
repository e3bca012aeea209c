#pragma once

#include "core/quantize/coding.h"

#include <vector>

namespace ternbench {

/// Balanced grouping (a Ternbench interpretation of weight distribution normalization): the coded order that
/// deals out the inputs, strongest first, to the groups of N in turn, back and forth, so that each group gets
/// its share of strong and of weak ones. Coded position p holds what stood at memory index order[p]. Where a
/// row has several segments, they all are dealt alike, by the strength over all of them. `strength` is of
/// each coded position of `grouping`, (fanIn); equals keep their order.
std::vector<int> balancedOrder(const Grouping& grouping, const std::vector<double>& strength, int groupSize);

/// Of each coded position: the sum of squares of its normalized weights over the rows.
std::vector<double> inputStrengths(const CodedMatrix& matrix, WeightNormalization normalization);

} // namespace ternbench
