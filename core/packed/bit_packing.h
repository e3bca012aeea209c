#pragma once

#include <cstdint>
#include <span>

/// Indexes of b = 1..20 bits in a row's bit string: index g occupies bits [g·b, (g+1)·b), least significant
/// bit first within each byte; what is left of the last byte is zero.
namespace ternbench {

inline std::size_t packedBytes(std::size_t indexes, int bits)
{
    return (indexes * std::size_t(bits) + 7) / 8;
}

/// Writes `indexes` to `bytes` (packedBytes() of them).
inline void packIndexes(std::span<const std::uint32_t> indexes, int bits, std::span<std::uint8_t> bytes)
{
    std::uint64_t pending = 0; // bits not written yet, lowest first: at most 7 + 20
    int count = 0;
    std::size_t at = 0;
    for (const std::uint32_t index : indexes) {
        pending |= std::uint64_t{index} << count;
        for (count += bits; count >= 8; count -= 8, pending >>= 8)
            bytes[at++] = std::uint8_t(pending);
    }
    if (count > 0)
        bytes[at] = std::uint8_t(pending);
}

/// Reads `indexes` from `bytes`; returns false where the padding behind them is not zero.
inline bool unpackIndexes(std::span<const std::uint8_t> bytes, int bits, std::span<std::uint32_t> indexes)
{
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    std::uint64_t pending = 0;
    int count = 0;
    std::size_t at = 0;
    for (std::uint32_t& index : indexes) {
        for (; count < bits; count += 8)
            pending |= std::uint64_t{bytes[at++]} << count;
        index = std::uint32_t(pending & mask);
        pending >>= bits;
        count -= bits;
    }
    return pending == 0;
}

} // namespace ternbench
