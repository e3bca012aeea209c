#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace ternbench {

/// Counts of positive floats in bins of equal ratio (32 to an octave), read straight off the bits. Integer
/// counts add up the same in any order, so the percentile does not depend on threads.
class LogHistogram
{
public:
    static constexpr int binsPerOctave = 32; // 2.2 % steps: finer than the percentile's own noise
    static constexpr int lowestExponent = -24, highestExponent = 24;
    static constexpr int bins = (highestExponent - lowestExponent) * binsPerOctave;

    static int binOf(float value)
    {
        const int position = int(std::bit_cast<std::uint32_t>(value) >> 18) - ((127 + lowestExponent) << 5);
        return position < 0 ? 0 : position >= bins ? bins - 1 : position;
    }

    /// Upper edge of a bin.
    static float upperEdge(int bin)
    {
        return std::bit_cast<float>((std::uint32_t(bin + 1) + ((127u + lowestExponent) << 5)) << 18);
    }

    /// The smallest bin edge that at least `share` of the counts lie below; 0 without counts.
    static double percentile(const std::vector<std::uint64_t>& counts, double share)
    {
        std::uint64_t total = 0;
        for (const std::uint64_t count : counts)
            total += count;
        std::uint64_t below = 0;
        for (int bin = 0; bin < int(counts.size()); ++bin) {
            below += counts[std::size_t(bin)];
            if (total > 0 && double(below) >= share * double(total))
                return upperEdge(bin);
        }
        return 0.0;
    }
};

} // namespace ternbench
