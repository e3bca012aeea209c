#include "core/packed/ternary_codings.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

namespace ternbench {

namespace {

std::uint64_t dividedUp(std::uint64_t value, std::uint64_t by)
{
    return (value + by - 1) / by;
}

/// Zeros before each non-zero.
std::vector<std::uint64_t> zeroRuns(const TernaryMatrix& matrix)
{
    std::vector<std::uint64_t> runs;
    std::uint64_t zeros = 0;
    for (const std::int8_t weight : matrix.weights) {
        if (weight == 0) {
            ++zeros;
        } else {
            runs.push_back(zeros);
            zeros = 0;
        }
    }
    return runs;
}

std::uint64_t runLengthBits(const std::vector<std::uint64_t>& runs, int width)
{
    const std::uint64_t escape = (std::uint64_t{1} << width) - 1;
    std::uint64_t tokens = runs.size();
    for (const std::uint64_t zeros : runs)
        tokens += zeros / escape;
    return std::uint64_t(runWidthBits) + tokens * std::uint64_t(width) + runs.size();
}

} // namespace

TernaryCounts countWeights(const TernaryMatrix& matrix)
{
    TernaryCounts counts;
    for (const std::int8_t weight : matrix.weights)
        ++counts.of[std::size_t(weight + 1)];
    return counts;
}

std::uint64_t fixedWidthBits(const TernaryMatrix& matrix, std::uint64_t bits)
{
    return matrix.rows * 8 * dividedUp(matrix.fanIn * bits, 8);
}

std::uint64_t blockBits(const TernaryMatrix& matrix, std::uint64_t blockSize, std::uint64_t blockBytes)
{
    return matrix.rows * 8 * dividedUp(matrix.fanIn, blockSize) * blockBytes;
}

ThreeOfFour threeOfFour(const TernaryMatrix& matrix)
{
    constexpr std::uint64_t size = 4;
    ThreeOfFour result;
    const std::uint64_t blocksPerRow = dividedUp(matrix.fanIn, size);
    result.bits = matrix.rows * 8 * dividedUp(5 * blocksPerRow, 8);
    result.blocks = matrix.rows * blocksPerRow;
    for (std::uint64_t row = 0; row < matrix.rows; ++row) {
        for (std::uint64_t first = 0; first < matrix.fanIn; first += size) {
            const std::uint64_t real = std::min(size, matrix.fanIn - first);
            const auto block = matrix.weights.subspan(row * matrix.fanIn + first, real);
            const auto zeros = std::ranges::count(block, std::int8_t{0});
            if (zeros == 1 || (zeros == 0 && real < size))
                ++result.fitting;
        }
    }
    return result;
}

int columnBits(std::uint64_t fanIn)
{
    return std::bit_width(fanIn - 1);
}

std::uint64_t csrBits(const TernaryMatrix& matrix)
{
    const std::uint64_t nonZeros = countWeights(matrix).nonZeros();
    return 32 * (matrix.rows + 1) + nonZeros * (std::uint64_t(columnBits(matrix.fanIn)) + 1);
}

std::uint64_t bitmapBits(const TernaryMatrix& matrix)
{
    return matrix.count() + countWeights(matrix).nonZeros();
}

RunLength runLength(const TernaryMatrix& matrix)
{
    const std::vector<std::uint64_t> runs = zeroRuns(matrix);
    RunLength best{runLengthBits(runs, 1), 1};
    for (int width = 2; width <= maxRunWidth; ++width)
        if (const std::uint64_t bits = runLengthBits(runs, width); bits < best.bits)
            best = {bits, width};
    return best;
}

double entropyBits(std::span<const std::uint64_t> counts)
{
    const auto total = double(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
    double bits = 0.0;
    for (const std::uint64_t count : counts)
        if (count > 0)
            bits -= double(count) * std::log2(double(count) / total);
    return bits + 0.0; // no negative zero
}

} // namespace ternbench
