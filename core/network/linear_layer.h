#pragma once

#include "core/network/layer_state.h"
#include "core/network/spec.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ternbench {

/// What one optimizer step applies to every parameter.
struct OptimizerStep
{
    OptimizerMethod method = OptimizerMethod::Adam;
    AdamStep adam{};
    float rate = 0.0f, momentum = 0.0f; ///< SGD
};

/// How a forward pass runs.
struct ForwardMode
{
    bool training = false;        ///< batch statistics, running statistics updated, gradients prepared
    double dropout = 0.0;         ///< factor on the layer's dropout; only in training
    bool quantize = false;        ///< quantize the outputs, once the range is known
    bool observe = false;         ///< collect the distribution of the outputs for the activation range
    std::uint32_t dropoutKey = 0; ///< of this layer and mini-batch
};

/// A fully-connected layer in training: y = activation(batchNorm(W·x)), W coded or float.
///
/// Work is cut into tiles of output columns (forward, backward) or weight rows (update). A tile's batch
/// statistics, activations, weight gradients and optimizer state belong to it alone, so tiles need no
/// reduction and their fixed shape gives the same bits for any number of threads. Tiles of one phase may
/// run in parallel; phases must not overlap. Activations are (batch, rows), row-major.
class LinearLayer
{
public:
    /// Fresh weights: normal, variance 2/fanIn (He et al., arXiv:1502.01852), from (seed, index).
    LinearLayer(const LayerSpec& spec, int fanIn, int batchSize, std::uint64_t seed, int index);

    const LayerSpec& spec() const { return m_spec; }
    const LayerState& state() const { return m_state; }
    LayerState& state() { return m_state; }
    int rows() const { return m_state.rows; }
    int fanIn() const { return m_state.fanIn; }
    int tiles() const;

    /// Weights that products use: effective (without the scale D) in a coded stage, else the shadow weights.
    const float* weightsInUse() const;
    float weightScale() const;
    float* effective() { return m_effective.data(); }
    const float* effective() const { return m_effective.data(); }
    /// Allocates the effective weights before coding begins.
    void allocateEffective();

    const float* output() const { return m_output.data(); }
    float* output() { return m_output.data(); }
    /// The loss' gradient with respect to what the phase under way works on, (batch, rows).
    float* gradient() { return m_gradient.data(); }

    /// Steps of the output quantizer: step_j = clip / (levels · column_j) with the next layer's column
    /// normalizer (empty: all 1), so that the next layer sees integers on one common scale.
    void setOutputQuantizer(std::span<const float> nextColumn);

    /// output[:, tile] from x (batch, fanIn). False where the statistics are not finite.
    bool forwardTile(int tile, const float* x, int batch, const ForwardMode& mode);

    /// gradient[:, tile]: from d output to d pre-activation. False where it is not finite.
    bool backwardTile(int tile, int batch);

    /// target[:, tile of fanIn] = gradient · W, the gradient with respect to this layer's input; `target` is
    /// the gradient of the layer before, (batch, fanIn).
    void inputGradientTile(int firstColumn, int columns, float* target, int batch) const;

    /// Before the tiles of an update: the threshold that they code with.
    void beginUpdate();
    /// Gradient, optimizer and coding of a tile of weight rows, in one pass over their memory. `scratch`
    /// holds tileColumns·fanIn floats of the calling thread.
    void updateTile(int tile, const float* x, int batch, const OptimizerStep& step, float* scratch);
    /// After all tiles: the new scale.
    void finishUpdate();

    /// After a forward pass with `observe`: moves the range towards the percentile seen (or sets it when
    /// new).
    void updateClip();

    static constexpr int tileColumns = 128;

private:
    struct Columns
    {
        int first, count;
    };
    Columns columnsOf(int tile) const;
    bool batchStatistics(const Columns& columns, int batch);
    bool useRunningStatistics(const Columns& columns);
    void observe(const Columns& columns, int tile, int batch);
    void updateVector(Parameter& parameter, const float* gradient, const Columns& columns,
                      const OptimizerStep& step);

    LayerSpec m_spec;
    LayerState m_state;
    FloatBuffer m_effective;
    FloatBuffer m_z; ///< pre-activation, then xhat
    FloatBuffer m_output, m_gradientFactor, m_gradient;
    FloatBuffer m_mean, m_variance, m_inverseDeviation; ///< (rows), of the last mini-batch
    FloatBuffer m_gammaInUse, m_betaInUse;              ///< (rows), as activate() applies them
    FloatBuffer m_dGamma, m_dBeta;
    FloatBuffer m_step, m_stepInverse;                  ///< (rows); empty while the range is unknown
    FloatBuffer m_nextColumn;                           ///< (rows)
    std::vector<std::vector<std::uint32_t>> m_observed; ///< per tile: logarithmic histogram of outputs
};

} // namespace ternbench
