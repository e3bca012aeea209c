#include "core/runtime/gemv_kernels.h"

// Compiled for AVX2 (core/CMakeLists.txt); on another architecture empty.
#if defined(__AVX2__)

#include "core/runtime/gemv_wide.h"

#include <immintrin.h>

namespace ternbench {

namespace {

struct Avx2
{
    using Vector = __m256i;
    static constexpr int rows = 32; ///< bytes of a vector

    static Vector zero() { return _mm256_setzero_si256(); }
    static Vector fill8(char value) { return _mm256_set1_epi8(value); }
    static Vector fill16(std::int16_t value) { return _mm256_set1_epi16(value); }
    static Vector load(const std::uint8_t* at)
    {
        return _mm256_load_si256(reinterpret_cast<const Vector*>(at));
    }
    /// 16 bytes, once for each 128 bits.
    static Vector table(const std::uint8_t* at)
    {
        return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(at)));
    }
    static Vector lookUp(Vector table, Vector index) { return _mm256_shuffle_epi8(table, index); }
    static Vector both(Vector a, Vector b) { return _mm256_and_si256(a, b); }
    static Vector add8(Vector a, Vector b) { return _mm256_add_epi8(a, b); }
    static Vector add16(Vector a, Vector b) { return _mm256_add_epi16(a, b); }
    static Vector sub16(Vector a, Vector b) { return _mm256_sub_epi16(a, b); }
    template <int Bits>
    static Vector shiftRight16(Vector a)
    {
        return _mm256_srli_epi16(a, Bits);
    }
    template <int Bits>
    static Vector shiftLeft16(Vector a)
    {
        return _mm256_slli_epi16(a, Bits);
    }
    /// 16 sums in 16 bits onto 16 accumulators.
    static void addWidened(Vector sums, std::int32_t* acc)
    {
        auto* at = reinterpret_cast<Vector*>(acc);
        const Vector first = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(sums));
        const Vector second = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(sums, 1));
        _mm256_storeu_si256(at, _mm256_add_epi32(_mm256_loadu_si256(at), first));
        _mm256_storeu_si256(at + 1, _mm256_add_epi32(_mm256_loadu_si256(at + 1), second));
    }
};

void accumulate(const std::uint8_t* codes, const std::uint8_t* tables, int count, int mostSum, int blocks,
                std::int32_t* acc)
{
    if (blocks == 1)
        wide_gemv::accumulateByHalves<Avx2, 1>(codes, tables, count, mostSum, acc);
    else
        wide_gemv::accumulateByHalves<Avx2, 2>(codes, tables, count, mostSum, acc);
}

} // namespace

const GemvKernels* avx2GemvKernels()
{
    static const GemvKernels kernels{.name = "avx2",
                                     .blockRows = Avx2::rows,
                                     .tileBlocks = 2,
                                     .tableBytes = shuffle_gemv::tableBytes,
                                     .encode = shuffle_gemv::encode,
                                     .position = wide_gemv::position<Avx2>,
                                     .buildTables = shuffle_gemv::buildTables,
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
