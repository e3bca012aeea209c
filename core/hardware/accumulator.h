#pragma once

#include "core/integer/integer_network.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ternbench {

/// What the inputs of a layer can be: of a vector input j has entry j, of an image its channel's.
struct InputRange
{
    std::vector<std::int32_t> lo, hi;

    /// Bits of the narrowest integer that holds each: unsigned unless some can be negative.
    int bits() const;
};

/// Of each layer of the network.
std::vector<InputRange> inputRanges(const IntegerNetwork& network);

/// Why the accumulator of `layer` is as wide as it is: the row that can go furthest, and how far; of pooling
/// how far a window can.
std::string accumulatorReason(const IntegerLayer& layer, const InputRange& range);

} // namespace ternbench
