#include "core/runtime/gemv_encoding.h"
#include "core/runtime/gemv_kernels.h"

#include <cstring>

namespace ternbench {

namespace {

constexpr int rowsPerBlock = 64;
/// Sums by the byte that selects them: 256 values, most of them never looked up.
constexpr std::size_t entries = 256;

void buildTables(SubVectorKind kind, int /*mostSum*/, const std::int16_t* q, int count, std::uint8_t* tables)
{
    const int width = widthOf(kind);
    const SubVectorPatterns& all = patternsOf(kind);
    for (int u = 0; u < count; ++u, q += width, tables += entries * sizeof(std::int32_t)) {
        std::int32_t sums[entries] = {};
        for (int e = 0; e < all.count; ++e) {
            std::int32_t sum = 0;
            for (int i = 0; i < width; ++i)
                sum += all.patterns[e][i] * q[i];
            sums[entry_code::nonZero | e] = sum;
            sums[entry_code::nonZero | entry_code::negative | e] = -sum;
        }
        std::memcpy(tables, sums, sizeof sums);
    }
}

void accumulate(const std::uint8_t* codes, const std::uint8_t* tables, int count, int /*mostSum*/, int blocks,
                std::int32_t* acc)
{
    const int rows = blocks * rowsPerBlock;
    for (int u = 0; u < count; ++u, codes += rows, tables += entries * sizeof(std::int32_t)) {
        std::int32_t sums[entries];
        std::memcpy(sums, tables, sizeof sums);
        for (int r = 0; r < rows; ++r)
            acc[r] += sums[codes[r]];
    }
}

int position(int row)
{
    return row;
}

} // namespace

const GemvKernels& portableGemvKernels()
{
    static const GemvKernels kernels{.name = "portable",
                                     .blockRows = rowsPerBlock,
                                     .tileBlocks = 4,
                                     .tableBytes = entries * sizeof(std::int32_t),
                                     .encode = entry_code::encode,
                                     .position = position,
                                     .buildTables = buildTables,
                                     .accumulate = accumulate};
    return kernels;
}

} // namespace ternbench
