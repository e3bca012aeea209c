#include "core/code/code.h"

#include "core/code/binomial.h"

#include <bit>

namespace ternbench {

int Code::minNonZeros() const
{
    switch (family) {
    case CodeFamily::AtMostK:
    case CodeFamily::EightBit:
    case CodeFamily::Float:
        return 0;
    case CodeFamily::ExactlyK:
        return maxNonZeros;
    case CodeFamily::Trimmed:
        return 1;
    }
    return 0;
}

std::uint64_t patternCount(const Code& code)
{
    if (!code.isTernary())
        return code.isFloat() ? 0 : 2 * std::uint64_t(code.largestValue()) + 1;
    std::uint64_t count = 0;
    for (int i = code.minNonZeros(); i <= code.maxNonZeros; ++i) {
        std::uint64_t patterns = 0; // C(32,i) fits in 30 bits, times 2^32 at most: no overflow before the sum
        if (__builtin_mul_overflow(binomial(code.groupSize, i), std::uint64_t{1} << i, &patterns) ||
            __builtin_add_overflow(count, patterns, &count))
            return ~std::uint64_t{0};
    }
    return count;
}

int indexBits(const Code& code)
{
    if (code.isFloat())
        return 32;
    const std::uint64_t last = patternCount(code) - 1;
    return last == 0 ? 1 : std::bit_width(last);
}

double bitsPerWeight(const Code& code)
{
    return double(indexBits(code)) / code.groupSize;
}

std::optional<std::string> codeProblem(const Code& code)
{
    const int n = code.groupSize;
    const int k = code.maxNonZeros;
    if (!code.isTernary() && (n != 1 || k != 1))
        return (n != 1 ? "N = " + std::to_string(n) : "K = " + std::to_string(k)) +
               " is not allowed: must be 1 of " + toString(code) +
               " weights, which have no groups: leave N and K out";
    if (n < 1 || n > maxGroupSize)
        return "N = " + std::to_string(n) + " is not allowed: must be 1.." + std::to_string(maxGroupSize);
    if (k < 1 || k > n)
        return "K = " + std::to_string(k) + " is not allowed: must be 1.." + std::to_string(n) + " (N)";
    const std::uint64_t count = patternCount(code);
    if (count > maxPatternCount)
        return "K = " + std::to_string(k) + " is not allowed: " + toString(code) + " has " +
               std::to_string(count) + " patterns, its table may have at most " +
               std::to_string(maxPatternCount) + "; choose a smaller N or K";
    return std::nullopt;
}

std::string toString(const Code& code)
{
    if (!code.isTernary())
        return std::string(familyName(code.family));
    std::string text = "(" + std::to_string(code.groupSize) + "," + std::to_string(code.maxNonZeros) + ")";
    if (code.family == CodeFamily::ExactlyK)
        text += " exactly";
    if (code.family == CodeFamily::Trimmed)
        text += " trimmed";
    return text;
}

std::string_view familyName(CodeFamily family)
{
    switch (family) {
    case CodeFamily::AtMostK:
        return "at-most-k";
    case CodeFamily::ExactlyK:
        return "exactly-k";
    case CodeFamily::Trimmed:
        return "trimmed";
    case CodeFamily::EightBit:
        return "8-bit";
    case CodeFamily::Float:
        return "float";
    }
    return "";
}

std::optional<CodeFamily> familyFromName(std::string_view name)
{
    for (const CodeFamily family : codeFamilies)
        if (familyName(family) == name)
            return family;
    return std::nullopt;
}

} // namespace ternbench
