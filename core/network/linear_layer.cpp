#include "core/network/linear_layer.h"

#include "core/kernels/blas.h"

#include <algorithm>

namespace ternbench {

LinearLayer::LinearLayer(const LayerSpec& spec, const TensorShape& input, int batchSize, std::uint64_t seed,
                         int index)
    : WeightLayer(spec, input, batchSize, seed, index)
{
    m_observed.resize(std::size_t(tiles()));
    m_finite.resize(std::size_t(tiles()));
}

int LinearLayer::tiles() const
{
    return (m_state.rows + tileRows - 1) / tileRows;
}

WeightLayer::Tile LinearLayer::tileOf(int tile, int batch) const
{
    const int first = tile * tileRows;
    return {0, batch, first, std::min(tileRows, m_state.rows - first)};
}

bool LinearLayer::forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool)
{
    setMode(mode);
    pool.run(tiles(),
             [&](int tile, int) { m_finite[std::size_t(tile)] = forwardTile(tile, x, batch, mode); });
    return std::ranges::find(m_finite, 0) == m_finite.end();
}

bool LinearLayer::forwardTile(int index, const float* x, int batch, const ForwardMode& mode)
{
    const Tile tile = tileOf(index, batch);
    const int fanIn = m_state.fanIn;
    float* const z = preActivations(tile);
    sgemm(Transpose::No, Transpose::Yes, batch, tile.rows, fanIn, weightScale(), x, fanIn,
          weightsInUse() + std::size_t(tile.firstRow) * std::size_t(fanIn), fanIn, 0.0f, z, m_state.rows);
    bool finite = true;
    if (mode.training) {
        kernels().columnMoments(z, batch, tile.rows, m_state.rows, m_mean.data() + tile.firstRow,
                                m_variance.data() + tile.firstRow);
        finite = useBatchStatistics(tile.firstRow, tile.rows, batch);
    } else
        useRunningStatistics(tile.firstRow, tile.rows);
    if (mode.observe)
        observe(tile, m_observed[std::size_t(index)]);
    activate(tile);
    return finite;
}

bool LinearLayer::backward(const float* x, float* inputGradient, int batch, ThreadPool& pool)
{
    static_cast<void>(x); // needed by the weight gradient only
    pool.run(tiles(), [&](int tile, int) { m_finite[std::size_t(tile)] = backwardTile(tile, batch); });
    if (inputGradient)
        pool.run((m_state.fanIn + tileRows - 1) / tileRows,
                 [&](int tile, int) { inputGradientTile(tile, inputGradient, batch); });
    return std::ranges::find(m_finite, 0) == m_finite.end();
}

bool LinearLayer::backwardTile(int index, int batch)
{
    const Tile tile = tileOf(index, batch);
    activationBackward(tile, m_dGamma.data() + tile.firstRow, m_dBeta.data() + tile.firstRow);
    const bool finite = beginNormalizationBackward(tile.firstRow, tile.rows, batch);
    normalizationBackward(tile);
    return finite;
}

void LinearLayer::inputGradientTile(int tile, float* inputGradient, int batch) const
{
    const int first = tile * tileRows;
    const int columns = std::min(tileRows, m_state.fanIn - first);
    sgemm(Transpose::No, Transpose::No, batch, columns, m_state.rows, weightScale(), m_gradient.data(),
          m_state.rows, weightsInUse() + first, m_state.fanIn, 0.0f, inputGradient + first, m_state.fanIn);
}

void LinearLayer::gradientOfRows(int first, int rows, const float* x, int batch, float* target) const
{
    sgemm(Transpose::Yes, Transpose::No, rows, m_state.fanIn, batch, 1.0f, m_gradient.data() + first,
          m_state.rows, x, m_state.fanIn, 0.0f, target, m_state.fanIn);
}

} // namespace ternbench
