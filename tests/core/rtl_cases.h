#pragma once

#include "core/hardware/design_point.h"
#include "tests/core/random_network.h"

#include <bit>

/// Networks and hardware of every kind that the RTL must build, with random weights.
namespace ternbench::test {

struct RtlCase
{
    std::string name;
    int inputs = 16;
    bool perInput = false;
    int low = 0, high = 255; ///< range of the input table's values
    std::vector<RandomLayer> layers;
    int lanes = 2, rows = 3, inputBytes = 4;
    DesignPoint::Table table = DesignPoint::Table::Rom;
    bool powersOfTwo = false; ///< all multipliers 0 or ±2^e

    DesignPoint design() const
    {
        DesignPoint point;
        point.lanes = lanes;
        point.parallelRows = rows;
        point.offChipBitsPerCycle = 8 * inputBytes;
        point.table = table;
        return point;
    }
    IntegerNetwork network(Random& random) const
    {
        IntegerNetwork made =
            randomNetwork(randomInputTable(inputs, perInput, low, high, random), layers, random);
        if (powersOfTwo)
            for (IntegerLayer& layer : made.layers)
                for (std::int32_t& multiplier : layer.multiplier) {
                    const auto magnitude = std::uint32_t(multiplier < 0 ? -multiplier : multiplier);
                    const auto power = std::int32_t(std::bit_floor(magnitude) & 0x7fffu);
                    multiplier = multiplier < 0 ? -power : power;
                }
        return made;
    }
};

/// A code that leaves no tail group of `fanIn` without a pattern.
inline Code randomCode(int fanIn, Random& random)
{
    for (;;) {
        Code code;
        code.groupSize = 1 + int(random.below(12));
        code.maxNonZeros = 1 + int(random.below(std::uint32_t(std::min(code.groupSize, 4))));
        code.family = CodeFamily(random.below(3));
        const int tail = fanIn % code.groupSize;
        if (tail == 0 || tail >= code.minNonZeros())
            return code;
    }
}

inline RtlCase randomCase(std::uint64_t seed)
{
    Random random(seed, 77);
    RtlCase made;
    made.name = "random " + std::to_string(seed);
    made.inputs = 1 + int(random.below(60));
    made.perInput = random.below(2) == 1;
    made.low = -int(random.below(200));
    made.high = int(random.below(200));
    made.lanes = 1 + int(random.below(5));
    made.rows = 1 + int(random.below(6));
    made.inputBytes = 1 + int(random.below(9));
    made.table = random.below(2) == 1 ? DesignPoint::Table::Logic : DesignPoint::Table::Rom;
    int fanIn = made.inputs;
    for (std::uint32_t layers = 1 + random.below(4); layers > 0; --layers) {
        const int rows = 1 + int(random.below(30));
        made.layers.push_back({rows, randomCode(fanIn, random), 2 + int(random.below(7))});
        fanIn = rows;
    }
    return made;
}

inline std::vector<RtlCase> rtlCases()
{
    using enum CodeFamily;
    constexpr auto logic = DesignPoint::Table::Logic;
    constexpr auto rom = DesignPoint::Table::Rom;
    std::vector<RtlCase> cases{
        {"one input, one row", 1, false, 0, 255, {{1, {1, 1}, 8}}, 1, 1, 1},
        {"one row after one input", 1, true, -3, 3, {{1, {8, 2}, 2}, {1, {4, 1}, 8}}, 4, 4, 16},
        {"fan-in below N", 3, false, -128, 127, {{5, {8, 2}, 4}, {3, {16, 2}, 8}}},
        {"the paper's code with tails", 37, true, -100, 155, {{13, {8, 2}, 5}, {7, {8, 2}, 8}}, 3, 4, 5},
        {"no index is illegal", 24, false, 0, 255, {{9, {8, 2, Trimmed}, 8}, {4, {4, 1, Trimmed}, 8}}},
        {"exactly K", 20, true, -50, 50, {{12, {4, 3, ExactlyK}, 6}, {5, {6, 2, ExactlyK}, 8}}},
        {"plain ternary", 18, false, 0, 255, {{8, {4, 4}, 3}, {4, {6, 6}, 8}}},
        {"plain ternary in logic", 18, false, 0, 255, {{8, {4, 4}, 3}, {4, {6, 6}, 8}}, 2, 3, 4, logic},
        {"wide groups in logic",
         70,
         true,
         -90,
         90,
         {{6, {32, 1}, 7}, {5, {16, 3, Trimmed}, 8}},
         2,
         2,
         8,
         logic},
        {"(16,4): 34113 patterns in logic", 40, false, 0, 99, {{6, {16, 4}, 8}}, 2, 2, 8, logic},
        {"two-bit activations", 16, false, 0, 3, {{20, {8, 2}, 2}, {16, {4, 2}, 2}, {4, {8, 3}, 8}}},
        {"16-bit inputs", 16, true, -32768, 32767, {{6, {8, 4}, 8}, {4, {8, 2}, 8}}, 2, 3, 3, rom},
        {"more lanes and rows than there are", 9, false, 0, 255, {{3, {4, 1}, 8}, {2, {8, 1}, 8}}, 8, 8, 16},
        {"one lane, one row", 25, false, 0, 255, {{10, {8, 2}, 8}, {3, {5, 2}, 8}}, 1, 1, 1},
        {"powers of two", 21, true, -99, 120, {{15, {8, 2}, 6}, {9, {4, 2}, 8}}, 2, 3, 4, rom, true},
    };
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
        cases.push_back(randomCase(seed));
    return cases;
}

} // namespace ternbench::test
