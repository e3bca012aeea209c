#pragma once

#include <array>
#include <cstdint>
#include <span>

/// How many bits other codings take for the same ternary weights. Each function describes its bit stream
/// exactly: tests/core/tst_coding_comparison.cpp writes those of CSR, bitmap and run-length and reads them
/// back.
namespace ternbench {

/// Weights in {-1,0,1}, (rows, fanIn) row-major; a view. fixedWidthBits() and nothing else takes 8-bit ones,
/// too.
struct TernaryMatrix
{
    std::span<const std::int8_t> weights;
    std::uint64_t rows = 0, fanIn = 0;

    std::uint64_t count() const { return rows * fanIn; }
};

/// How often -1, 0 and +1 occur.
struct TernaryCounts
{
    std::array<std::uint64_t, 3> of{}; ///< [weight + 1]

    std::uint64_t nonZeros() const { return of[0] + of[2]; }
};
TernaryCounts countWeights(const TernaryMatrix& matrix);

/// `bits` a weight, each row padded to a whole byte.
std::uint64_t fixedWidthBits(const TernaryMatrix& matrix, std::uint64_t bits);

/// Blocks of `blockSize` weights in `blockBytes` bytes, a row's last block padded.
std::uint64_t blockBits(const TernaryMatrix& matrix, std::uint64_t blockSize, std::uint64_t blockBytes);

/// 3:4 ternary (Huang et al., "Sherry", arXiv:2601.07892): blocks of four weights with exactly three
/// non-zeros, 4·2^3 = 32 patterns in 5 bits; each row padded to a whole byte.
struct ThreeOfFour
{
    std::uint64_t bits = 0;
    std::uint64_t blocks = 0;
    /// Blocks that hold exactly three non-zeros; in a row's tail block the padding may hold anything.
    std::uint64_t fitting = 0;
};
ThreeOfFour threeOfFour(const TernaryMatrix& matrix);

/// Bits of a column index of a row of `fanIn` weights: ceil(log2 fanIn).
int columnBits(std::uint64_t fanIn);

/// Compressed sparse rows: rows + 1 pointers of 32 bits, then per non-zero a column index of columnBits() and
/// a sign bit.
std::uint64_t csrBits(const TernaryMatrix& matrix);

/// A bit per weight, then a sign bit per non-zero.
std::uint64_t bitmapBits(const TernaryMatrix& matrix);

/// Run-length with a fixed width w, the best of 1..16. The stream, over all weights row by row: w-1 in 4
/// bits; then tokens of w bits. A token t < 2^w-1 is t zeros and a non-zero, whose sign bit follows; the
/// token 2^w-1 is as many zeros and nothing more. Zeros behind the last non-zero are not written.
struct RunLength
{
    std::uint64_t bits = 0;
    int width = 1;
};
inline constexpr int maxRunWidth = 16;
inline constexpr int runWidthBits = 4; ///< in which w-1 is stored
RunLength runLength(const TernaryMatrix& matrix);

/// Shannon's bound: sum of -c·log2(c/total) over the symbols' counts, in bits.
double entropyBits(std::span<const std::uint64_t> counts);

} // namespace ternbench
