#pragma once

#include "core/network/layer.h"
#include "core/network/layer_state.h"
#include "core/network/step_profile.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ternbench {

/// A layer with weights, coded or float, followed by batch normalization (or a bias), ReLU, quantization and
/// dropout. What linear layers and convolutions share: everything but the products. Pre-activations are a
/// matrix of positions (image by image, pixel by pixel) by rows of the weight matrix.
class WeightLayer : public Layer
{
public:
    /// Fresh weights: normal, variance 2/fanIn (He et al., arXiv:1502.01852), from (seed, index).
    WeightLayer(const LayerSpec& spec, const TensorShape& input, int batchSize, std::uint64_t seed,
                int index);

    WeightLayer* withWeights() override { return this; }
    const LayerState& state() const { return m_state; }
    LayerState& state() { return m_state; }
    int rows() const { return m_state.rows; }
    int fanIn() const { return m_state.fanIn; }
    const Grouping& grouping() const { return m_grouping; }
    /// Inputs with the same index modulo this number share a column normalizer (normalizer.h).
    int columnChannels() const { return m_columnChannels; }
    /// Gives each input of the fan-in a column normalizer of its own; for a first linear layer, whose inputs
    /// have a table each.
    void separateColumns() { m_columnChannels = m_state.fanIn; }
    /// The weights with their coded form, for coding.h. Call allocateEffective() first.
    CodedMatrix matrix();

    /// Allocates the effective weights (without the scale D) before coding begins.
    void allocateEffective();
    float* effective() { return m_effective.data(); }
    const float* effective() const { return m_effective.data(); }

    /// Steps of the output quantizer: step_j = clip / (levels · column_j) with the column normalizer of the
    /// next layer with weights (empty: all 1), so that it sees integers on one common scale.
    void setOutputQuantizer(std::span<const float> nextColumn);
    /// (rows); empty while the range is unknown.
    const FloatBuffer& outputSteps() const { return m_step; }

    /// After a forward pass with `observe`: moves the range towards the percentile seen (or sets it when
    /// new).
    void updateClip();

    /// An optimizer step: begin, weight gradients, all tiles of weight rows (any order, any thread), finish.
    /// `scratch` holds updateScratch() floats of the calling thread.
    void beginUpdate();
    virtual void weightGradients(const float* x, int batch, ThreadPool& pool);
    int updateTiles() const;
    std::size_t updateScratch() const;
    void updateTile(int tile, const float* x, int batch, const OptimizerStep& step, float* scratch);
    void finishUpdate();

    /// Where the time goes from now on; null: nowhere.
    void setProfile(StepProfile* profile) { m_profile = profile; }

    static constexpr int updateRows = 128; ///< of a tile: its gradient is still in the cache when it is used

protected:
    /// A rectangle of the pre-activations.
    struct Tile
    {
        int firstPosition, positions; ///< positions count through the mini-batch
        int firstRow, rows;
    };

    /// Gradient of weight rows [first, first + rows), (rows, fanIn), into `target`.
    virtual void gradientOfRows(int first, int rows, const float* x, int batch, float* target) const = 0;

    /// Weights that products use: effective (without the scale D) in a coded stage, else the shadow weights.
    const float* weightsInUse() const;
    float weightScale() const;
    float* preActivations(const Tile& tile);

    /// From m_mean and m_variance of the mini-batch: what activate() applies, and the running statistics;
    /// `count` values were averaged. False where they are not finite.
    bool useBatchStatistics(int firstRow, int rows, std::int64_t count);
    void useRunningStatistics(int firstRow, int rows);
    /// Of the pass that begins: backward() undoes the same dropout and quantization.
    void setMode(const ForwardMode& mode) { m_mode = mode; }
    void activate(const Tile& tile);
    void observe(const Tile& tile, std::vector<std::uint32_t>& counts) const;

    /// gradient: from d output to dy; sums of the tile's own positions.
    void activationBackward(const Tile& tile, float* dGamma, float* dBeta);
    /// With m_dGamma, m_dBeta summed over `count` positions: coefficients of batch normalization's backward
    /// pass. False where they are not finite.
    bool beginNormalizationBackward(int firstRow, int rows, std::int64_t count);
    /// gradient: from dy to d pre-activation.
    void normalizationBackward(const Tile& tile);

    LayerState m_state;
    Grouping m_grouping;
    int m_columnChannels;
    FloatBuffer m_effective;
    FloatBuffer m_z;                                    ///< pre-activations, (positions, rows)
    FloatBuffer m_mean, m_variance, m_inverseDeviation; ///< (rows); of the mini-batch, or running ones
    FloatBuffer m_scale, m_bias;                        ///< (rows): y = scale·(z - mean) + bias
    FloatBuffer m_dGamma, m_dBeta;                      ///< (rows)
    FloatBuffer m_factor, m_offset, m_slope;            ///< (rows), see Kernels::batchNormBackward
    FloatBuffer m_step, m_stepInverse;                  ///< (rows); empty while the range is unknown
    FloatBuffer m_nextColumn;                           ///< (rows)
    std::vector<std::vector<std::uint32_t>> m_observed; ///< per tile: logarithmic histogram of outputs

private:
    ActivationTile activationTile(const Tile& tile);
    void updateVector(Parameter& parameter, const float* gradient, int first, int count,
                      const OptimizerStep& step);

    StepProfile* m_profile = nullptr;
    ForwardMode m_mode; ///< of the last forward pass
};

/// Whether all values are finite.
bool allFinite(const float* values, int count);

} // namespace ternbench
