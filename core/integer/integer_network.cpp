#include "core/integer/integer_network.h"

#include <algorithm>
#include <bit>

namespace ternbench {

namespace {

/// Bits of a two's complement integer that holds `value`.
int signedBits(std::int64_t value)
{
    const auto magnitude = std::uint64_t(value < 0 ? ~value : value);
    return std::bit_width(magnitude) + 1;
}

/// The range of each channel over all pixels.
void foldToChannels(std::vector<std::int32_t>& lo, std::vector<std::int32_t>& hi, int channels)
{
    const auto count = std::size_t(channels);
    for (std::size_t j = count; j < lo.size(); ++j) {
        lo[j % count] = std::min(lo[j % count], lo[j]);
        hi[j % count] = std::max(hi[j % count], hi[j]);
    }
    lo.resize(count);
    hi.resize(count);
}

int sumBits(const IntegerLayer& layer, const std::vector<std::int32_t>& lo,
            const std::vector<std::int32_t>& hi)
{
    const int area = layer.kind == LayerKind::AveragePool ? layer.window.kernel * layer.window.kernel : 1;
    int bits = 1;
    for (const std::vector<std::int32_t>* ends : {&lo, &hi})
        for (const std::int32_t end : *ends)
            bits = std::max(bits, signedBits(std::int64_t{end} * area));
    return bits;
}

} // namespace

Grouping IntegerLayer::grouping() const
{
    Grouping grouping = kind == LayerKind::Conv2d
                            ? Grouping::convolution(groupAxis, window.kernel, input.channels)
                            : Grouping::linear(fanIn);
    if (permutation.empty())
        return grouping;
    std::vector<int> order;
    for (const std::int32_t position : permutation)
        order.push_back(grouping.at(position));
    grouping.order = std::move(order);
    return grouping;
}

bool IntegerNetwork::fullyConnected() const
{
    return std::ranges::all_of(layers,
                               [](const IntegerLayer& layer) { return layer.kind == LayerKind::Linear; });
}

AverageRounding averageRounding(int area)
{
    if (std::has_single_bit(unsigned(area)))
        return {1, area / 2, std::uint8_t(std::countr_zero(unsigned(area)))};
    // The largest multiplier of 16 bits: its relative error of 2^-15 moves no sum of 8-bit values by half a
    // step.
    const int shift = (multiplierBits - 1) + std::bit_width(unsigned(area)) - 1;
    const std::int64_t whole = std::int64_t{1} << shift;
    return {std::int32_t((whole + area / 2) / area), whole / 2, std::uint8_t(shift)};
}

bool usesPowersOfTwo(const IntegerLayer& layer)
{
    return std::ranges::all_of(layer.multiplier, [](std::int32_t multiplier) {
        const auto magnitude = std::uint32_t(multiplier < 0 ? -multiplier : multiplier);
        return (magnitude & (magnitude - 1)) == 0;
    });
}

int accumulatorBitsFor(const IntegerLayer& layer, const std::vector<std::int32_t>& lo,
                       const std::vector<std::int32_t>& hi)
{
    if (!layer.hasWeights())
        return sumBits(layer, lo, hi);
    int bits = 1;
    for (std::size_t i = 0; i < std::size_t(layer.rows); ++i) {
        std::int64_t least = 0;
        std::int64_t most = 0;
        for (std::size_t j = 0; j < std::size_t(layer.fanIn); ++j) {
            const std::int8_t t = layer.weights[i * std::size_t(layer.fanIn) + j];
            // Partial sums must not overflow either, in any order: zero is always within the bounds.
            const std::size_t input = j % lo.size();
            const std::int64_t a = std::int64_t{t} * lo[input], b = std::int64_t{t} * hi[input];
            least += std::min({a, b, std::int64_t{0}});
            most += std::max({a, b, std::int64_t{0}});
        }
        bits = std::max({bits, signedBits(least), signedBits(most)});
    }
    return bits;
}

void setAccumulatorBits(IntegerNetwork& network)
{
    const InputTable& table = network.input;
    std::vector<std::int32_t> lo(std::size_t(table.inputs));
    std::vector<std::int32_t> hi(std::size_t(table.inputs));
    for (int j = 0; j < table.inputs; ++j) {
        lo[std::size_t(j)] = hi[std::size_t(j)] = table.at(0, j);
        for (int byte = 1; byte < 256; ++byte) {
            const std::int32_t q = table.at(std::uint8_t(byte), j);
            lo[std::size_t(j)] = std::min(lo[std::size_t(j)], q);
            hi[std::size_t(j)] = std::max(hi[std::size_t(j)], q);
        }
    }
    for (IntegerLayer& layer : network.layers) {
        if (layer.kind != LayerKind::Linear)
            foldToChannels(lo, hi, layer.input.channels);
        layer.accumulatorBits = accumulatorBitsFor(layer, lo, hi);
        if (!layer.hasWeights())
            continue; // pooling keeps the range of each channel
        lo.assign(std::size_t(layer.rows), 0);
        hi.assign(std::size_t(layer.rows), (std::int32_t{1} << layer.activationBits) - 1);
    }
}

} // namespace ternbench
