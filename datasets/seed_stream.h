#pragma once

#include <cstdint>

namespace ternbench {

/// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): the same
/// numbers on every machine, unlike the distributions of the standard library. Streams of different
/// (seed, stream, index) are unrelated.
class SeedStream
{
public:
    SeedStream(std::uint64_t seed, std::uint64_t stream, std::uint64_t index)
        : m_state(mix(mix(mix(seed + increment) + stream + increment) + index + increment))
    {}

    std::uint64_t next() { return mix(m_state += increment); }

    /// 0..bound-1; bound >= 1. Off from uniform by less than bound / 2^32.
    int below(int bound)
    {
        return static_cast<int>((next() >> 32) * static_cast<std::uint64_t>(bound) >> 32);
    }

private:
    static constexpr std::uint64_t increment = 0x9E3779B97F4A7C15; // 2^64 over the golden ratio, odd

    static std::uint64_t mix(std::uint64_t z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    std::uint64_t m_state;
};

} // namespace ternbench
