#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ternbench {

/// Which patterns of N weights a code admits.
enum class CodeFamily {
    AtMostK,  ///< 0..K non-zeros; the paper's (Boo & Sung, arXiv:1707.03684)
    ExactlyK, ///< exactly K non-zeros
    Trimmed,  ///< 1..K non-zeros: at-most-K without the all-zero pattern
    EightBit, ///< no ternary code: each weight, a group of its own, is one of -127..127
    Float,    ///< not coded at all; cannot be exported, for there are no floats in the integer model
};

/// An (N,K) structured sparse ternary code: a group of N weights holds a pattern with at most K
/// non-zeros, stored as an index into the table of all admitted patterns. Or what a layer has in its place:
/// linear 8-bit weights or floats, with N = K = 1.
struct Code
{
    int groupSize = 8;   ///< N
    int maxNonZeros = 2; ///< K
    CodeFamily family = CodeFamily::AtMostK;

    bool operator==(const Code&) const = default;

    /// The least number of non-zeros a group may hold: 0, K or 1, by family.
    int minNonZeros() const;
    bool isTernary() const { return family != CodeFamily::EightBit && family != CodeFamily::Float; }
    bool isFloat() const { return family == CodeFamily::Float; }
    /// The largest |t|: 1, or 127 with 8 bits.
    int largestValue() const { return family == CodeFamily::EightBit ? 127 : 1; }
};

inline constexpr Code eightBitWeights{1, 1, CodeFamily::EightBit};
inline constexpr Code floatWeights{1, 1, CodeFamily::Float};

inline constexpr int maxGroupSize = 32;
inline constexpr std::uint64_t maxPatternCount = std::uint64_t{1} << 20;

/// Number of patterns M = sum over admitted i of C(N,i)·2^i. Requires 1 <= K <= N <= 32 (saturates at
/// 2^64-1). 255 of 8-bit weights; 0 of floats, which have no table.
std::uint64_t patternCount(const Code& code);

/// Index width b = ceil(log2 M) in bits; at least 1, so that every group has an index. 32 of floats.
int indexBits(const Code& code);

/// b/N, stored bits per weight without padding.
double bitsPerWeight(const Code& code);

/// Why the code cannot be used, or nothing: names the field (N or K), the value and what is allowed.
std::optional<std::string> codeProblem(const Code& code);

/// "(8,2)", "(8,2) trimmed", "(4,3) exactly", "8-bit", "float".
std::string toString(const Code& code);

inline constexpr CodeFamily codeFamilies[] = {CodeFamily::AtMostK, CodeFamily::ExactlyK, CodeFamily::Trimmed,
                                              CodeFamily::EightBit, CodeFamily::Float};

/// "at-most-k", "exactly-k", "trimmed", "8-bit", "float": the names in documents and files.
std::string_view familyName(CodeFamily family);
std::optional<CodeFamily> familyFromName(std::string_view name);

} // namespace ternbench
