#include "core/runtime/packed_runtime.h"

#include "core/error.h"
#include "core/runtime/windows.h"

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

/// Of the layer's outputs in magnitude, where its inputs are at most `largestInput`.
int largestOutput(const IntegerLayer& layer, int largestInput)
{
    return layer.kind == LayerKind::MaxPool ? largestInput : (1 << layer.activationBits) - 1;
}

/// Weights, or ones, that a sum of the layer is made of.
std::int64_t termsOf(const IntegerLayer& layer)
{
    return layer.hasWeights() ? layer.fanIn : std::int64_t{layer.window.kernel} * layer.window.kernel;
}

bool sumsFit(const IntegerLayer& layer, std::int64_t largestInput)
{
    const int largestWeight = layer.hasWeights() ? layer.code.largestValue() : 1;
    return largestInput * largestWeight * termsOf(layer) <= std::numeric_limits<std::int32_t>::max();
}

PackedRuntime::DecodeRow weightsOf(const IntegerNetwork& network)
{
    return [&network](int l, int row, std::span<std::int8_t> weights) {
        const IntegerLayer& layer = network.layers[std::size_t(l)];
        std::copy_n(layer.weights.begin() + std::ptrdiff_t(row) * layer.fanIn, layer.fanIn, weights.begin());
    };
}

std::optional<WeightPlanes> weightPlanes(const IntegerLayer& layer, const PackedMatrix::DecodeRow& decode,
                                         int largestInput, const GemvKernels& kernels)
{
    if (largestInput > std::numeric_limits<std::int16_t>::max())
        throw InputError("layer '" + layer.name + "': inputs up to " + std::to_string(largestInput) +
                         " do not fit the packed runtime's 16 bits");
    if (!layer.hasWeights()) {
        if (!sumsFit(layer, largestInput))
            throw InputError("layer '" + layer.name + "': sums do not fit the packed runtime's 32 bits");
        return std::nullopt;
    }
    try {
        return WeightPlanes(layer.rows, layer.fanIn, largestInput, layer.code, decode, kernels);
    } catch (const InputError& error) {
        throw InputError("layer '" + layer.name + "': " + error.what());
    }
}

IntegerLayer withoutWeights(const IntegerLayer& layer)
{
    IntegerLayer model;
    model.kind = layer.kind;
    model.name = layer.name;
    model.input = layer.input;
    model.window = layer.window;
    model.rows = layer.rows;
    model.fanIn = layer.fanIn;
    model.code = layer.code;
    model.multiplier = layer.multiplier;
    model.offset = layer.offset;
    model.shift = layer.shift;
    model.activationBits = layer.activationBits;
    return model;
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
        m_layers.push_back({withoutWeights(layer), weightPlanes(layer, rows, largestInput, kernels)});
        largestInput = largestOutput(layer, largestInput);
    }
}

bool PackedRuntime::takes(const IntegerNetwork& network)
{
    int largestInput = largestMagnitude(network.input);
    for (const IntegerLayer& layer : network.layers) {
        if (largestInput > std::numeric_limits<std::int16_t>::max() || !sumsFit(layer, largestInput))
            return false;
        largestInput = largestOutput(layer, largestInput);
    }
    return true;
}

std::vector<TensorShape> PackedRuntime::outputShapes() const
{
    std::vector<TensorShape> shapes;
    for (const Layer& layer : m_layers)
        shapes.push_back(layer.model.outputShape());
    return shapes;
}

std::size_t PackedRuntime::bytes() const
{
    std::size_t sum = 0;
    for (const Layer& layer : m_layers)
        sum += layer.matrix ? layer.matrix->bytes() : 0;
    return sum;
}

void PackedRuntime::Layer::accumulate(std::span<const std::int16_t> q, std::size_t images,
                                      std::vector<std::int32_t>& acc, GemvScratch& scratch) const
{
    const auto inputs = q.size() / images, outputs = std::size_t(model.outputs());
    acc.resize(images * outputs);
    if (model.kind == LayerKind::Linear)
        return matrix->multiply(q, acc, scratch);
    std::vector<std::int16_t> seen;
    for (std::size_t n = 0; n < images; ++n) {
        const auto image = q.subspan(n * inputs, inputs);
        const auto out = std::span(acc).subspan(n * outputs, outputs);
        if (model.kind == LayerKind::Conv2d) {
            gatherWindows(model, image, seen);
            matrix->multiply(seen, out, scratch);
        } else if (model.kind == LayerKind::MaxPool)
            maximaOfWindows(model, image, out);
        else
            sumsOfWindows(model, image, out);
    }
}

void PackedRuntime::Layer::requantize(std::span<const std::int32_t> acc, std::span<std::int32_t> y) const
{
    if (model.kind == LayerKind::MaxPool) {
        std::ranges::copy(acc, y.begin());
        return;
    }
    const std::int64_t top = (std::int64_t{1} << model.activationBits) - 1;
    const std::size_t rows = model.multiplier.size(); // an average has one for all
    for (std::size_t first = 0; first < y.size(); first += rows)
        for (std::size_t i = 0; i < rows; ++i) {
            const std::int64_t scaled =
                (std::int64_t{acc[first + i]} * model.multiplier[i] + model.offset[i]) >> model.shift[i];
            y[first + i] = std::int32_t(std::clamp<std::int64_t>(scaled, 0, top));
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
        layer.accumulate(q, outputs.size(), acc, scratch);
        if (&layer == &m_layers.back())
            break;
        q.clear();
        const std::size_t size = acc.size() / outputs.size();
        for (std::size_t n = 0; n < outputs.size(); ++n) {
            std::vector<std::int32_t>& y = outputs[n].hidden.emplace_back(size);
            layer.requantize(std::span(acc).subspan(n * size, size), y);
            q.insert(q.end(), y.begin(), y.end());
        }
    }
    const IntegerLayer& last = m_layers.back().model;
    const auto classes = std::size_t(last.rows);
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
