#pragma once

#include <cstdint>

/// How the packed runtime reads a row of ternary weights: as sub-vectors of 8 or 4, a byte each, which select
/// one of at most 64 sums of inputs up to sign. A group of any (N,K) code is one or more of them.
namespace ternbench {

enum class SubVectorKind {
    Octet, ///< 8 weights with at most two non-zeros: 8 singles and 2·28 pairs up to sign
    Quad,  ///< any 4 weights: 40 patterns up to sign
};

constexpr int widthOf(SubVectorKind kind)
{
    return kind == SubVectorKind::Octet ? 8 : 4;
}

/// Inputs that one sub-vector can add up.
constexpr int mostTerms(SubVectorKind kind)
{
    return kind == SubVectorKind::Octet ? 2 : 4;
}

inline constexpr int subVectorEntries = 64;

/// The patterns of one kind up to sign: the first non-zero of each is +1. Entry e is pattern e; what lies
/// behind `count` is zero.
struct SubVectorPatterns
{
    int count = 0;
    // Plain arrays: the wide kernels must not instantiate functions of the standard library.
    std::int8_t patterns[subVectorEntries][8] = {};
};

/// Singles by position, then sums of two by positions, then differences of two.
constexpr SubVectorPatterns octetPatterns()
{
    SubVectorPatterns result;
    for (int i = 0; i < 8; ++i)
        result.patterns[result.count++][i] = 1;
    for (int sign = 1; sign >= -1; sign -= 2)
        for (int i = 0; i < 8; ++i)
            for (int j = i + 1; j < 8; ++j, ++result.count) {
                result.patterns[result.count][i] = 1;
                result.patterns[result.count][j] = std::int8_t(sign);
            }
    return result;
}

/// In the order of the base-3 number whose digits (0, +, -) are the weights, first weight highest.
constexpr SubVectorPatterns quadPatterns()
{
    SubVectorPatterns result;
    for (int number = 1; number < 81; ++number) {
        std::int8_t pattern[4] = {};
        int rest = number, first = 0;
        for (int i = 3; i >= 0; --i, rest /= 3) {
            pattern[i] = rest % 3 == 2 ? std::int8_t{-1} : std::int8_t(rest % 3);
            first = pattern[i] ? pattern[i] : first;
        }
        if (first != 1)
            continue;
        for (int i = 0; i < 4; ++i)
            result.patterns[result.count][i] = pattern[i];
        ++result.count;
    }
    return result;
}

inline constexpr SubVectorPatterns octets = octetPatterns();
inline constexpr SubVectorPatterns quads = quadPatterns();

constexpr const SubVectorPatterns& patternsOf(SubVectorKind kind)
{
    return kind == SubVectorKind::Octet ? octets : quads;
}

} // namespace ternbench
