#include "tests/fuzz/mutation.h"

namespace ternbench::fuzz {

namespace {

/// 0..count-1.
std::size_t pick(std::size_t count, Random& random)
{
    return random.below(std::uint32_t(count));
}

void mutate(std::string& text, const std::string& other, Random& random)
{
    constexpr std::size_t longest = 64;
    if (text.empty()) {
        text.push_back(char(pick(256, random)));
        return;
    }
    const std::size_t at = pick(text.size(), random);
    const std::size_t length = 1 + pick(std::min(longest, text.size() - at), random);
    switch (pick(9, random)) {
    case 0:
        text[at] = char(text[at] ^ 1 << pick(8, random));
        break;
    case 1:
        text[at] = char(pick(256, random));
        break;
    case 2:
        text.replace(at, length, std::string(length, pick(2, random) ? '\xFF' : '\0'));
        break;
    case 3:
        text.erase(at, length);
        break;
    case 4:
        text.insert(at, text.substr(at, length));
        break;
    case 5:
        text.resize(at);
        break;
    case 6: // a digit more makes another number
        text.insert(at, 1, char('0' + pick(10, random)));
        break;
    case 7:
        if (!other.empty())
            text.replace(at, std::string::npos, other.substr(pick(other.size(), random)));
        break;
    default:
        text.push_back(char(pick(256, random)));
        break;
    }
}

} // namespace

std::string mutated(const std::vector<std::string>& seeds, Random& random)
{
    std::string text = seeds[pick(seeds.size(), random)];
    const std::string& other = seeds[pick(seeds.size(), random)];
    for (std::size_t left = 1 + pick(8, random); left > 0; --left)
        mutate(text, other, random);
    return text;
}

} // namespace ternbench::fuzz
