#pragma once

#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <array>
#include <limits>

namespace ternbench::fuzz {

/// Takes choices from the bytes of an input; zeros when they are used up.
class ByteSource
{
public:
    explicit ByteSource(Bytes bytes) : m_bytes(bytes) {}

    bool empty() const { return m_bytes.empty(); }

    std::uint64_t number(std::size_t bytes)
    {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes && !m_bytes.empty(); ++i) {
            value = value << 8 | m_bytes.front();
            m_bytes = m_bytes.subspan(1);
        }
        return value;
    }

    /// 0..count-1; 0 where there is nothing to choose from.
    std::size_t below(std::size_t count)
    {
        const std::uint64_t value = number(count > 256 ? 3 : 1);
        return count > 0 ? std::size_t(value % count) : 0;
    }

    /// Ends of the integer types, sizes that overflow when multiplied, or four bytes of the input.
    std::uint64_t interesting()
    {
        static constexpr std::array<std::uint64_t, 20> values{
            0,          1,          2,          3,          7,          8,          31,
            33,         127,        255,        65535,      65536,      0x7FFFFFFF, 0x80000000,
            0xFFFFFFFF, 1ull << 32, 1ull << 36, 1ull << 61, 1ull << 63, ~0ull};
        const std::size_t choice = below(values.size() + 4);
        return choice < values.size() ? values[choice] : number(4);
    }

private:
    Bytes m_bytes;
};

} // namespace ternbench::fuzz
