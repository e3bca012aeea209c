#include "core/network/layer.h"

#include "core/network/convolution_layer.h"
#include "core/network/linear_layer.h"
#include "core/network/pooling_layer.h"

namespace ternbench {

namespace {

/// Kernels read and write whole vectors: so many floats behind the last value belong to no one.
constexpr std::size_t slack = 64;

} // namespace

Layer::Layer(const LayerSpec& spec, const TensorShape& input, int batchSize)
    : m_spec(spec), m_input(input), m_shape(outputShape(spec, input))
{
    const std::size_t size = std::size_t(batchSize) * std::size_t(m_shape.size()) + slack;
    m_output.assign(size, 0.0f);
    m_gradient.assign(size, 0.0f);
}

std::unique_ptr<Layer> makeLayer(const LayerSpec& spec, const TensorShape& input, int batchSize,
                                 std::uint64_t seed, int index)
{
    switch (spec.kind) {
    case LayerKind::Linear:
        break;
    case LayerKind::Conv2d:
        return std::make_unique<ConvolutionLayer>(spec, input, batchSize, seed, index);
    case LayerKind::MaxPool:
        return std::make_unique<MaxPoolLayer>(spec, input, batchSize);
    case LayerKind::AveragePool:
        return std::make_unique<AveragePoolLayer>(spec, input, batchSize);
    }
    return std::make_unique<LinearLayer>(spec, input, batchSize, seed, index);
}

} // namespace ternbench
