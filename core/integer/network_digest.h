#pragma once

#include "core/integer/integer_network.h"

#include <string>

namespace ternbench {

/// SHA-256, as 64 hex digits, of all that a network computes with: names, shapes, codes, weights,
/// permutations, multipliers, offsets, shifts, widths and the input table. Networks with the same digest are
/// the same one.
std::string networkSha256(const IntegerNetwork& network);

} // namespace ternbench
