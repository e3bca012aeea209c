#include "core/network/weight_layer.h"

#include "core/network/log_histogram.h"
#include "core/random.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr float runningMomentum = 0.1f; ///< share of a mini-batch in the running statistics
constexpr float varianceEpsilon = float(batchNormEpsilon);
/// The range ends at this share of the positive outputs: the few above are clipped for finer steps below.
constexpr double clipPercentile = 0.999;
/// One position in so many is looked at: thousands of outputs a layer are enough for the percentile.
constexpr int observedStride = 4;
constexpr double clipMomentum = 0.2; ///< share of one observation in the running percentile

/// He et al.'s variance 2/fanIn for layers with ReLU; 1/fanIn (LeCun) for the score layer.
FloatBuffer initialWeights(const LayerSpec& spec, int fanIn, std::uint64_t seed, int index)
{
    Random random(seed, stream::initialWeights, std::uint64_t(index));
    const double gain = spec.activation == Activation::Relu ? 2.0 : 1.0;
    const double deviation = std::sqrt(gain / fanIn);
    FloatBuffer weights(std::size_t(spec.outputs) * std::size_t(fanIn));
    for (float& weight : weights)
        weight = float(deviation * random.normal());
    return weights;
}

void prepare(Parameter& parameter, float value, int size)
{
    parameter.values.assign(std::size_t(size), value);
    parameter.first.assign(std::size_t(size), 0.0f);
    parameter.second.assign(std::size_t(size), 0.0f);
}

void optimize(float* values, float* first, float* second, const float* gradient, int count,
              const OptimizerStep& step)
{
    if (step.method == OptimizerMethod::Adam)
        kernels().adam(values, first, second, gradient, count, step.adam);
    else
        kernels().sgd(values, first, gradient, count, step.rate, step.momentum);
}

} // namespace

bool allFinite(const float* values, int count)
{
    // A sum is finite only if all terms are, and vectorizes; overflow of finite terms is divergence too.
    float sum = 0.0f;
    for (int i = 0; i < count; ++i)
        sum += std::abs(values[i]);
    return std::isfinite(sum);
}

WeightLayer::WeightLayer(const LayerSpec& spec, const TensorShape& input, int batchSize, std::uint64_t seed,
                         int index)
    : Layer(spec, input, batchSize), m_grouping(groupingOf(spec, input)), m_columnChannels(input.channels)
{
    const int rows = spec.outputs;
    const int fanIn = fanInOf(spec, input);
    m_state.name = spec.name;
    m_state.rows = rows;
    m_state.fanIn = fanIn;
    m_state.weights.values = initialWeights(spec, fanIn, seed, index);
    m_state.weights.first.assign(m_state.weights.values.size(), 0.0f);
    m_state.weights.second.assign(m_state.weights.values.size(), 0.0f);
    prepare(m_state.beta, 0.0f, rows);
    if (spec.batchNorm) {
        prepare(m_state.gamma, 1.0f, rows);
        m_state.runningMean.assign(std::size_t(rows), 0.0f);
        m_state.runningVariance.assign(std::size_t(rows), 1.0f);
    }
    m_state.clip = spec.clip;

    m_z.assign(m_output.size(), 0.0f);
    for (FloatBuffer* buffer :
         {&m_mean, &m_variance, &m_bias, &m_dGamma, &m_dBeta, &m_factor, &m_offset, &m_slope})
        buffer->assign(std::size_t(rows), 0.0f);
    for (FloatBuffer* buffer : {&m_inverseDeviation, &m_scale, &m_nextColumn})
        buffer->assign(std::size_t(rows), 1.0f);
}

const float* WeightLayer::weightsInUse() const
{
    if (m_mode.residual > 0.0f)
        return m_mixed.data();
    return m_state.coding ? m_effective.data() : m_state.weights.values.data();
}

float WeightLayer::weightScale() const
{
    return m_state.coding && m_mode.residual == 0.0f ? m_state.coding->productScale() : 1.0f;
}

void WeightLayer::mixResidual(float residual, ThreadPool& pool)
{
    m_mixed.resize(m_effective.size());
    const float scale = m_state.coding->productScale();
    const auto fanIn = std::size_t(m_state.fanIn);
    pool.run(updateTiles(), [&](int tile, int) {
        const std::size_t first = std::size_t(tile) * std::size_t(updateRows) * fanIn;
        const std::size_t end = std::min(m_mixed.size(), first + std::size_t(updateRows) * fanIn);
        for (std::size_t i = first; i < end; ++i)
            m_mixed[i] = scale * m_effective[i] + residual * m_state.weights.values[i];
    });
}

void WeightLayer::allocateEffective()
{
    m_effective.resize(m_state.weights.values.size());
}

CodedMatrix WeightLayer::matrix()
{
    return {m_state.weights.values.data(), m_effective.data(), m_state.rows, m_grouping, m_columnChannels};
}

float* WeightLayer::preActivations(const Tile& tile)
{
    return m_z.data() + std::size_t(tile.firstPosition) * std::size_t(m_state.rows) +
           std::size_t(tile.firstRow);
}

void WeightLayer::setOutputQuantizer(std::span<const float> nextColumn)
{
    if (nextColumn.empty())
        m_nextColumn.assign(std::size_t(m_state.rows), 1.0f);
    else
        m_nextColumn.assign(nextColumn.begin(), nextColumn.end());
    if (m_state.clip <= 0.0 || m_spec.activation != Activation::Relu) {
        m_step.clear();
        return;
    }
    const double unit = outputScale();
    m_step.resize(m_nextColumn.size());
    m_stepInverse.resize(m_nextColumn.size());
    for (std::size_t j = 0; j < m_nextColumn.size(); ++j) {
        m_step[j] = float(unit / double(m_nextColumn[j]));
        m_stepInverse[j] = 1.0f / m_step[j];
    }
}

bool WeightLayer::useBatchStatistics(int firstRow, int rows, std::int64_t count)
{
    for (int j = firstRow; j < firstRow + rows; ++j) {
        const auto at = std::size_t(j);
        m_bias[at] = m_state.beta.values[at];
        m_scale[at] = correction(at);
        if (!m_spec.batchNorm)
            continue;
        m_inverseDeviation[at] = 1.0f / std::sqrt(m_variance[at] + varianceEpsilon);
        const float unbiased = count > 1 ? m_variance[at] * float(count) / float(count - 1) : m_variance[at];
        m_state.runningMean[at] += runningMomentum * (m_mean[at] - m_state.runningMean[at]);
        m_state.runningVariance[at] += runningMomentum * (unbiased - m_state.runningVariance[at]);
        m_scale[at] *= m_state.gamma.values[at] * m_inverseDeviation[at];
    }
    const bool finite =
        allFinite(m_mean.data() + firstRow, rows) && allFinite(m_variance.data() + firstRow, rows);
    if (!m_spec.batchNorm) // the statistics have only been looked at
        std::fill_n(m_mean.begin() + firstRow, rows, 0.0f);
    return finite;
}

void WeightLayer::useRunningStatistics(int firstRow, int rows)
{
    for (int j = firstRow; j < firstRow + rows; ++j) {
        const auto at = std::size_t(j);
        m_bias[at] = m_state.beta.values[at];
        m_mean[at] = m_spec.batchNorm ? m_state.runningMean[at] : 0.0f;
        m_scale[at] = correction(at);
        if (m_spec.batchNorm)
            m_scale[at] *=
                m_state.gamma.values[at] / std::sqrt(m_state.runningVariance[at] + varianceEpsilon);
    }
}

ActivationTile WeightLayer::activationTile(const Tile& tile)
{
    const ForwardMode& mode = m_mode;
    const std::size_t at =
        std::size_t(tile.firstPosition) * std::size_t(m_state.rows) + std::size_t(tile.firstRow);
    const bool quantize = mode.quantize && !m_step.empty();
    return {
        .batch = tile.positions,
        .columns = tile.rows,
        .ld = m_state.rows,
        .z = m_z.data() + at,
        .output = m_output.data() + at,
        .mean = m_mean.data() + tile.firstRow,
        .scale = m_scale.data() + tile.firstRow,
        .bias = m_bias.data() + tile.firstRow,
        .relu = m_spec.activation == Activation::Relu,
        .step = quantize ? m_step.data() + tile.firstRow : nullptr,
        .stepInverse = quantize ? m_stepInverse.data() + tile.firstRow : nullptr,
        .levels = float((1 << m_spec.activationBits) - 1),
        .keep = mode.training ? float(1.0 - mode.dropout * m_spec.dropout) : 1.0f,
        .dropoutKey = mode.dropoutKey,
        .firstElement = std::uint32_t(at),
    };
}

void WeightLayer::activate(const Tile& tile)
{
    const PartTimer timer(m_profile, StepPart::Activation);
    kernels().activate(activationTile(tile));
}

void WeightLayer::observe(const Tile& tile, std::vector<std::uint32_t>& counts) const
{
    counts.assign(LogHistogram::bins, 0);
    if (m_spec.activation != Activation::Relu)
        return;
    for (int p = tile.firstPosition; p < tile.firstPosition + tile.positions; p += observedStride)
        for (int j = tile.firstRow; j < tile.firstRow + tile.rows; ++j) {
            const auto at = std::size_t(j);
            const float z = m_z[std::size_t(p) * std::size_t(m_state.rows) + at];
            const float y = (m_scale[at] * (z - m_mean[at]) + m_bias[at]) * m_nextColumn[at];
            if (y > 0.0f)
                ++counts[std::size_t(LogHistogram::binOf(y))];
        }
}

void WeightLayer::updateClip()
{
    if (m_spec.activation != Activation::Relu || m_spec.clip > 0.0)
        return;
    std::vector<std::uint64_t> counts(LogHistogram::bins, 0);
    for (const std::vector<std::uint32_t>& tile : m_observed)
        for (std::size_t bin = 0; bin < tile.size(); ++bin)
            counts[bin] += tile[bin];
    const double seen = LogHistogram::percentile(counts, clipPercentile);
    if (seen <= 0.0)
        return;
    m_state.clip = m_state.clip > 0.0 ? m_state.clip + clipMomentum * (seen - m_state.clip) : seen;
    const FloatBuffer next = m_nextColumn;
    setOutputQuantizer(next);
}

void WeightLayer::activationBackward(const Tile& tile, float* dGamma, float* dBeta)
{
    const std::size_t at =
        std::size_t(tile.firstPosition) * std::size_t(m_state.rows) + std::size_t(tile.firstRow);
    kernels().activationBackward(activationTile(tile), m_gradient.data() + at,
                                 m_inverseDeviation.data() + tile.firstRow, dGamma, dBeta);
}

bool WeightLayer::beginNormalizationBackward(int firstRow, int rows, std::int64_t count)
{
    for (int j = firstRow; j < firstRow + rows; ++j) {
        const auto at = std::size_t(j);
        m_factor[at] = m_scale[at];
        m_offset[at] = m_dBeta[at] / float(count);
        m_slope[at] = m_inverseDeviation[at] * m_dGamma[at] / float(count);
    }
    return allFinite(m_dGamma.data() + firstRow, rows) && allFinite(m_dBeta.data() + firstRow, rows);
}

void WeightLayer::normalizationBackward(const Tile& tile)
{
    if (!m_spec.batchNorm)
        return;
    const std::size_t at =
        std::size_t(tile.firstPosition) * std::size_t(m_state.rows) + std::size_t(tile.firstRow);
    kernels().batchNormBackward(m_gradient.data() + at, m_z.data() + at, tile.positions, tile.rows,
                                m_state.rows, m_mean.data() + tile.firstRow, m_factor.data() + tile.firstRow,
                                m_offset.data() + tile.firstRow, m_slope.data() + tile.firstRow);
}

void WeightLayer::beginUpdate()
{
    if (m_state.coding)
        useNextThresholds(*m_state.coding);
}

void WeightLayer::weightGradients(const float* x, int batch, ThreadPool& pool)
{
    // A linear layer computes them tile by tile.
    static_cast<void>(x);
    static_cast<void>(batch);
    static_cast<void>(pool);
}

int WeightLayer::updateTiles() const
{
    return (m_state.rows + updateRows - 1) / updateRows;
}

std::size_t WeightLayer::updateScratch() const
{
    return std::size_t(std::min(m_state.rows, updateRows)) * std::size_t(m_state.fanIn);
}

void WeightLayer::updateTile(int tile, const float* x, int batch, const OptimizerStep& step, float* scratch)
{
    const int first = tile * updateRows;
    const int rows = std::min(updateRows, m_state.rows - first);
    const int fanIn = m_state.fanIn;
    LapTimer timer(m_profile);
    gradientOfRows(first, rows, x, batch, scratch);
    timer.lap(StepPart::WeightGradient);
    Parameter& weights = m_state.weights;
    // Row by row: a row of weights, moments and gradient stays in the nearest cache from the optimizer to the
    // projection, so memory is passed over once.
    for (int i = 0; i < rows; ++i) {
        const std::size_t at = std::size_t(first + i) * std::size_t(fanIn);
        float* const gradient = scratch + std::size_t(i) * std::size_t(fanIn);
        prepareStep(weights.values.data() + at, gradient, step.shrink);
        optimize(weights.values.data() + at, weights.first.data() + at, weights.second.data() + at, gradient,
                 fanIn, step);
        timer.lap(StepPart::Optimizer);
        if (!m_state.coding)
            continue;
        codeRow(*m_state.coding, weights.values.data(), m_effective.data(), first + i);
        timer.lap(StepPart::Projection);
    }
    updateVector(m_state.beta, m_dBeta.data(), first, rows, step);
    if (m_spec.batchNorm)
        updateVector(m_state.gamma, m_dGamma.data(), first, rows, step);
}

void WeightLayer::prepareStep(float* weights, float* gradient, float shrink) const
{
    if (shrink != 1.0f)
        for (int j = 0; j < m_state.fanIn; ++j)
            weights[j] *= shrink;
    // The products depend on the weights in two ways: straight through their code, and by the residual.
    if (m_mode.residual > 0.0f)
        for (int j = 0; j < m_state.fanIn; ++j)
            gradient[j] *= 1.0f + m_mode.residual;
}

void WeightLayer::updateVector(Parameter& parameter, const float* gradient, int first, int count,
                               const OptimizerStep& step)
{
    optimize(parameter.values.data() + first, parameter.first.data() + first, parameter.second.data() + first,
             gradient + first, count, step);
}

void WeightLayer::finishUpdate()
{
    if (m_state.coding)
        finishPass(*m_state.coding);
}

} // namespace ternbench
