#include "experiments/limits.h"

#include <array>
#include <charconv>

namespace ternbench {

std::string realText(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

std::string toString(IntRange range)
{
    if (range.most >= limits::anyInt)
        return std::to_string(range.least) + " or more";
    return std::to_string(range.least) + ".." + std::to_string(range.most);
}

std::string toString(RealRange range)
{
    return (range.leastExcluded ? "above " : "at least ") + realText(range.least) +
           (range.mostExcluded ? ", below " : ", at most ") + realText(range.most);
}

} // namespace ternbench
