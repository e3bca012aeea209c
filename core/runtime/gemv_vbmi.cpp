#include "core/runtime/gemv_kernels.h"

// Compiled for AVX-512 with VBMI (core/CMakeLists.txt); on another architecture empty.
#if defined(__AVX512VBMI__) && defined(__AVX512BW__)

#include "core/runtime/gemv_encoding.h"

#include <immintrin.h>

namespace ternbench {

namespace {

// A table is four registers: the low bytes of the 128 signed sums, then their high bytes. VPERMI2B looks up
// 64 rows at once by the low 7 bits of their bytes.
constexpr int rowsPerBlock = 64;
constexpr std::size_t bytesPerTable = 256;
/// How far ahead the matrix is fetched: beyond the page at whose end the processor's own prefetch stops.
constexpr int ahead = 16384;
constexpr int zeroLane = 8; ///< of the register of inputs: its lanes 8..31 are 0

/// Which input each of 64 sums adds as its k-th term, and which of them it subtracts; 16-bit lanes.
template <int Terms>
struct Selection
{
    alignas(64) std::int16_t lane[Terms][subVectorEntries];
    __mmask32 subtract[Terms][2];
};

template <int Terms>
Selection<Terms> selectionOf(const SubVectorPatterns& all)
{
    Selection<Terms> selection{};
    for (int e = 0; e < subVectorEntries; ++e) {
        int term = 0;
        for (int i = 0; i < 8; ++i) {
            const int t = all.patterns[e][i];
            if (t == 0)
                continue;
            selection.lane[term][e] = std::int16_t(i);
            if (t < 0)
                selection.subtract[term][e / 32] |= __mmask32{1} << (e % 32);
            ++term;
        }
        for (; term < Terms; ++term)
            selection.lane[term][e] = zeroLane;
    }
    return selection;
}

/// 32 sums: half 0 or 1 of the 64.
template <int Terms>
__m512i sumsOf(const Selection<Terms>& selection, int half, __m512i q)
{
    __m512i sum = _mm512_permutexvar_epi16(_mm512_load_si512(selection.lane[0] + half * 32), q);
    for (int k = 1; k < Terms; ++k) {
        const __m512i term = _mm512_permutexvar_epi16(_mm512_load_si512(selection.lane[k] + half * 32), q);
        const __m512i added = _mm512_add_epi16(sum, term);
        sum = _mm512_mask_sub_epi16(added, selection.subtract[k][half], sum, term);
    }
    return sum;
}

template <int Terms>
void buildTablesOf(SubVectorKind kind, const std::int16_t* q, int count, std::uint8_t* tables)
{
    static const Selection<Terms> selection = selectionOf<Terms>(patternsOf(kind));
    const int width = widthOf(kind);
    const __mmask8 lanes = __mmask8((1u << width) - 1);
    const __m512i zero = _mm512_setzero_si512();
    alignas(64) std::uint8_t place[64];
    for (int i = 0; i < 64; ++i)
        place[i] = std::uint8_t(2 * i);
    const __m512i low = _mm512_load_si512(place);
    const __m512i high = _mm512_add_epi8(low, _mm512_set1_epi8(1));
    for (int u = 0; u < count; ++u, q += width, tables += bytesPerTable) {
        const __m512i inputs = _mm512_zextsi128_si512(_mm_maskz_loadu_epi16(lanes, q));
        const __m512i a = sumsOf<Terms>(selection, 0, inputs), b = sumsOf<Terms>(selection, 1, inputs);
        const __m512i c = _mm512_sub_epi16(zero, a), d = _mm512_sub_epi16(zero, b);
        _mm512_store_si512(tables, _mm512_permutex2var_epi8(a, low, b));
        _mm512_store_si512(tables + 64, _mm512_permutex2var_epi8(c, low, d));
        _mm512_store_si512(tables + 128, _mm512_permutex2var_epi8(a, high, b));
        _mm512_store_si512(tables + 192, _mm512_permutex2var_epi8(c, high, d));
    }
}

void buildTables(SubVectorKind kind, const std::int16_t* q, int count, std::uint8_t* tables)
{
    if (kind == SubVectorKind::Octet)
        buildTablesOf<mostTerms(SubVectorKind::Octet)>(kind, q, count, tables);
    else
        buildTablesOf<mostTerms(SubVectorKind::Quad)>(kind, q, count, tables);
}

/// 32 sums in 16 bits onto 32 accumulators.
inline void addWidened(__m512i sums, std::int32_t* acc)
{
    const __m512i first = _mm512_cvtepi16_epi32(_mm512_castsi512_si256(sums));
    const __m512i second = _mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64(sums, 1));
    _mm512_storeu_si512(acc, _mm512_add_epi32(_mm512_loadu_si512(acc), first));
    _mm512_storeu_si512(acc + 16, _mm512_add_epi32(_mm512_loadu_si512(acc + 16), second));
}

/// The sums of both bytes of each 16-bit lane are kept modulo 2^16 without ever taking the bytes apart:
/// `pairs` adds whole lanes (low + 256·high byte), `odd` the lanes' upper bytes, `high` the sums' high
/// bytes modulo 256. What is looked up for even rows is then pairs - 256·odd + 256·high, exact as long as
/// the true sum fits 16 bits.
template <int Blocks>
void accumulateTile(const std::uint8_t* codes, const std::uint8_t* tables, int count, int flushInterval,
                    std::int32_t* acc)
{
    const __m512i upperByte = _mm512_set1_epi16(std::int16_t(0xFF00));
    while (count > 0) {
        const int steps = count < flushInterval ? count : flushInterval;
        __m512i pairs[Blocks], odd[Blocks], high[Blocks];
        for (int b = 0; b < Blocks; ++b)
            pairs[b] = odd[b] = high[b] = _mm512_setzero_si512();
        for (int u = 0; u < steps; ++u) {
            const __m512i low0 = _mm512_load_si512(tables), low1 = _mm512_load_si512(tables + 64);
            const __m512i high0 = _mm512_load_si512(tables + 128), high1 = _mm512_load_si512(tables + 192);
            for (int b = 0; b < Blocks; ++b) {
                const __m512i code = _mm512_load_si512(codes + b * rowsPerBlock);
                _mm_prefetch(reinterpret_cast<const char*>(codes + b * rowsPerBlock + ahead), _MM_HINT_T1);
                const __mmask64 present = _mm512_movepi8_mask(code);
                const __m512i low = _mm512_maskz_permutex2var_epi8(present, low0, code, low1);
                const __m512i top = _mm512_maskz_permutex2var_epi8(present, high0, code, high1);
                pairs[b] = _mm512_add_epi16(pairs[b], low);
                odd[b] = _mm512_add_epi16(odd[b], _mm512_srli_epi16(low, 8));
                high[b] = _mm512_add_epi8(high[b], top);
            }
            codes += Blocks * rowsPerBlock;
            tables += bytesPerTable;
        }
        for (int b = 0; b < Blocks; ++b) {
            const __m512i even =
                _mm512_add_epi16(pairs[b], _mm512_slli_epi16(_mm512_sub_epi16(high[b], odd[b]), 8));
            addWidened(even, acc + b * rowsPerBlock);
            addWidened(_mm512_add_epi16(odd[b], _mm512_and_si512(high[b], upperByte)),
                       acc + b * rowsPerBlock + rowsPerBlock / 2);
        }
        count -= steps;
    }
}

void accumulate(const std::uint8_t* codes, const std::uint8_t* tables, int count, int flushInterval,
                int blocks, std::int32_t* acc)
{
    switch (blocks) {
    case 1:
        return accumulateTile<1>(codes, tables, count, flushInterval, acc);
    case 2:
        return accumulateTile<2>(codes, tables, count, flushInterval, acc);
    case 3:
        return accumulateTile<3>(codes, tables, count, flushInterval, acc);
    default:
        return accumulateTile<4>(codes, tables, count, flushInterval, acc);
    }
}

/// The first half of a block lies in the even bytes, the second in the odd: sums come out in row order.
int position(int row)
{
    return row < rowsPerBlock / 2 ? 2 * row : 2 * row - rowsPerBlock + 1;
}

} // namespace

const GemvKernels* vbmiGemvKernels()
{
    static const GemvKernels kernels{.name = "avx512-vbmi",
                                     .blockRows = rowsPerBlock,
                                     .tileBlocks = 4,
                                     .tableBytes = bytesPerTable,
                                     .encode = entry_code::encode,
                                     .position = position,
                                     .buildTables = buildTables,
                                     .accumulate = accumulate};
    __builtin_cpu_init();
    const bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi");
    return supported ? &kernels : nullptr;
}

} // namespace ternbench

#else

namespace ternbench {

const GemvKernels* vbmiGemvKernels()
{
    return nullptr;
}

} // namespace ternbench

#endif
