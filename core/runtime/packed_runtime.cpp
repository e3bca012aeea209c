#include "core/runtime/packed_runtime.h"

#include "core/error.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

namespace ternbench {

namespace {

/// Images computed in parallel before their outputs are shown in order: bounds the memory for outputs.
constexpr int imagesAtATime = 512;
/// Images of one task: what shares a pass over each matrix.
constexpr int batchImages = 16;

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

PackedRuntime::DecodeRow weightsOf(const IntegerNetwork& network)
{
    return [&network](int l, int row, std::span<std::int8_t> weights) {
        const IntegerLayer& layer = network.layers[std::size_t(l)];
        std::copy_n(layer.weights.begin() + std::ptrdiff_t(row) * layer.fanIn, layer.fanIn, weights.begin());
    };
}

PackedMatrix packedMatrix(const IntegerLayer& layer, const PackedMatrix::DecodeRow& decode, int largestInput,
                          const GemvKernels& kernels)
{
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
    : PackedRuntime(network, weightsOf(network), kernels)
{}

PackedRuntime::PackedRuntime(const IntegerNetwork& network, const DecodeRow& decode,
                             const GemvKernels& kernels)
    : m_input(network.input)
{
    int largestInput = largestMagnitude(m_input);
    for (const IntegerLayer& layer : network.layers) {
        const int l = int(m_layers.size());
        const auto rows = [&decode, l](int row, std::span<std::int8_t> weights) { decode(l, row, weights); };
        m_layers.push_back({packedMatrix(layer, rows, largestInput, kernels), layer.multiplier, layer.offset,
                            layer.shift, layer.activationBits});
        largestInput = largestActivation(layer);
    }
}

bool PackedRuntime::takes(const IntegerNetwork& network)
{
    std::int64_t largestInput = largestMagnitude(network.input);
    for (const IntegerLayer& layer : network.layers) {
        if (largestInput > std::numeric_limits<std::int16_t>::max() ||
            largestInput * layer.fanIn > std::numeric_limits<std::int32_t>::max())
            return false;
        largestInput = largestActivation(layer);
    }
    return true;
}

std::size_t PackedRuntime::bytes() const
{
    std::size_t sum = 0;
    for (const Layer& layer : m_layers)
        sum += layer.matrix.bytes();
    return sum;
}

void PackedRuntime::Layer::requantize(std::span<const std::int32_t> acc, std::span<std::int32_t> y) const
{
    const std::int64_t top = (std::int64_t{1} << activationBits) - 1;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::int64_t scaled = (std::int64_t{acc[i]} * multiplier[i] + offset[i]) >> shift[i];
        y[i] = std::int32_t(std::clamp<std::int64_t>(scaled, 0, top));
    }
}

IntegerOutputs PackedRuntime::run(std::span<const std::uint8_t> image, GemvScratch& scratch) const
{
    return std::move(runBatch(image, scratch).front());
}

std::vector<IntegerOutputs> PackedRuntime::runBatch(std::span<const std::uint8_t> images,
                                                    GemvScratch& scratch) const
{
    const auto inputs = std::size_t(m_input.inputs);
    std::vector<IntegerOutputs> outputs(images.size() / inputs);
    std::vector<std::int16_t> q(images.size());
    for (std::size_t at = 0; at < images.size(); ++at)
        q[at] = m_input.at(images[at], int(at % inputs));
    std::vector<std::int32_t> acc;
    for (const Layer& layer : m_layers) {
        const auto rows = std::size_t(layer.matrix.rows());
        acc.resize(outputs.size() * rows);
        layer.matrix.multiply(q, acc, scratch);
        if (&layer == &m_layers.back())
            break;
        q.clear();
        for (std::size_t n = 0; n < outputs.size(); ++n) {
            std::vector<std::int32_t>& y = outputs[n].hidden.emplace_back(rows);
            layer.requantize(std::span(acc).subspan(n * rows, rows), y);
            q.insert(q.end(), y.begin(), y.end());
        }
    }
    const Layer& last = m_layers.back();
    const auto classes = std::size_t(last.matrix.rows());
    for (std::size_t n = 0; n < outputs.size(); ++n)
        for (std::size_t i = 0; i < classes; ++i)
            outputs[n].scores.push_back(std::int64_t{acc[n * classes + i]} * last.multiplier[i] +
                                        last.offset[i]);
    return outputs;
}

void PackedRuntime::runOver(const LabelledImages& images, ThreadPool& pool,
                            const std::function<void(int image, const IntegerOutputs&)>& observer) const
{
    std::vector<GemvScratch> scratch(std::size_t(pool.threads()));
    std::vector<std::vector<IntegerOutputs>> outputs(imagesAtATime / batchImages);
    const auto inputs = std::size_t(images.inputs);
    for (int first = 0; first < images.count; first += imagesAtATime) {
        const int count = std::min(imagesAtATime, images.count - first);
        const int tasks = (count + batchImages - 1) / batchImages;
        pool.run(tasks, [&](int task, int thread) {
            const int begin = task * batchImages, size = std::min(batchImages, count - begin);
            const auto pixels = std::span(images.pixels)
                                    .subspan(std::size_t(first + begin) * inputs, std::size_t(size) * inputs);
            outputs[std::size_t(task)] = runBatch(pixels, scratch[std::size_t(thread)]);
        });
        for (int i = 0; i < count; ++i)
            observer(first + i, outputs[std::size_t(i / batchImages)][std::size_t(i % batchImages)]);
    }
}

} // namespace ternbench
