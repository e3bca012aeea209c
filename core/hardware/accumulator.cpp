#include "core/hardware/accumulator.h"

#include <algorithm>
#include <bit>

namespace ternbench {

namespace {

/// Furthest partial sums of one row, in any order of adding.
struct Reach
{
    int row = 0;
    std::int64_t least = 0, most = 0;

    std::int64_t distance() const { return std::max(most, -least); }
};

Reach reachOf(const IntegerLayer& layer, const InputRange& range, int row)
{
    Reach reach{row};
    const std::int8_t* t = layer.weights.data() + std::size_t(row) * std::size_t(layer.fanIn);
    for (std::size_t j = 0; j < std::size_t(layer.fanIn); ++j) {
        const std::int64_t a = std::int64_t{t[j]} * range.lo[j], b = std::int64_t{t[j]} * range.hi[j];
        reach.least += std::min({a, b, std::int64_t{0}});
        reach.most += std::max({a, b, std::int64_t{0}});
    }
    return reach;
}

InputRange rangeOf(const InputTable& table)
{
    InputRange range;
    for (int j = 0; j < table.inputs; ++j) {
        std::int32_t lo = table.at(0, j), hi = lo;
        for (int byte = 1; byte < 256; ++byte) {
            const std::int32_t q = table.at(std::uint8_t(byte), j);
            lo = std::min(lo, q);
            hi = std::max(hi, q);
        }
        range.lo.push_back(lo);
        range.hi.push_back(hi);
    }
    return range;
}

} // namespace

int InputRange::bits() const
{
    const std::int32_t least = lo.empty() ? 0 : *std::ranges::min_element(lo);
    const std::int32_t most = hi.empty() ? 0 : *std::ranges::max_element(hi);
    const int positive = std::max(1, int(std::bit_width(std::uint32_t(std::max(most, 0)))));
    return least < 0 ? 1 + std::max(positive, int(std::bit_width(std::uint32_t(~least)))) : positive;
}

std::vector<InputRange> inputRanges(const IntegerNetwork& network)
{
    std::vector<InputRange> ranges{rangeOf(network.input)};
    for (const IntegerLayer& layer : network.layers) {
        const auto rows = std::size_t(layer.rows);
        const std::int32_t top = (std::int32_t{1} << layer.activationBits) - 1;
        ranges.push_back({std::vector<std::int32_t>(rows, 0), std::vector<std::int32_t>(rows, top)});
    }
    ranges.pop_back(); // scores are nobody's input
    return ranges;
}

std::string accumulatorReason(const IntegerLayer& layer, const InputRange& range)
{
    Reach furthest;
    for (int row = 0; row < layer.rows; ++row)
        if (const Reach reach = reachOf(layer, range, row); reach.distance() > furthest.distance())
            furthest = reach;
    return "The sums of row " + std::to_string(furthest.row) + " can reach " +
           std::to_string(furthest.least) + ".." + std::to_string(furthest.most) +
           ", further than any other row's; two's complement holds that in " +
           std::to_string(layer.accumulatorBits) + " bits, so no input can overflow.";
}

} // namespace ternbench
