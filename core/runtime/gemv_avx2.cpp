#include "core/runtime/gemv_kernels.h"

// Compiled for AVX2 (core/CMakeLists.txt); on another architecture empty.
#if defined(__AVX2__)

#include <immintrin.h>

namespace ternbench {

namespace {

// Each half of a byte selects one of 16 sums with VPSHUFB, for 32 rows at once. An octet is split by its
// non-zeros: the lower half byte is the first of them (of inputs 0..6) or none, the upper half the second
// (of inputs 1..7) or none; a single one at input 7 is a second. A quad is split by position: two weights
// each. A table is four times 16 bytes: low bytes and high bytes of the lower half's sums, then the upper's.
constexpr int rowsPerBlock = 32;
constexpr std::size_t bytesPerTable = 64;

/// 0 for none; 1 + 2·(input - offset) for +, one more for -.
int halfOfOctet(int input, int offset, std::int8_t weight)
{
    return 1 + 2 * (input - offset) + (weight < 0 ? 1 : 0);
}

int encodeOctet(const std::int8_t* weights)
{
    int lower = 0, upper = 0;
    for (int i = 0; i < 8; ++i) {
        if (weights[i] == 0)
            continue;
        if (lower == 0 && i < 7)
            lower = halfOfOctet(i, 0, weights[i]);
        else
            upper = halfOfOctet(i, 1, weights[i]);
    }
    return lower | upper << 4;
}

int digitOf(std::int8_t weight)
{
    return weight < 0 ? 2 : weight;
}

std::uint8_t encode(SubVectorKind kind, const std::int8_t* weights)
{
    if (kind == SubVectorKind::Octet)
        return std::uint8_t(encodeOctet(weights));
    const int lower = digitOf(weights[0]) + 3 * digitOf(weights[1]);
    const int upper = digitOf(weights[2]) + 3 * digitOf(weights[3]);
    return std::uint8_t(lower | upper << 4);
}

/// The 16 sums of one half.
void sumsOfOctetHalf(const std::int16_t* q, std::int16_t* sums)
{
    sums[0] = sums[15] = 0;
    for (int i = 0; i < 7; ++i) {
        sums[1 + 2 * i] = q[i];
        sums[2 + 2 * i] = std::int16_t(-q[i]);
    }
}

void sumsOfQuadHalf(const std::int16_t* q, std::int16_t* sums)
{
    const int first[3] = {0, q[0], -q[0]}, second[3] = {0, q[1], -q[1]};
    for (int i = 0; i < 16; ++i)
        sums[i] = i < 9 ? std::int16_t(first[i % 3] + second[i / 3]) : std::int16_t{0};
}

void splitBytes(const std::int16_t* sums, std::uint8_t* table)
{
    for (int i = 0; i < 16; ++i) {
        table[i] = std::uint8_t(sums[i] & 0xFF);
        table[16 + i] = std::uint8_t((sums[i] >> 8) & 0xFF);
    }
}

void buildTables(SubVectorKind kind, const std::int16_t* q, int count, std::uint8_t* tables)
{
    const int width = widthOf(kind);
    std::int16_t sums[16];
    for (int u = 0; u < count; ++u, q += width, tables += bytesPerTable) {
        const bool octet = kind == SubVectorKind::Octet;
        octet ? sumsOfOctetHalf(q, sums) : sumsOfQuadHalf(q, sums);
        splitBytes(sums, tables);
        octet ? sumsOfOctetHalf(q + 1, sums) : sumsOfQuadHalf(q + 2, sums);
        splitBytes(sums, tables + 32);
    }
}

/// 16 sums in 16 bits onto 16 accumulators.
inline void addWidened(__m256i sums, std::int32_t* acc)
{
    auto* at = reinterpret_cast<__m256i*>(acc);
    const __m256i first = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(sums));
    const __m256i second = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(sums, 1));
    _mm256_storeu_si256(at, _mm256_add_epi32(_mm256_loadu_si256(at), first));
    _mm256_storeu_si256(at + 1, _mm256_add_epi32(_mm256_loadu_si256(at + 1), second));
}

inline __m256i inBothLanes(const std::uint8_t* table)
{
    return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(table)));
}

/// Sums are kept modulo 2^16 in `pairs`, `odd` and `high`, as in gemv_vbmi.cpp.
template <int Blocks>
void accumulateTile(const std::uint8_t* codes, const std::uint8_t* tables, int count, int flushInterval,
                    std::int32_t* acc)
{
    const __m256i halfByte = _mm256_set1_epi8(0x0F);
    const __m256i upperByte = _mm256_set1_epi16(std::int16_t(0xFF00));
    while (count > 0) {
        const int steps = count < flushInterval ? count : flushInterval;
        __m256i pairs[Blocks], odd[Blocks], high[Blocks];
        for (int b = 0; b < Blocks; ++b)
            pairs[b] = odd[b] = high[b] = _mm256_setzero_si256();
        for (int u = 0; u < steps; ++u) {
            const __m256i low1 = inBothLanes(tables), high1 = inBothLanes(tables + 16);
            const __m256i low2 = inBothLanes(tables + 32), high2 = inBothLanes(tables + 48);
            for (int b = 0; b < Blocks; ++b) {
                const __m256i code =
                    _mm256_load_si256(reinterpret_cast<const __m256i*>(codes + b * rowsPerBlock));
                const __m256i lower = _mm256_and_si256(code, halfByte);
                const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(code, 4), halfByte);
                const __m256i x = _mm256_shuffle_epi8(low1, lower);
                const __m256i y = _mm256_shuffle_epi8(low2, upper);
                const __m256i top =
                    _mm256_add_epi8(_mm256_shuffle_epi8(high1, lower), _mm256_shuffle_epi8(high2, upper));
                pairs[b] = _mm256_add_epi16(pairs[b], _mm256_add_epi16(x, y));
                odd[b] = _mm256_add_epi16(odd[b],
                                          _mm256_add_epi16(_mm256_srli_epi16(x, 8), _mm256_srli_epi16(y, 8)));
                high[b] = _mm256_add_epi8(high[b], top);
            }
            codes += Blocks * rowsPerBlock;
            tables += bytesPerTable;
        }
        for (int b = 0; b < Blocks; ++b) {
            const __m256i even =
                _mm256_add_epi16(pairs[b], _mm256_slli_epi16(_mm256_sub_epi16(high[b], odd[b]), 8));
            addWidened(even, acc + b * rowsPerBlock);
            addWidened(_mm256_add_epi16(odd[b], _mm256_and_si256(high[b], upperByte)),
                       acc + b * rowsPerBlock + rowsPerBlock / 2);
        }
        count -= steps;
    }
}

void accumulate(const std::uint8_t* codes, const std::uint8_t* tables, int count, int flushInterval,
                int blocks, std::int32_t* acc)
{
    if (blocks == 1)
        accumulateTile<1>(codes, tables, count, flushInterval, acc);
    else
        accumulateTile<2>(codes, tables, count, flushInterval, acc);
}

/// The first half of a block lies in the even bytes, the second in the odd: sums come out in row order.
int position(int row)
{
    return row < rowsPerBlock / 2 ? 2 * row : 2 * row - rowsPerBlock + 1;
}

} // namespace

const GemvKernels* avx2GemvKernels()
{
    static const GemvKernels kernels{.name = "avx2",
                                     .blockRows = rowsPerBlock,
                                     .tileBlocks = 2,
                                     .tableBytes = bytesPerTable,
                                     .encode = encode,
                                     .position = position,
                                     .buildTables = buildTables,
                                     .accumulate = accumulate};
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") ? &kernels : nullptr;
}

} // namespace ternbench

#else

namespace ternbench {

const GemvKernels* avx2GemvKernels()
{
    return nullptr;
}

} // namespace ternbench

#endif
