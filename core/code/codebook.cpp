#include "core/code/codebook.h"

#include "core/code/binomial.h"
#include "core/error.h"

#include <algorithm>

namespace ternbench {

namespace {

const Code& checked(const Code& code)
{
    if (const auto problem = codeProblem(code))
        throw InputError(*problem);
    if (code.isFloat())
        throw InputError("float weights have no table of patterns");
    return code;
}

} // namespace

Codebook::Codebook(const Code& code)
    : m_code(checked(code)), m_size(std::uint32_t(patternCount(code))), m_bits(indexBits(code))
{
    if (!code.isTernary())
        return;
    std::uint64_t first = 0;
    for (int i = code.minNonZeros(); i <= code.maxNonZeros; ++i) {
        m_first[std::size_t(i)] = std::uint32_t(first);
        first += binomial(code.groupSize, i) << i;
    }
    for (int n = 0; n <= maxGroupSize; ++n)
        for (int k = 0; k <= maxGroupSize; ++k)
            m_choose[std::size_t(n)][std::size_t(k)] = std::uint32_t(binomial(n, k));
}

std::optional<std::uint32_t> Codebook::rank(std::span<const std::int8_t> pattern) const
{
    const int n = m_code.groupSize;
    if (int(pattern.size()) != n)
        return std::nullopt;
    if (!m_code.isTernary()) {
        const int index = pattern.front() + m_code.largestValue();
        return index < 0 ? std::nullopt : std::optional(std::uint32_t(index));
    }
    const auto nonZeros = int(std::ranges::count_if(pattern, [](std::int8_t value) { return value != 0; }));
    if (nonZeros < m_code.minNonZeros() || nonZeros > m_code.maxNonZeros)
        return std::nullopt;

    // The position sets before this one, lexicographically: at each position that is skipped, all sets
    // that have it there come first.
    std::uint32_t sets = 0;
    std::uint32_t signs = 0;
    int left = nonZeros;
    for (int position = 0; position < n && left > 0; ++position) {
        const std::int8_t value = pattern[std::size_t(position)];
        if (value == 0) {
            sets += m_choose[std::size_t(n - position - 1)][std::size_t(left - 1)];
            continue;
        }
        if (value != 1 && value != -1)
            return std::nullopt;
        signs = (signs << 1) | (value < 0 ? 1u : 0u);
        --left;
    }
    return m_first[std::size_t(nonZeros)] + (sets << nonZeros) + signs;
}

void Codebook::unrank(std::uint32_t index, std::span<std::int8_t> pattern) const
{
    if (index >= m_size)
        throw InputError("index " + std::to_string(index) + " is not in the table of " + toString(m_code) +
                         ": must be below " + std::to_string(m_size));
    if (!m_code.isTernary()) {
        pattern.front() = std::int8_t(int(index) - m_code.largestValue());
        return;
    }
    int nonZeros = m_code.maxNonZeros;
    while (nonZeros > m_code.minNonZeros() && m_first[std::size_t(nonZeros)] > index)
        --nonZeros;
    const std::uint32_t rest = index - m_first[std::size_t(nonZeros)];
    std::uint32_t sets = rest >> nonZeros;

    std::ranges::fill(pattern, std::int8_t{0});
    int left = nonZeros;
    for (int position = 0; left > 0; ++position) {
        const std::uint32_t before =
            m_choose[std::size_t(m_code.groupSize - position - 1)][std::size_t(left - 1)];
        if (sets >= before) {
            sets -= before;
            continue;
        }
        --left;
        pattern[std::size_t(position)] = (rest >> left) & 1u ? std::int8_t{-1} : std::int8_t{1};
    }
}

std::vector<std::int8_t> Codebook::table() const
{
    const auto n = std::size_t(m_code.groupSize);
    std::vector<std::int8_t> patterns(m_size * n);
    for (std::uint32_t index = 0; index < m_size; ++index)
        unrank(index, std::span(patterns).subspan(index * n, n));
    return patterns;
}

std::string patternText(std::span<const std::int8_t> pattern)
{
    std::string text;
    for (const std::int8_t value : pattern)
        text += value > 0 ? '+' : value < 0 ? '-' : '0';
    return text;
}

} // namespace ternbench
