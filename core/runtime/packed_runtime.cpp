#include "core/runtime/packed_runtime.h"

#include "core/error.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace ternbench {

namespace {

/// Images computed in parallel before their outputs are shown in order: bounds the memory for outputs.
constexpr int imagesAtATime = 256;

int largestMagnitude(const InputTable& table)
{
    int largest = 0;
    for (const std::int16_t value : table.values)
        largest = std::max(largest, std::abs(int{value}));
    return largest;
}

int largestActivation(const IntegerLayer& layer)
{
    return (1 << layer.activationBits) - 1;
}

PackedMatrix packedMatrix(const IntegerLayer& layer, int largestInput, const GemvKernels& kernels)
{
    const auto decode = [&](int row, std::span<std::int8_t> weights) {
        std::copy_n(layer.weights.begin() + std::ptrdiff_t(row) * layer.fanIn, layer.fanIn, weights.begin());
    };
    if (largestInput > std::numeric_limits<std::int16_t>::max())
        throw InputError("layer '" + layer.name + "': inputs up to " + std::to_string(largestInput) +
                         " do not fit the packed runtime's 16 bits");
    try {
        return PackedMatrix(layer.rows, layer.fanIn, largestInput, decode, kernels);
    } catch (const InputError& error) {
        throw InputError("layer '" + layer.name + "': " + error.what());
    }
}

} // namespace

PackedRuntime::PackedRuntime(const IntegerNetwork& network, const GemvKernels& kernels)
    : m_input(network.input)
{
    int largestInput = largestMagnitude(m_input);
    for (const IntegerLayer& layer : network.layers) {
        m_layers.push_back({packedMatrix(layer, largestInput, kernels), layer.multiplier, layer.offset,
                            layer.shift, layer.activationBits});
        largestInput = largestActivation(layer);
    }
}

bool PackedRuntime::takes(const IntegerNetwork& network)
{
    if (!network.fullyConnected())
        return false;
    std::int64_t largestInput = largestMagnitude(network.input);
    for (const IntegerLayer& layer : network.layers) {
        if (largestInput > std::numeric_limits<std::int16_t>::max() ||
            largestInput * layer.fanIn > std::numeric_limits<std::int32_t>::max())
            return false;
        largestInput = largestActivation(layer);
    }
    return true;
}

IntegerOutputs PackedRuntime::run(std::span<const std::uint8_t> image, GemvScratch& scratch) const
{
    IntegerOutputs outputs;
    std::vector<std::int16_t> q(image.size());
    for (std::size_t j = 0; j < image.size(); ++j)
        q[j] = m_input.at(image[j], int(j));
    std::vector<std::int32_t> acc;
    for (const Layer& layer : m_layers) {
        const auto rows = std::size_t(layer.matrix.rows());
        acc.resize(rows);
        layer.matrix.multiply(q, acc, scratch);
        if (&layer == &m_layers.back())
            break;
        const std::int64_t top = (std::int64_t{1} << layer.activationBits) - 1;
        std::vector<std::int32_t>& y = outputs.hidden.emplace_back(rows);
        q.resize(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            const std::int64_t scaled =
                (std::int64_t{acc[i]} * layer.multiplier[i] + layer.offset[i]) >> layer.shift[i];
            y[i] = std::int32_t(std::clamp<std::int64_t>(scaled, 0, top));
            q[i] = std::int16_t(y[i]);
        }
    }
    const Layer& last = m_layers.back();
    for (std::size_t i = 0; i < acc.size(); ++i)
        outputs.scores.push_back(std::int64_t{acc[i]} * last.multiplier[i] + last.offset[i]);
    return outputs;
}

void PackedRuntime::runOver(const LabelledImages& images, ThreadPool& pool,
                            const std::function<void(int image, const IntegerOutputs&)>& observer) const
{
    std::vector<GemvScratch> scratch(std::size_t(pool.threads()));
    std::vector<IntegerOutputs> outputs(imagesAtATime);
    const auto inputs = std::size_t(images.inputs);
    for (int first = 0; first < images.count; first += imagesAtATime) {
        const int count = std::min(imagesAtATime, images.count - first);
        pool.run(count, [&](int i, int thread) {
            const auto pixels = std::span(images.pixels).subspan(std::size_t(first + i) * inputs, inputs);
            outputs[std::size_t(i)] = run(pixels, scratch[std::size_t(thread)]);
        });
        for (int i = 0; i < count; ++i)
            observer(first + i, outputs[std::size_t(i)]);
    }
}

} // namespace ternbench
