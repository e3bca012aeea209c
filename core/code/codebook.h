#pragma once

#include "core/code/code.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace ternbench {

/// The numbering of a code's patterns, in the order that anyone can rebuild: by number of non-zeros
/// ascending; within it by the position set in lexicographic order of ascending positions; within it by
/// the signs read as a binary number, first non-zero position first, + is 0 and - is 1. 8-bit weights: index
/// t + 127.
class Codebook
{
public:
    /// Throws InputError where codeProblem() names a problem, or for floats, which have no indexes.
    explicit Codebook(const Code& code);

    const Code& code() const { return m_code; }
    std::uint32_t size() const { return m_size; } ///< M
    int bits() const { return m_bits; }           ///< b

    /// Index of a pattern of N values; nothing where the code does not admit it.
    std::optional<std::uint32_t> rank(std::span<const std::int8_t> pattern) const;

    /// Writes the pattern of `index` < size() to `pattern` (N values). Throws InputError beyond the table.
    void unrank(std::uint32_t index, std::span<std::int8_t> pattern) const;

    /// All patterns, (M, N) row-major.
    std::vector<std::int8_t> table() const;

private:
    Code m_code;
    std::uint32_t m_size;
    int m_bits;
    std::array<std::uint32_t, maxGroupSize + 1> m_first{}; ///< first index with i non-zeros
    /// m_choose[n][k] = C(n,k)
    std::array<std::array<std::uint32_t, maxGroupSize + 1>, maxGroupSize + 1> m_choose{};
};

/// "+0-00000": a ternary pattern as text.
std::string patternText(std::span<const std::int8_t> pattern);

} // namespace ternbench
