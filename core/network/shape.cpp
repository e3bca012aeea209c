#include "core/network/shape.h"

namespace ternbench {

std::string toString(const TensorShape& shape)
{
    const std::string channels = std::to_string(shape.channels);
    if (shape.positions() == 1)
        return channels;
    return std::to_string(shape.height) + " x " + std::to_string(shape.width) + " x " + channels;
}

TensorShape outputShape(LayerKind kind, const Window& window, int outputs, const TensorShape& input)
{
    if (kind == LayerKind::Linear)
        return {1, 1, outputs};
    return {window.places(input.height), window.places(input.width),
            kind == LayerKind::Conv2d ? outputs : input.channels};
}

TensorShape outputShape(const LayerSpec& layer, const TensorShape& input)
{
    return outputShape(layer.kind, layer.window, layer.outputs, input);
}

std::optional<std::string> shapeProblem(const LayerSpec& layer, const TensorShape& input)
{
    if (layer.kind == LayerKind::Linear)
        return std::nullopt;
    const std::int64_t side = std::int64_t{input.height < input.width ? input.height : input.width} +
                              2 * std::int64_t{layer.window.padding};
    if (layer.window.kernel < 1 || layer.window.kernel > side)
        return "kernel: " + std::to_string(layer.window.kernel) + " is not allowed for inputs of " +
               toString(input) + ": must be 1.." + std::to_string(side);
    if (layer.window.padding >= layer.window.kernel)
        return "padding: " + std::to_string(layer.window.padding) + " is not allowed for a kernel of " +
               std::to_string(layer.window.kernel) + ": must be 0.." +
               std::to_string(layer.window.kernel - 1);
    return std::nullopt;
}

int fanInOf(const LayerSpec& layer, const TensorShape& input)
{
    switch (layer.kind) {
    case LayerKind::Linear:
        return input.size();
    case LayerKind::Conv2d:
        return layer.window.kernel * layer.window.kernel * input.channels;
    case LayerKind::MaxPool:
    case LayerKind::AveragePool:
        break;
    }
    return 0;
}

Grouping groupingOf(const LayerSpec& layer, const TensorShape& input)
{
    if (layer.kind == LayerKind::Conv2d)
        return Grouping::convolution(layer.groupAxis, layer.window.kernel, input.channels);
    return Grouping::linear(fanInOf(layer, input));
}

std::optional<std::string> tailProblem(const Code& code, const Grouping& grouping)
{
    const int tail = grouping.tail(code.groupSize);
    if (tail == 0 || tail >= code.minNonZeros())
        return std::nullopt;
    return "at most " + std::to_string(tail) + " for " + std::string(familyName(code.family)) +
           ": groups along " + std::to_string(grouping.segment) + " inputs leave a last group of " +
           std::to_string(tail);
}

} // namespace ternbench
