#pragma once

#include "core/network/layer.h"

#include <vector>

namespace ternbench {

/// What max- and average-pooling share: windows wholly inside the image, one task an image.
class PoolingLayer : public Layer
{
public:
    PoolingLayer(const LayerSpec& spec, const TensorShape& input, int batchSize);

protected:
    std::size_t inputAt(int image) const { return std::size_t(image) * std::size_t(m_input.size()); }
    std::size_t outputAt(int image) const { return std::size_t(image) * std::size_t(m_shape.size()); }

    Pooling m_pooling;
};

/// The largest value of each window; on the integers it is the same operation.
class MaxPoolLayer : public PoolingLayer
{
public:
    using PoolingLayer::PoolingLayer;
    bool forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool) override;
    bool backward(const float* x, float* inputGradient, int batch, ThreadPool& pool) override;

private:
    std::vector<FloatBuffer> m_scratch; ///< per thread
};

/// The mean of each window, rounded to the steps of its inputs (halves up) in coded stages, as the integer
/// model does; the rounding is straight-through.
class AveragePoolLayer : public PoolingLayer
{
public:
    using PoolingLayer::PoolingLayer;
    bool forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool) override;
    bool backward(const float* x, float* inputGradient, int batch, ThreadPool& pool) override;
    void setSteps(const FloatBuffer& steps) override;

private:
    float share() const { return 1.0f / float(m_spec.window.kernel * m_spec.window.kernel); }

    FloatBuffer m_steps, m_stepInverses; ///< (channels)
};

} // namespace ternbench
