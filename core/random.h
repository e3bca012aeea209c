#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace ternbench {

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): small, seedable by a key, the same on every machine.
class Random
{
public:
    /// Independent sequences for each (seed, stream, index): a run that goes on from a checkpoint draws what
    /// the uninterrupted one would have drawn, without any stored state.
    Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t index = 0)
        : m_state(mix(mix(mix(seed) ^ stream) ^ index))
    {}

    std::uint64_t next()
    {
        m_state += 0x9E3779B97F4A7C15u;
        return mix(m_state);
    }

    /// Uniform in [0, bound), bound >= 1, by Lemire's multiplication (the bias of 2^-32·bound is immaterial).
    std::uint32_t below(std::uint32_t bound) { return std::uint32_t(((next() >> 32) * bound) >> 32); }

    /// Uniform in (0,1].
    double uniform() { return (double(next() >> 11) + 1.0) * 0x1.0p-53; }

    /// Standard normal (Box & Muller, 1958).
    double normal()
    {
        const double radius = std::sqrt(-2.0 * std::log(uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }

private:
    static std::uint64_t mix(std::uint64_t z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }

    std::uint64_t m_state;
};

/// The engine's streams of random numbers.
namespace stream {
inline constexpr std::uint64_t initialWeights = 1, shuffle = 2, dropout = 3, faults = 4, augmentation = 5;
}

} // namespace ternbench
