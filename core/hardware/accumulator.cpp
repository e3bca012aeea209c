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
        const std::size_t input = j % range.lo.size(); // of an image: its channel
        const std::int64_t a = std::int64_t{t[j]} * range.lo[input], b = std::int64_t{t[j]} * range.hi[input];
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

/// The range of each channel over all pixels.
InputRange byChannel(const InputRange& image, int channels)
{
    const auto count = std::size_t(channels);
    InputRange range = image;
    for (std::size_t j = count; j < image.lo.size(); ++j) {
        range.lo[j % count] = std::min(range.lo[j % count], image.lo[j]);
        range.hi[j % count] = std::max(range.hi[j % count], image.hi[j]);
    }
    range.lo.resize(count);
    range.hi.resize(count);
    return range;
}

std::string widthText(int bits)
{
    return "two's complement holds that in " + std::to_string(bits) + " bits";
}

std::string poolingReason(const IntegerLayer& layer, const InputRange& range)
{
    const bool average = layer.kind == LayerKind::AveragePool;
    const std::int64_t area = average ? std::int64_t{layer.window.kernel} * layer.window.kernel : 1;
    const std::int64_t least = *std::ranges::min_element(range.lo),
                       most = *std::ranges::max_element(range.hi);
    return (average ? "The sum of " + std::to_string(area) + " values is within "
                    : std::string("A maximum is one of the values, ")) +
           std::to_string(area * least) + ".." + std::to_string(area * most) + "; " +
           widthText(layer.accumulatorBits) + ".";
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
    std::vector<InputRange> ranges;
    InputRange range = rangeOf(network.input);
    for (const IntegerLayer& layer : network.layers) {
        if (layer.kind != LayerKind::Linear)
            range = byChannel(range, layer.input.channels);
        ranges.push_back(range);
        if (!layer.hasWeights())
            continue; // pooling keeps the range of each channel
        const auto rows = std::size_t(layer.rows);
        const std::int32_t top = (std::int32_t{1} << layer.activationBits) - 1;
        range = {std::vector<std::int32_t>(rows, 0), std::vector<std::int32_t>(rows, top)};
    }
    return ranges;
}

std::string accumulatorReason(const IntegerLayer& layer, const InputRange& range)
{
    if (!layer.hasWeights())
        return poolingReason(layer, range);
    Reach furthest;
    for (int row = 0; row < layer.rows; ++row)
        if (const Reach reach = reachOf(layer, range, row); reach.distance() > furthest.distance())
            furthest = reach;
    return "The sums of row " + std::to_string(furthest.row) + " can reach " +
           std::to_string(furthest.least) + ".." + std::to_string(furthest.most) +
           ", further than any other row's; " + widthText(layer.accumulatorBits) +
           ", so no input can overflow.";
}

} // namespace ternbench
