#pragma once

#include "core/code/codebook.h"
#include "core/integer/integer_network.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ternbench {

/// Groups in each row of the layer, a tail group included.
std::size_t groupsPerRow(const IntegerLayer& layer);

/// The pattern of group g of a row of weights, (N); a tail group is padded with zeros.
void readGroup(std::span<const std::int8_t> row, const Grouping& grouping, int g,
               std::span<std::int8_t> pattern);
/// Writes a pattern (N) over group g of a row of weights; what lies behind a tail group meets no input and is
/// left out. Returns the weights written.
int writeGroup(std::span<const std::int8_t> pattern, const Grouping& grouping, int g,
               std::span<std::int8_t> row);

/// The indexes of the groups of `row`, (groupsPerRow()); a tail group is padded with zeros. `codebook` is
/// that of the layer's code. Throws InputError where the code does not admit a group's pattern.
std::vector<std::uint32_t> rowIndexes(const IntegerLayer& layer, const Codebook& codebook, std::size_t row);

} // namespace ternbench
