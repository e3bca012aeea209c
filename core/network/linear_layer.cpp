#include "core/network/linear_layer.h"

#include "core/kernels/blas.h"
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
/// One image in so many is looked at: thousands of outputs a layer are enough for the percentile.
constexpr int observedImageStride = 4;
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

bool allFinite(const float* values, int count)
{
    // A sum is finite only if all terms are, and vectorizes; overflow of finite terms is divergence too.
    float sum = 0.0f;
    for (int i = 0; i < count; ++i)
        sum += std::abs(values[i]);
    return std::isfinite(sum);
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

LinearLayer::LinearLayer(const LayerSpec& spec, int fanIn, int batchSize, std::uint64_t seed, int index)
    : m_spec(spec)
{
    const int rows = spec.outputs;
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

    const std::size_t size = std::size_t(batchSize) * std::size_t(rows);
    for (FloatBuffer* buffer : {&m_z, &m_output, &m_gradientFactor, &m_gradient})
        buffer->assign(size, 0.0f);
    for (FloatBuffer* buffer : {&m_mean, &m_variance, &m_inverseDeviation, &m_betaInUse, &m_dGamma, &m_dBeta})
        buffer->assign(std::size_t(rows), 0.0f);
    m_gammaInUse.assign(std::size_t(rows), 1.0f);
    m_nextColumn.assign(std::size_t(rows), 1.0f);
    m_observed.resize(std::size_t(tiles()));
}

int LinearLayer::tiles() const
{
    return (m_state.rows + tileColumns - 1) / tileColumns;
}

LinearLayer::Columns LinearLayer::columnsOf(int tile) const
{
    const int first = tile * tileColumns;
    return {first, std::min(tileColumns, m_state.rows - first)};
}

const float* LinearLayer::weightsInUse() const
{
    return m_state.coding ? m_effective.data() : m_state.weights.values.data();
}

float LinearLayer::weightScale() const
{
    return m_state.coding ? float(m_state.coding->scale) : 1.0f;
}

void LinearLayer::allocateEffective()
{
    m_effective.resize(m_state.weights.values.size());
}

void LinearLayer::setOutputQuantizer(std::span<const float> nextColumn)
{
    if (nextColumn.empty())
        m_nextColumn.assign(std::size_t(m_state.rows), 1.0f);
    else
        m_nextColumn.assign(nextColumn.begin(), nextColumn.end());
    if (m_state.clip <= 0.0 || m_spec.activation != Activation::Relu) {
        m_step.clear();
        return;
    }
    const double unit = m_state.clip / double((1 << m_spec.activationBits) - 1);
    m_step.resize(m_nextColumn.size());
    m_stepInverse.resize(m_nextColumn.size());
    for (std::size_t j = 0; j < m_nextColumn.size(); ++j) {
        m_step[j] = float(unit / double(m_nextColumn[j]));
        m_stepInverse[j] = 1.0f / m_step[j];
    }
}

bool LinearLayer::forwardTile(int tile, const float* x, int batch, const ForwardMode& mode)
{
    const Columns columns = columnsOf(tile);
    const int ld = m_state.rows;
    float* z = m_z.data() + columns.first;
    const float* weights = weightsInUse() + std::size_t(columns.first) * std::size_t(m_state.fanIn);
    sgemm(Transpose::No, Transpose::Yes, batch, columns.count, m_state.fanIn, weightScale(), x, m_state.fanIn,
          weights, m_state.fanIn, 0.0f, z, ld);

    const bool finite = mode.training ? batchStatistics(columns, batch) : useRunningStatistics(columns);
    if (mode.observe && m_spec.activation == Activation::Relu)
        observe(columns, tile, batch);
    const bool quantize = mode.quantize && !m_step.empty();
    kernels().activate({
        .batch = batch,
        .columns = columns.count,
        .ld = ld,
        .z = z,
        .output = m_output.data() + columns.first,
        .gradientFactor = mode.training ? m_gradientFactor.data() + columns.first : nullptr,
        .gamma = m_gammaInUse.data() + columns.first,
        .beta = m_betaInUse.data() + columns.first,
        .relu = m_spec.activation == Activation::Relu,
        .step = quantize ? m_step.data() + columns.first : nullptr,
        .stepInverse = quantize ? m_stepInverse.data() + columns.first : nullptr,
        .levels = float((1 << m_spec.activationBits) - 1),
        .keep = mode.training ? float(1.0 - mode.dropout * m_spec.dropout) : 1.0f,
        .dropoutKey = mode.dropoutKey,
        .firstColumn = columns.first,
    });
    return finite;
}

bool LinearLayer::batchStatistics(const Columns& columns, int batch)
{
    const int first = columns.first;
    float* mean = m_mean.data() + first;
    float* variance = m_variance.data() + first;
    kernels().columnMoments(m_z.data() + first, batch, columns.count, m_state.rows, mean, variance);
    if (m_spec.batchNorm) {
        for (int j = first; j < first + columns.count; ++j) {
            const auto at = std::size_t(j);
            m_inverseDeviation[at] = 1.0f / std::sqrt(m_variance[at] + varianceEpsilon);
            const float unbiased =
                batch > 1 ? m_variance[at] * float(batch) / float(batch - 1) : m_variance[at];
            m_state.runningMean[at] += runningMomentum * (m_mean[at] - m_state.runningMean[at]);
            m_state.runningVariance[at] += runningMomentum * (unbiased - m_state.runningVariance[at]);
            m_gammaInUse[at] = m_state.gamma.values[at];
        }
        kernels().normalizeColumns(m_z.data() + first, batch, columns.count, m_state.rows, mean,
                                   m_inverseDeviation.data() + first);
    }
    std::copy_n(m_state.beta.values.data() + first, columns.count, m_betaInUse.data() + first);
    return allFinite(mean, columns.count) && allFinite(variance, columns.count);
}

bool LinearLayer::useRunningStatistics(const Columns& columns)
{
    for (int j = columns.first; j < columns.first + columns.count; ++j) {
        const auto at = std::size_t(j);
        m_betaInUse[at] = m_state.beta.values[at];
        if (!m_spec.batchNorm)
            continue;
        m_gammaInUse[at] =
            m_state.gamma.values[at] / std::sqrt(m_state.runningVariance[at] + varianceEpsilon);
        m_betaInUse[at] -= m_gammaInUse[at] * m_state.runningMean[at];
    }
    return true;
}

void LinearLayer::observe(const Columns& columns, int tile, int batch)
{
    std::vector<std::uint32_t>& counts = m_observed[std::size_t(tile)];
    counts.assign(LogHistogram::bins, 0);
    for (int b = 0; b < batch; b += observedImageStride)
        for (int j = columns.first; j < columns.first + columns.count; ++j) {
            const auto at = std::size_t(j);
            const float z = m_z[std::size_t(b) * std::size_t(m_state.rows) + at];
            const float y = (m_gammaInUse[at] * z + m_betaInUse[at]) * m_nextColumn[at];
            if (y > 0.0f)
                ++counts[std::size_t(LogHistogram::binOf(y))];
        }
}

void LinearLayer::updateClip()
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

bool LinearLayer::backwardTile(int tile, int batch)
{
    const Columns columns = columnsOf(tile);
    const int first = columns.first;
    const int ld = m_state.rows;
    float* gradient = m_gradient.data() + first;
    float* dGamma = m_dGamma.data() + first;
    float* dBeta = m_dBeta.data() + first;
    kernels().activationBackward(gradient, m_gradientFactor.data() + first, m_z.data() + first, batch,
                                 columns.count, ld, dGamma, dBeta);
    if (m_spec.batchNorm) {
        float factor[tileColumns];
        for (int j = 0; j < columns.count; ++j)
            factor[j] = m_gammaInUse[std::size_t(first + j)] * m_inverseDeviation[std::size_t(first + j)];
        kernels().batchNormBackward(gradient, m_z.data() + first, batch, columns.count, ld, factor, dGamma,
                                    dBeta);
    }
    return allFinite(dGamma, columns.count) && allFinite(dBeta, columns.count);
}

void LinearLayer::inputGradientTile(int firstColumn, int columns, float* target, int batch) const
{
    sgemm(Transpose::No, Transpose::No, batch, columns, m_state.rows, weightScale(), m_gradient.data(),
          m_state.rows, weightsInUse() + firstColumn, m_state.fanIn, 0.0f, target + firstColumn,
          m_state.fanIn);
}

void LinearLayer::beginUpdate()
{
    if (m_state.coding)
        m_state.coding->threshold = nextThreshold(*m_state.coding);
}

void LinearLayer::updateTile(int tile, const float* x, int batch, const OptimizerStep& step, float* scratch)
{
    const Columns columns = columnsOf(tile);
    const int fanIn = m_state.fanIn;
    sgemm(Transpose::Yes, Transpose::No, columns.count, fanIn, batch, 1.0f, m_gradient.data() + columns.first,
          m_state.rows, x, fanIn, 0.0f, scratch, fanIn);
    Parameter& weights = m_state.weights;
    // Row by row: a row of weights, moments and gradient stays in the nearest cache from the optimizer to the
    // projection, so memory is passed over once.
    for (int i = 0; i < columns.count; ++i) {
        const std::size_t at = std::size_t(columns.first + i) * std::size_t(fanIn);
        optimize(weights.values.data() + at, weights.first.data() + at, weights.second.data() + at,
                 scratch + std::size_t(i) * std::size_t(fanIn), fanIn, step);
        if (m_state.coding)
            codeRow(*m_state.coding, weights.values.data(), m_effective.data(), columns.first + i, fanIn);
    }
    updateVector(m_state.beta, m_dBeta.data(), columns, step);
    if (m_spec.batchNorm)
        updateVector(m_state.gamma, m_dGamma.data(), columns, step);
}

void LinearLayer::updateVector(Parameter& parameter, const float* gradient, const Columns& columns,
                               const OptimizerStep& step)
{
    const int first = columns.first;
    optimize(parameter.values.data() + first, parameter.first.data() + first, parameter.second.data() + first,
             gradient + first, columns.count, step);
}

void LinearLayer::finishUpdate()
{
    if (m_state.coding)
        finishPass(*m_state.coding);
}

} // namespace ternbench
