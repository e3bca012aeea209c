#pragma once

#include <cstdint>

namespace ternbench {

/// C(n,k) for 0 <= n <= 32; 0 where k lies outside 0..n.
constexpr std::uint64_t binomial(int n, int k)
{
    if (k < 0 || k > n)
        return 0;
    std::uint64_t value = 1;
    for (int i = 1; i <= k; ++i)
        value = value * std::uint64_t(n - k + i) / std::uint64_t(i); // divides exactly at each step
    return value;
}

} // namespace ternbench
