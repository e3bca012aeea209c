#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ternbench {

/// Which ternary patterns of N weights a code admits.
enum class CodeFamily {
    AtMostK,  ///< 0..K non-zeros; the paper's (Boo & Sung, arXiv:1707.03684)
    ExactlyK, ///< exactly K non-zeros
    Trimmed,  ///< 1..K non-zeros: at-most-K without the all-zero pattern
};

/// An (N,K) structured sparse ternary code: a group of N weights holds a pattern with at most K
/// non-zeros, stored as an index into the table of all admitted patterns.
struct Code
{
    int groupSize = 8;   ///< N
    int maxNonZeros = 2; ///< K
    CodeFamily family = CodeFamily::AtMostK;

    bool operator==(const Code&) const = default;

    /// The least number of non-zeros a group may hold: 0, K or 1, by family.
    int minNonZeros() const;
};

inline constexpr int maxGroupSize = 32;
inline constexpr std::uint64_t maxPatternCount = std::uint64_t{1} << 20;

/// Number of patterns M = sum over admitted i of C(N,i)·2^i. Requires 1 <= K <= N <= 32 (saturates at
/// 2^64-1).
std::uint64_t patternCount(const Code& code);

/// Index width b = ceil(log2 M) in bits; at least 1, so that every group has an index.
int indexBits(const Code& code);

/// b/N, stored bits per weight without padding.
double bitsPerWeight(const Code& code);

/// Why the code cannot be used, or nothing: names the field (N or K), the value and what is allowed.
std::optional<std::string> codeProblem(const Code& code);

/// "(8,2)", "(8,2) trimmed", "(4,3) exactly".
std::string toString(const Code& code);

/// "at-most-k", "exactly-k", "trimmed": the names in documents and files.
std::string_view familyName(CodeFamily family);
std::optional<CodeFamily> familyFromName(std::string_view name);

} // namespace ternbench
