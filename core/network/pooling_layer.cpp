#include "core/network/pooling_layer.h"

#include <algorithm>

namespace ternbench {

PoolingLayer::PoolingLayer(const LayerSpec& spec, const TensorShape& input, int batchSize)
    : Layer(spec, input, batchSize), m_pooling{input.width,   input.channels,     m_shape.height,
                                               m_shape.width, spec.window.kernel, spec.window.stride}
{}

bool MaxPoolLayer::forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool)
{
    static_cast<void>(mode); // the same in training and after it
    pool.run(batch, [&](int image, int) {
        kernels().pooling.largest(m_pooling, x + inputAt(image), m_output.data() + outputAt(image));
    });
    return true;
}

bool MaxPoolLayer::backward(const float* x, float* inputGradient, int batch, ThreadPool& pool)
{
    if (!inputGradient)
        return true;
    m_scratch.resize(std::size_t(pool.threads()), FloatBuffer(std::size_t(m_input.channels)));
    pool.run(batch, [&](int image, int thread) {
        std::fill_n(inputGradient + inputAt(image), m_input.size(), 0.0f);
        kernels().pooling.largestBackward(m_pooling, x + inputAt(image), m_output.data() + outputAt(image),
                                          m_gradient.data() + outputAt(image), inputGradient + inputAt(image),
                                          m_scratch[std::size_t(thread)].data());
    });
    return true;
}

bool AveragePoolLayer::forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool)
{
    const bool quantize = mode.quantize && !m_steps.empty();
    pool.run(batch, [&](int image, int) {
        float* const y = m_output.data() + outputAt(image);
        kernels().pooling.sum(m_pooling, x + inputAt(image), share(), y);
        if (quantize)
            kernels().pooling.quantize(y, m_shape.positions(), m_shape.channels, m_steps.data(),
                                       m_stepInverses.data());
    });
    return true;
}

bool AveragePoolLayer::backward(const float* x, float* inputGradient, int batch, ThreadPool& pool)
{
    static_cast<void>(x); // a sum's derivative does not depend on it
    if (!inputGradient)
        return true;
    pool.run(batch, [&](int image, int) {
        std::fill_n(inputGradient + inputAt(image), m_input.size(), 0.0f);
        kernels().pooling.sumBackward(m_pooling, m_gradient.data() + outputAt(image), share(),
                                      inputGradient + inputAt(image));
    });
    return true;
}

void AveragePoolLayer::setSteps(const FloatBuffer& steps)
{
    m_steps = steps;
    m_stepInverses.resize(steps.size());
    std::ranges::transform(steps, m_stepInverses.begin(), [](float step) { return 1.0f / step; });
}

} // namespace ternbench
