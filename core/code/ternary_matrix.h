#pragma once

#include <cstdint>
#include <vector>

namespace ternbench {

/// A layer's coded weights t, row-major: -1, 0, +1, or -127..127 of 8-bit weights.
struct TernaryMatrix
{
    int rows = 0;
    int columns = 0;
    std::vector<std::int8_t> values;

    bool operator==(const TernaryMatrix&) const = default;
};

} // namespace ternbench
