#pragma once

#include "core/runtime/gemv_kernels.h"
#include "core/runtime/gemv_shuffle.h"

#include <cstdint>

/// Loops of the wide kernels, over a `Simd` that wraps one instruction set's vectors. Each file that includes
/// this is compiled for an instruction set of its own, with a `Simd` of its own in an unnamed namespace, so
/// that no two of them instantiate the same function.
namespace ternbench::wide_gemv {

/// Sums of both bytes of each 16-bit lane, kept modulo 2^16 without ever taking the bytes apart: `pairs` adds
/// whole lanes (low + 256·high byte), `odd` the lanes' upper bytes, `high` the sums' high bytes modulo 256.
/// What is looked up for even rows is then pairs - 256·odd + 256·high, exact as long as the true sum fits 16
/// bits.
template <class Simd>
struct Sums
{
    typename Simd::Vector pairs = Simd::zero(), odd = Simd::zero(), high = Simd::zero();

    /// Onto the accumulators of Simd::rows rows.
    void addTo(std::int32_t* acc) const
    {
        const auto even = Simd::add16(pairs, Simd::template shiftLeft16<8>(Simd::sub16(high, odd)));
        const auto upperByte = Simd::fill16(std::int16_t(0xFF00));
        Simd::addWidened(even, acc);
        Simd::addWidened(Simd::add16(odd, Simd::both(high, upperByte)), acc + Simd::rows / 2);
    }
};

/// The place of a row among its block's bytes. The first half of a block lies in the even bytes, the second
/// in the odd: sums come out in row order.
template <class Simd>
int position(int row)
{
    return row < Simd::rows / 2 ? 2 * row : 2 * row - Simd::rows + 1;
}

/// GemvKernels::accumulate() by looking up half bytes (gemv_shuffle.h).
template <class Simd, int Blocks>
void accumulateByHalves(const std::uint8_t* codes, const std::uint8_t* tables, int count, int mostSum,
                        std::int32_t* acc)
{
    const int flushInterval = sumsInSixteenBits(mostSum);
    const auto halfByte = Simd::fill8(0x0F);
    while (count > 0) {
        const int steps = count < flushInterval ? count : flushInterval;
        Sums<Simd> sums[Blocks];
        for (int u = 0; u < steps; ++u) {
            const auto low1 = Simd::table(tables), high1 = Simd::table(tables + 16);
            const auto low2 = Simd::table(tables + 32), high2 = Simd::table(tables + 48);
            for (int b = 0; b < Blocks; ++b) {
                const auto code = Simd::load(codes + b * Simd::rows);
                const auto lower = Simd::both(code, halfByte);
                const auto upper = Simd::both(Simd::template shiftRight16<4>(code), halfByte);
                const auto x = Simd::lookUp(low1, lower), y = Simd::lookUp(low2, upper);
                const auto top = Simd::add8(Simd::lookUp(high1, lower), Simd::lookUp(high2, upper));
                const auto odd =
                    Simd::add16(Simd::template shiftRight16<8>(x), Simd::template shiftRight16<8>(y));
                sums[b].pairs = Simd::add16(sums[b].pairs, Simd::add16(x, y));
                sums[b].odd = Simd::add16(sums[b].odd, odd);
                sums[b].high = Simd::add8(sums[b].high, top);
            }
            codes += Blocks * Simd::rows;
            tables += shuffle_gemv::tableBytes;
        }
        for (int b = 0; b < Blocks; ++b)
            sums[b].addTo(acc + b * Simd::rows);
        count -= steps;
    }
}

} // namespace ternbench::wide_gemv
