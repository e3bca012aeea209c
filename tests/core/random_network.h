#pragma once

#include "core/code/codebook.h"
#include "core/data/labelled_images.h"
#include "core/integer/integer_network.h"
#include "core/random.h"

#include <algorithm>
#include <string>
#include <vector>

/// Integer networks of any shape with random weights and constants, for the suites that compare
/// implementations of the integer model.
namespace ternbench::test {

struct RandomLayer
{
    int rows = 1;
    Code code;
    int activationBits = 8; ///< of its outputs
};

/// Weights drawn uniformly from the patterns of the code; in a tail group, from those without non-zeros in
/// the padding (there must be one).
inline std::vector<std::int8_t> randomWeights(int rows, int fanIn, const Code& code, Random& random)
{
    const Codebook codebook(code);
    const int n = code.groupSize;
    std::vector<std::int8_t> weights;
    std::vector<std::int8_t> pattern(static_cast<std::size_t>(n));
    for (int row = 0; row < rows; ++row)
        for (int at = 0; at < fanIn; at += n) {
            const auto size = std::ptrdiff_t(std::min(n, fanIn - at));
            do
                codebook.unrank(random.below(codebook.size()), pattern);
            while (std::any_of(pattern.begin() + size, pattern.end(), [](auto t) { return t != 0; }));
            weights.insert(weights.end(), pattern.begin(), pattern.begin() + size);
        }
    return weights;
}

inline InputTable randomInputTable(int inputs, bool perInput, int low, int high, Random& random)
{
    InputTable table{inputs, perInput, {}};
    for (int i = 0; i < 256 * (perInput ? inputs : 1); ++i)
        table.values.push_back(std::int16_t(low + int(random.below(std::uint32_t(high - low + 1)))));
    return table;
}

/// Multipliers of both signs, with shifts and offsets that bring typical sums around the middle of the
/// output's range and some of them beyond either end. Needs accumulatorBits.
inline void addConstants(IntegerLayer& layer, bool last, Random& random)
{
    const int lastShift = 10 + int(random.below(20));
    for (int row = 0; row < layer.rows; ++row) {
        // |acc| is about 2^(accumulatorBits - 3), |multiplier| about 2^14.
        const int near = layer.accumulatorBits + 12 - layer.activationBits;
        const int shift = last ? lastShift : std::max(0, near - 1 + int(random.below(3)));
        const std::int64_t middle = std::int64_t{1} << (shift + layer.activationBits - 1);
        layer.multiplier.push_back(int(random.below(65536)) - 32768);
        layer.offset.push_back(middle / 2 + std::int64_t(random.next() % std::uint64_t(middle)));
        layer.shift.push_back(std::uint8_t(shift));
    }
}

inline IntegerNetwork randomNetwork(const InputTable& input, const std::vector<RandomLayer>& layers,
                                    Random& random)
{
    IntegerNetwork network;
    network.input = input;
    int fanIn = input.inputs;
    for (const RandomLayer& wanted : layers) {
        IntegerLayer layer;
        layer.name = "layer" + std::to_string(network.layers.size());
        layer.rows = wanted.rows;
        layer.fanIn = fanIn;
        layer.code = wanted.code;
        layer.activationBits = wanted.activationBits;
        layer.weights = randomWeights(wanted.rows, fanIn, wanted.code, random);
        network.layers.push_back(layer);
        fanIn = wanted.rows;
    }
    setAccumulatorBits(network);
    for (IntegerLayer& layer : network.layers)
        addConstants(layer, &layer == &network.layers.back(), random);
    return network;
}

/// Convolutions and pooling of any shape over an image, then a linear layer of `classes` rows. `code` draws a
/// code (its groups need not match the layer's own grouping: weights may be any).
template <class DrawCode>
IntegerNetwork randomConvolutionNetwork(const TensorShape& image, int classes, const DrawCode& code,
                                        Random& random)
{
    IntegerNetwork network;
    network.input = randomInputTable(image.size(), random.below(2) != 0, -100, 155, random);
    TensorShape shape = image;
    int bits = 8;
    const auto add = [&](LayerKind kind, int rows) {
        IntegerLayer layer;
        layer.kind = kind;
        layer.name = "layer" + std::to_string(network.layers.size());
        layer.input = shape;
        const int side = std::min(shape.height, shape.width);
        layer.window.kernel = 1 + int(random.below(std::uint32_t(std::min(side, 4))));
        layer.window.stride = 1 + int(random.below(std::uint32_t(layer.window.kernel)));
        if (kind == LayerKind::Conv2d)
            layer.window.padding = int(random.below(std::uint32_t(layer.window.kernel)));
        if (kind == LayerKind::Linear)
            layer.fanIn = shape.size();
        if (kind == LayerKind::Conv2d)
            layer.fanIn = layer.window.kernel * layer.window.kernel * shape.channels;
        if (layer.hasWeights()) {
            layer.rows = rows;
            layer.groupAxis = random.below(2) ? GroupAxis::Channels : GroupAxis::Flattened;
            layer.code = code(random);
            layer.weights = randomWeights(rows, layer.fanIn, layer.code, random);
        }
        bits = layer.activationBits = kind == LayerKind::MaxPool ? bits : 2 + int(random.below(7));
        network.layers.push_back(layer);
        shape = layer.outputShape();
    };
    add(LayerKind::Conv2d, 1 + int(random.below(20)));
    add(random.below(2) ? LayerKind::MaxPool : LayerKind::AveragePool, 0);
    add(LayerKind::Conv2d, 1 + int(random.below(40)));
    add(random.below(2) ? LayerKind::MaxPool : LayerKind::AveragePool, 0);
    add(LayerKind::Linear, classes);
    setAccumulatorBits(network);
    for (IntegerLayer& layer : network.layers)
        if (layer.hasWeights())
            addConstants(layer, &layer == &network.layers.back(), random);
        else if (layer.kind == LayerKind::AveragePool) {
            const AverageRounding rounding = averageRounding(layer.window.kernel * layer.window.kernel);
            layer.multiplier = {rounding.multiplier};
            layer.offset = {rounding.offset};
            layer.shift = {rounding.shift};
        }
    return network;
}

/// Bytes drawn uniformly; labels are 0.
inline LabelledImages randomImages(int count, int inputs, Random& random)
{
    LabelledImages images = emptyVectors(count, inputs);
    images.labels.assign(std::size_t(count), 0);
    for (int i = 0; i < count * inputs; ++i)
        images.pixels.push_back(std::uint8_t(random.below(256)));
    return images;
}

} // namespace ternbench::test
