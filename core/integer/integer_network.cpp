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

} // namespace

int accumulatorBitsFor(const IntegerLayer& layer, const std::vector<std::int32_t>& lo,
                       const std::vector<std::int32_t>& hi)
{
    int bits = 1;
    for (std::size_t i = 0; i < std::size_t(layer.rows); ++i) {
        std::int64_t least = 0;
        std::int64_t most = 0;
        for (std::size_t j = 0; j < std::size_t(layer.fanIn); ++j) {
            const std::int8_t t = layer.weights[i * std::size_t(layer.fanIn) + j];
            // Partial sums must not overflow either, in any order: zero is always within the bounds.
            const std::int64_t low = t > 0 ? lo[j] : t < 0 ? -std::int64_t(hi[j]) : 0;
            const std::int64_t high = t > 0 ? hi[j] : t < 0 ? -std::int64_t(lo[j]) : 0;
            least += std::min<std::int64_t>(low, 0);
            most += std::max<std::int64_t>(high, 0);
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
        layer.accumulatorBits = accumulatorBitsFor(layer, lo, hi);
        lo.assign(std::size_t(layer.rows), 0);
        hi.assign(std::size_t(layer.rows), (std::int32_t{1} << layer.activationBits) - 1);
    }
}

} // namespace ternbench
