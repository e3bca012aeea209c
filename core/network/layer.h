#pragma once

#include "core/kernels/aligned.h"
#include "core/kernels/kernels.h"
#include "core/network/shape.h"
#include "core/network/spec.h"
#include "core/parallel/thread_pool.h"

#include <cstdint>
#include <memory>

namespace ternbench {

class WeightLayer;

/// What one optimizer step applies to every parameter.
struct OptimizerStep
{
    OptimizerMethod method = OptimizerMethod::Adam;
    AdamStep adam{};
    float rate = 0.0f, momentum = 0.0f; ///< SGD
    float shrink = 1.0f; ///< factor on weights (not biases) before the step: decoupled weight decay
};

/// How a forward pass runs.
struct ForwardMode
{
    bool training = false;        ///< batch statistics, running statistics updated, gradients prepared
    double dropout = 0.0;         ///< factor on the layer's dropout; only in training
    bool quantize = false;        ///< quantize the outputs, once the range is known
    bool observe = false;         ///< collect the distribution of the outputs for the activation range
    std::uint32_t dropoutKey = 0; ///< of this layer and mini-batch
    float residual = 0.0f;        ///< in training: products use coded weights + residual · shadow weights
};

/// A layer in training. Activations are (batch, height, width, channels), channels last; every layer owns its
/// output and the gradient with respect to it. Each call cuts its work into tasks whose number and shape
/// depend on the layer and the mini-batch alone, and reduces in a fixed order, so that the bits are the same
/// for any number of threads.
class Layer
{
public:
    Layer(const LayerSpec& spec, const TensorShape& input, int batchSize);
    virtual ~Layer() = default;
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;

    const LayerSpec& spec() const { return m_spec; }
    const TensorShape& inputShape() const { return m_input; }
    const TensorShape& shape() const { return m_shape; }
    const float* output() const { return m_output.data(); }
    /// The loss' gradient with respect to the output; backward() may overwrite it.
    float* gradient() { return m_gradient.data(); }
    const float* gradient() const { return m_gradient.data(); }

    /// output() from x (batch, inputShape). False where the numbers are no longer finite.
    virtual bool forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool) = 0;
    /// After forward() in training and with gradient() filled: `inputGradient` (batch, inputShape), unless
    /// null. False where the numbers are no longer finite.
    virtual bool backward(const float* x, float* inputGradient, int batch, ThreadPool& pool) = 0;

    /// This layer if it has weights, else null.
    virtual WeightLayer* withWeights() { return nullptr; }
    /// For layers without weights that round: the steps of their inputs (channels); empty in float stages.
    virtual void setSteps(const FloatBuffer& steps) { static_cast<void>(steps); }

protected:
    LayerSpec m_spec;
    TensorShape m_input, m_shape;
    FloatBuffer m_output, m_gradient;
};

/// The layer of `spec` for inputs of this shape, its weights drawn from (seed, index).
std::unique_ptr<Layer> makeLayer(const LayerSpec& spec, const TensorShape& input, int batchSize,
                                 std::uint64_t seed, int index);

} // namespace ternbench
