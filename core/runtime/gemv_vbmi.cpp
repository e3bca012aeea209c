#include "core/runtime/gemv_kernels.h"

// Compiled for AVX-512 with VBMI (core/CMakeLists.txt); on another architecture empty.
#if defined(__AVX512VBMI__) && defined(__AVX512BW__)

#include "core/runtime/gemv_encoding.h"
#include "core/runtime/gemv_wide.h"
#include "core/runtime/simd_avx512.h"

namespace ternbench {

namespace {

// A table is four registers: the low parts of the 128 signed sums, a byte each, then their high parts.
// VPERMI2B looks up 64 rows at once by the low 7 bits of their bytes.
//
// Small sums, up to narrowMost, are split into their low 5 bits and the signed rest: so split, some of them
// add up within bytes (narrowSteps()), which costs two additions for 64 rows instead of four operations.
// Larger sums are split into their two bytes.
constexpr int rowsPerBlock = Avx512::rows;
constexpr std::size_t bytesPerTable = 256;
/// How far ahead the matrix is fetched, in bytes: the processor's own prefetch stops at each page's end.
constexpr int ahead = 4096;
constexpr int narrowBits = 5;
constexpr int narrowMost = 2047;

/// Sub-vectors whose low parts add up within 255 and whose high parts within -128..127; at least 2.
constexpr int narrowSteps(int mostSum)
{
    constexpr int width = 1 << narrowBits;
    const int least = (mostSum + width - 1) / width, most = mostSum / width; // high parts: -least..most
    int steps = 255 / (width - 1);
    steps = least > 0 && 128 / least < steps ? 128 / least : steps;
    return most > 0 && 127 / most < steps ? 127 / most : steps;
}
static_assert(narrowSteps(0) == 8 && narrowSteps(510) == 8 && narrowSteps(512) == 7);
static_assert(narrowSteps(narrowMost) == 2);

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

/// 64 sums as 64 low parts and 64 high parts, a byte each, in `low` and `high`.
template <bool Narrow>
void split(__m512i a, __m512i b, std::uint8_t* low, std::uint8_t* high)
{
    alignas(64) std::uint8_t place[64];
    for (int i = 0; i < 64; ++i)
        place[i] = std::uint8_t(2 * i);
    const __m512i even = _mm512_load_si512(place);
    if constexpr (Narrow) {
        const __m512i lowPart = _mm512_set1_epi16((1 << narrowBits) - 1);
        _mm512_store_si512(
            low, _mm512_permutex2var_epi8(_mm512_and_si512(a, lowPart), even, _mm512_and_si512(b, lowPart)));
        _mm512_store_si512(high, _mm512_permutex2var_epi8(_mm512_srai_epi16(a, narrowBits), even,
                                                          _mm512_srai_epi16(b, narrowBits)));
    } else {
        const __m512i odd = _mm512_add_epi8(even, _mm512_set1_epi8(1));
        _mm512_store_si512(low, _mm512_permutex2var_epi8(a, even, b));
        _mm512_store_si512(high, _mm512_permutex2var_epi8(a, odd, b));
    }
}

template <int Terms, bool Narrow>
void buildTablesOf(SubVectorKind kind, const std::int16_t* q, int count, std::uint8_t* tables)
{
    static const Selection<Terms> selection = selectionOf<Terms>(patternsOf(kind));
    const int width = widthOf(kind);
    const __mmask8 lanes = __mmask8((1u << width) - 1);
    const __m512i zero = _mm512_setzero_si512();
    for (int u = 0; u < count; ++u, q += width, tables += bytesPerTable) {
        const __m512i inputs = _mm512_zextsi128_si512(_mm_maskz_loadu_epi16(lanes, q));
        const __m512i a = sumsOf<Terms>(selection, 0, inputs), b = sumsOf<Terms>(selection, 1, inputs);
        split<Narrow>(a, b, tables, tables + 128);
        split<Narrow>(_mm512_sub_epi16(zero, a), _mm512_sub_epi16(zero, b), tables + 64, tables + 192);
    }
}

void buildTables(SubVectorKind kind, int mostSum, const std::int16_t* q, int count, std::uint8_t* tables)
{
    const bool octet = kind == SubVectorKind::Octet;
    constexpr int pair = mostTerms(SubVectorKind::Octet), all = mostTerms(SubVectorKind::Quad);
    if (mostSum <= narrowMost)
        octet ? buildTablesOf<pair, true>(kind, q, count, tables)
              : buildTablesOf<all, true>(kind, q, count, tables);
    else
        octet ? buildTablesOf<pair, false>(kind, q, count, tables)
              : buildTablesOf<all, false>(kind, q, count, tables);
}

/// The low and high parts of what 64 bytes select: nothing where bit 7 is clear.
struct LookedUp
{
    __m512i low, high;

    LookedUp(const std::uint8_t* codes, const std::uint8_t* table)
    {
        _mm_prefetch(codes + ahead, _MM_HINT_T0);
        const __m512i code = _mm512_load_si512(codes);
        const __mmask64 present = _mm512_movepi8_mask(code);
        low = _mm512_maskz_permutex2var_epi8(present, _mm512_load_si512(table), code,
                                             _mm512_load_si512(table + 64));
        high = _mm512_maskz_permutex2var_epi8(present, _mm512_load_si512(table + 128), code,
                                              _mm512_load_si512(table + 192));
    }
};

template <int Blocks>
void accumulateWide(const std::uint8_t* codes, const std::uint8_t* tables, int count, int mostSum,
                    std::int32_t* acc)
{
    const int flushInterval = sumsInSixteenBits(mostSum);
    while (count > 0) {
        const int steps = count < flushInterval ? count : flushInterval;
        count -= steps;
        wide_gemv::Sums<Avx512> sums[Blocks];
        for (int u = 0; u < steps; ++u, tables += bytesPerTable)
            for (int b = 0; b < Blocks; ++b, codes += rowsPerBlock) {
                const LookedUp found(codes, tables);
                sums[b].pairs = _mm512_add_epi16(sums[b].pairs, found.low);
                sums[b].odd = _mm512_add_epi16(sums[b].odd, _mm512_srli_epi16(found.low, 8));
                sums[b].high = _mm512_add_epi8(sums[b].high, found.high);
            }
        for (int b = 0; b < Blocks; ++b)
            sums[b].addTo(acc + b * rowsPerBlock);
    }
}

/// Narrow sums of 64 rows, in 16 bits: those in the even bytes, and those in the odd ones.
struct NarrowSums
{
    __m512i even = _mm512_setzero_si512(), odd = _mm512_setzero_si512();

    void add(__m512i low, __m512i high)
    {
        constexpr std::int16_t weight = 1 << narrowBits;
        const __m512i evenLow = _mm512_set1_epi16(1), oddLow = _mm512_set1_epi16(1 << 8);
        const __m512i evenHigh = _mm512_set1_epi16(weight), oddHigh = _mm512_set1_epi16(weight << 8);
        // VPMADDUBSW takes its first operand's bytes as unsigned, its second's as signed.
        even = _mm512_add_epi16(
            even, _mm512_add_epi16(_mm512_maddubs_epi16(low, evenLow), _mm512_maddubs_epi16(evenHigh, high)));
        odd = _mm512_add_epi16(
            odd, _mm512_add_epi16(_mm512_maddubs_epi16(low, oddLow), _mm512_maddubs_epi16(oddHigh, high)));
    }
};

template <int Blocks>
void accumulateNarrow(const std::uint8_t* codes, const std::uint8_t* tables, int count, int mostSum,
                      std::int32_t* acc)
{
    const int flushInterval = sumsInSixteenBits(mostSum), most = narrowSteps(mostSum);
    while (count > 0) {
        int left = count < flushInterval ? count : flushInterval;
        count -= left;
        NarrowSums sums[Blocks];
        while (left > 0) {
            const int steps = left < most ? left : most;
            left -= steps;
            __m512i low[Blocks], high[Blocks];
            for (int b = 0; b < Blocks; ++b)
                low[b] = high[b] = _mm512_setzero_si512();
            for (int u = 0; u < steps; ++u, tables += bytesPerTable)
                for (int b = 0; b < Blocks; ++b, codes += rowsPerBlock) {
                    const LookedUp found(codes, tables);
                    low[b] = _mm512_add_epi8(low[b], found.low);
                    high[b] = _mm512_add_epi8(high[b], found.high);
                }
            for (int b = 0; b < Blocks; ++b)
                sums[b].add(low[b], high[b]);
        }
        for (int b = 0; b < Blocks; ++b) {
            Avx512::addWidened(sums[b].even, acc + b * rowsPerBlock);
            Avx512::addWidened(sums[b].odd, acc + b * rowsPerBlock + rowsPerBlock / 2);
        }
    }
}

template <int Blocks>
void accumulateTile(const std::uint8_t* codes, const std::uint8_t* tables, int count, int mostSum,
                    std::int32_t* acc)
{
    if (mostSum <= narrowMost)
        accumulateNarrow<Blocks>(codes, tables, count, mostSum, acc);
    else
        accumulateWide<Blocks>(codes, tables, count, mostSum, acc);
}

void accumulate(const std::uint8_t* codes, const std::uint8_t* tables, int count, int mostSum, int blocks,
                std::int32_t* acc)
{
    switch (blocks) {
    case 1:
        return accumulateTile<1>(codes, tables, count, mostSum, acc);
    case 2:
        return accumulateTile<2>(codes, tables, count, mostSum, acc);
    case 3:
        return accumulateTile<3>(codes, tables, count, mostSum, acc);
    default:
        return accumulateTile<4>(codes, tables, count, mostSum, acc);
    }
}

} // namespace

const GemvKernels* vbmiGemvKernels()
{
    static const GemvKernels kernels{.name = "avx512-vbmi",
                                     .blockRows = rowsPerBlock,
                                     .tileBlocks = 4,
                                     .tableBytes = bytesPerTable,
                                     .encode = entry_code::encode,
                                     .position = wide_gemv::position<Avx512>,
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
