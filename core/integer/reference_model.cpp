#include "core/integer/reference_model.h"

#include <algorithm>

namespace ternbench {

namespace {

/// Images computed in parallel before their outputs are shown in order: bounds the memory for outputs.
constexpr int imagesAtATime = 256;

std::vector<std::int32_t> applyInputTable(const InputTable& table, std::span<const std::uint8_t> image)
{
    std::vector<std::int32_t> q(image.size());
    for (std::size_t j = 0; j < image.size(); ++j)
        q[j] = table.at(image[j], int(j));
    return q;
}

std::int64_t accumulate(const IntegerLayer& layer, std::size_t row, std::span<const std::int32_t> q)
{
    const std::int8_t* t = layer.weights.data() + row * std::size_t(layer.fanIn);
    std::int64_t acc = 0;
    for (std::size_t j = 0; j < q.size(); ++j)
        acc += std::int64_t{t[j]} * q[j];
    return acc;
}

std::int32_t requantize(const IntegerLayer& layer, std::size_t row, std::int64_t acc)
{
    const std::int64_t scaled = (acc * layer.multiplier[row] + layer.offset[row]) >> layer.shift[row];
    const std::int64_t top = (std::int64_t{1} << layer.activationBits) - 1;
    return std::int32_t(std::clamp<std::int64_t>(scaled, 0, top));
}

} // namespace

IntegerOutputs runReference(const IntegerNetwork& network, std::span<const std::uint8_t> image)
{
    IntegerOutputs outputs;
    std::vector<std::int32_t> q = applyInputTable(network.input, image);
    for (const IntegerLayer& layer : network.layers) {
        const bool last = &layer == &network.layers.back();
        std::vector<std::int32_t> y;
        for (std::size_t row = 0; row < std::size_t(layer.rows); ++row) {
            const std::int64_t acc = accumulate(layer, row, q);
            if (last)
                outputs.scores.push_back(acc * layer.multiplier[row] + layer.offset[row]);
            else
                y.push_back(requantize(layer, row, acc));
        }
        if (last)
            break;
        outputs.hidden.push_back(y);
        q = std::move(y);
    }
    return outputs;
}

int classOf(std::span<const std::int64_t> scores)
{
    return int(std::ranges::max_element(scores) - scores.begin()); // the first of equals
}

void runReferenceOver(const IntegerNetwork& network, const LabelledImages& images, ThreadPool& pool,
                      const std::function<void(int image, const IntegerOutputs&)>& observer)
{
    std::vector<IntegerOutputs> outputs(imagesAtATime);
    for (int first = 0; first < images.count; first += imagesAtATime) {
        const int count = std::min(imagesAtATime, images.count - first);
        pool.run(count, [&](int i, int) {
            const std::size_t at = std::size_t(first + i) * std::size_t(images.inputs);
            outputs[std::size_t(i)] =
                runReference(network, std::span(images.pixels).subspan(at, std::size_t(images.inputs)));
        });
        for (int i = 0; i < count; ++i)
            observer(first + i, outputs[std::size_t(i)]);
    }
}

} // namespace ternbench
