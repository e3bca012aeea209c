#include "experiments/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace ternbench {

std::string withThousands(std::uint64_t value)
{
    std::string text = std::to_string(value);
    for (std::size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, ",");
    return text;
}

std::string fixed(double value, int digits)
{
    std::array<char, 400> text{}; // the largest double has 309 digits before the point
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

std::string percent(double share)
{
    return fixed(100.0 * share, 2) + " %";
}

std::string significant(double value, int digits)
{
    constexpr double exactIntegers = 0x1p53;
    if (value == 0.0 || !std::isfinite(value) || std::abs(value) >= exactIntegers)
        return fixed(value, 0);
    const int magnitude = int(std::floor(std::log10(std::abs(value))));
    const int places = std::clamp(digits - 1 - magnitude, 0, 12);
    if (places > 0 || value < 0.0)
        return fixed(value, places);
    return withThousands(std::uint64_t(std::llround(value)));
}

} // namespace ternbench
