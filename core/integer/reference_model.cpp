#include "core/integer/reference_model.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

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

/// The inputs of a row, to be multiplied with its weights.
class RowInputs
{
public:
    explicit RowInputs(std::span<const std::int32_t> q) : m_wide(q)
    {
        std::int64_t largest = 0;
        for (const std::int32_t value : q)
            largest = std::max(largest, std::abs(std::int64_t{value}));
        // Where no sum of products can leave 32 bits, which is nearly always, values of 16 bits let the
        // compiler make vectors of the loop.
        constexpr std::int64_t largestWeight = std::numeric_limits<std::int8_t>::max() + 1;
        if (largest <= std::numeric_limits<std::int16_t>::max() &&
            std::int64_t(q.size()) * largest * largestWeight <= std::numeric_limits<std::int32_t>::max())
            m_narrow.assign(q.begin(), q.end());
    }

    std::int64_t times(const IntegerLayer& layer, std::size_t row) const
    {
        const std::int8_t* const t = layer.weights.data() + row * std::size_t(layer.fanIn);
        return m_narrow.size() == m_wide.size() ? sum<std::int32_t>(t, m_narrow)
                                                : sum<std::int64_t>(t, m_wide);
    }

private:
    template <class Sum, class Values>
    static Sum sum(const std::int8_t* t, const Values& q)
    {
        Sum acc = 0;
        for (std::size_t j = 0; j < q.size(); ++j)
            acc += Sum{t[j]} * Sum{q[j]};
        return acc;
    }

    std::span<const std::int32_t> m_wide;
    std::vector<std::int16_t> m_narrow; ///< the same, or empty
};

std::int32_t requantize(const IntegerLayer& layer, std::size_t row, std::int64_t acc)
{
    const std::int64_t scaled = (acc * layer.multiplier[row] + layer.offset[row]) >> layer.shift[row];
    const std::int64_t top = (std::int64_t{1} << layer.activationBits) - 1;
    return std::int32_t(std::clamp<std::int64_t>(scaled, 0, top));
}

/// What the window at output pixel (row, column) sees, (ky, kx, channel); padding is 0.
void copyWindow(const IntegerLayer& layer, int row, int column, std::span<const std::int32_t> q,
                std::vector<std::int32_t>& seen)
{
    const Window& window = layer.window;
    const auto channels = std::size_t(layer.input.channels);
    seen.assign(std::size_t(window.kernel * window.kernel) * channels, 0);
    for (int ky = 0; ky < window.kernel; ++ky)
        for (int kx = 0; kx < window.kernel; ++kx) {
            const int y = row * window.stride + ky - window.padding;
            const int x = column * window.stride + kx - window.padding;
            if (y < 0 || y >= layer.input.height || x < 0 || x >= layer.input.width)
                continue;
            const auto from = q.subspan(std::size_t(y * layer.input.width + x) * channels, channels);
            std::ranges::copy(from,
                              seen.begin() + std::ptrdiff_t(std::size_t(ky * window.kernel + kx) * channels));
        }
}

/// Calls visit(seen) for each place of the layer's window, in the order (y, x).
template <class Visit>
void eachWindow(const IntegerLayer& layer, std::span<const std::int32_t> q, const Visit& visit)
{
    const TensorShape places = layer.outputShape();
    std::vector<std::int32_t> seen;
    for (int row = 0; row < places.height; ++row)
        for (int column = 0; column < places.width; ++column) {
            copyWindow(layer, row, column, q, seen);
            visit(seen);
        }
}

/// y of a hidden layer, (y, x, channel).
std::vector<std::int32_t> hiddenOutputs(const IntegerLayer& layer, std::span<const std::int32_t> q)
{
    std::vector<std::int32_t> y;
    const auto products = [&](std::span<const std::int32_t> seen) {
        const RowInputs inputs(seen);
        for (std::size_t row = 0; row < std::size_t(layer.rows); ++row)
            y.push_back(requantize(layer, row, inputs.times(layer, row)));
    };
    const auto channels = std::size_t(layer.input.channels);
    switch (layer.kind) {
    case LayerKind::Linear:
        products(q);
        break;
    case LayerKind::Conv2d:
        eachWindow(layer, q, products);
        break;
    case LayerKind::MaxPool:
        eachWindow(layer, q, [&](std::span<const std::int32_t> seen) {
            for (std::size_t c = 0; c < channels; ++c) {
                std::int32_t largest = seen[c];
                for (std::size_t j = c; j < seen.size(); j += channels)
                    largest = std::max(largest, seen[j]);
                y.push_back(largest);
            }
        });
        break;
    case LayerKind::AveragePool:
        eachWindow(layer, q, [&](std::span<const std::int32_t> seen) {
            for (std::size_t c = 0; c < channels; ++c) {
                std::int64_t sum = 0;
                for (std::size_t j = c; j < seen.size(); j += channels)
                    sum += seen[j];
                y.push_back(requantize(layer, 0, sum));
            }
        });
        break;
    }
    return y;
}

} // namespace

IntegerOutputs runReference(const IntegerNetwork& network, std::span<const std::uint8_t> image)
{
    IntegerOutputs outputs;
    std::vector<std::int32_t> q = applyInputTable(network.input, image);
    for (const IntegerLayer& layer : network.layers) {
        if (&layer == &network.layers.back()) {
            const RowInputs inputs(q);
            for (std::size_t row = 0; row < std::size_t(layer.rows); ++row)
                outputs.scores.push_back(inputs.times(layer, row) * layer.multiplier[row] +
                                         layer.offset[row]);
            break;
        }
        q = hiddenOutputs(layer, q);
        outputs.hidden.push_back(q);
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
