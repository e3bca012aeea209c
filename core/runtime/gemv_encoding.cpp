#include "core/runtime/gemv_encoding.h"

#include <algorithm>
#include <array>
#include <span>

namespace ternbench::entry_code {

std::uint8_t encode(SubVectorKind kind, const std::int8_t* weights)
{
    std::array<std::int8_t, 8> pattern{};
    std::copy_n(weights, widthOf(kind), pattern.begin());
    const auto first = std::ranges::find_if(pattern, [](std::int8_t t) { return t != 0; });
    if (first == pattern.end())
        return 0;
    const bool flipped = *first < 0;
    if (flipped)
        std::ranges::transform(pattern, pattern.begin(), [](std::int8_t t) { return std::int8_t(-t); });
    const auto& patterns = patternsOf(kind).patterns;
    const auto* entry = std::ranges::find_if(
        patterns, [&](const std::int8_t(&each)[8]) { return std::ranges::equal(each, pattern); });
    return std::uint8_t(nonZero | (flipped ? negative : 0) | (entry - patterns));
}

} // namespace ternbench::entry_code
