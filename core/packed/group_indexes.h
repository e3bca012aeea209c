#pragma once

#include "core/code/codebook.h"
#include "core/integer/integer_network.h"

#include <cstdint>
#include <vector>

namespace ternbench {

/// Groups in each row of the layer, a tail group included.
std::size_t groupsPerRow(const IntegerLayer& layer);

/// The indexes of the groups of `row`, (groupsPerRow()); a tail group is padded with zeros. `codebook` is
/// that of the layer's code. Throws InputError where the code does not admit a group's pattern.
std::vector<std::uint32_t> rowIndexes(const IntegerLayer& layer, const Codebook& codebook, std::size_t row);

} // namespace ternbench
