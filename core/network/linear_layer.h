#pragma once

#include "core/network/weight_layer.h"

namespace ternbench {

/// A fully-connected layer in training: y = activation(batchNorm(W·x)), W coded or float; reads an image as
/// one vector in the order (y, x, channel).
///
/// Work is cut into tiles of 256 outputs (forward, backward), inputs (input gradient) or 128 weight rows
/// (update). A tile's batch statistics, activations, weight gradients and optimizer state belong to it alone,
/// so nothing is reduced between tiles.
class LinearLayer : public WeightLayer
{
public:
    LinearLayer(const LayerSpec& spec, const TensorShape& input, int batchSize, std::uint64_t seed,
                int index);

    bool forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool) override;
    bool backward(const float* x, float* inputGradient, int batch, ThreadPool& pool) override;

private:
    bool forwardTile(int tile, const float* x, int batch, const ForwardMode& mode);
    bool backwardTile(int tile, int batch);
    void inputGradientTile(int tile, float* inputGradient, int batch) const;
    void gradientOfRows(int first, int rows, const float* x, int batch, float* target) const override;
    int tiles() const;
    Tile tileOf(int tile, int batch) const;

    /// Outputs (or inputs) of a tile: fewer would have OpenBLAS pack the mini-batch more often.
    static constexpr int tileRows = 256;

    std::vector<char> m_finite; ///< per tile
};

} // namespace ternbench
