#pragma once

#include <immintrin.h>

#include <cstdint>

// Unnamed: each file that includes it is compiled with flags of its own (gemv_wide.h).
namespace ternbench {

namespace {

/// The vectors of gemv_wide.h with AVX-512 (F, BW).
struct Avx512
{
    using Vector = __m512i;
    static constexpr int rows = 64; ///< bytes of a vector

    static Vector zero() { return _mm512_setzero_si512(); }
    static Vector fill8(char value) { return _mm512_set1_epi8(value); }
    static Vector fill16(std::int16_t value) { return _mm512_set1_epi16(value); }
    static Vector load(const std::uint8_t* at) { return _mm512_load_si512(at); }
    /// 16 bytes, once for each 128 bits.
    static Vector table(const std::uint8_t* at)
    {
        return _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(at)));
    }
    static Vector lookUp(Vector table, Vector index) { return _mm512_shuffle_epi8(table, index); }
    static Vector both(Vector a, Vector b) { return _mm512_and_si512(a, b); }
    static Vector add8(Vector a, Vector b) { return _mm512_add_epi8(a, b); }
    static Vector add16(Vector a, Vector b) { return _mm512_add_epi16(a, b); }
    static Vector sub16(Vector a, Vector b) { return _mm512_sub_epi16(a, b); }
    template <int Bits>
    static Vector shiftRight16(Vector a)
    {
        return _mm512_srli_epi16(a, Bits);
    }
    template <int Bits>
    static Vector shiftLeft16(Vector a)
    {
        return _mm512_slli_epi16(a, Bits);
    }
    /// 32 sums in 16 bits onto 32 accumulators.
    static void addWidened(Vector sums, std::int32_t* acc)
    {
        const Vector first = _mm512_cvtepi16_epi32(_mm512_castsi512_si256(sums));
        const Vector second = _mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64(sums, 1));
        _mm512_storeu_si512(acc, _mm512_add_epi32(_mm512_loadu_si512(acc), first));
        _mm512_storeu_si512(acc + 16, _mm512_add_epi32(_mm512_loadu_si512(acc + 16), second));
    }
};

} // namespace

} // namespace ternbench
