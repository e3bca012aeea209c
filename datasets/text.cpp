#include "datasets/text.h"

#include <array>
#include <charconv>

namespace ternbench::text {

std::string withThousands(std::uint64_t value)
{
    std::string text = std::to_string(value);
    for (std::size_t end = text.size(); end > 3; end -= 3)
        text.insert(end - 3, 1, ',');
    return text;
}

std::string counted(std::uint64_t value, std::string_view singular)
{
    std::string text = withThousands(value) + " ";
    text += singular;
    if (value != 1)
        text += 's';
    return text;
}

std::string shortest(double value)
{
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string hexWord(std::uint32_t value)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "0x";
    for (int shift = 28; shift >= 0; shift -= 4)
        text += digits[value >> shift & 15];
    return text;
}

} // namespace ternbench::text
