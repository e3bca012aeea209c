#include "core/network/convolution_layer.h"

#include <algorithm>

namespace ternbench {

namespace {

/// Enough tasks for 64 threads, few enough that the sums of the shards cost nothing.
constexpr int mostShards = 64;
/// The weight gradient of a shard is as large as the weights: fewer of them, and of large layers fewer still.
constexpr int mostGradientShards = 16;
constexpr std::size_t mostPartialFloats = std::size_t{4} << 20;
/// A strip of image and gradient rows that stays in the nearest cache while the blocks of the weight gradient
/// pass over it.
constexpr int stripFloats = 8 * 1024;

int dividedUp(int a, int b)
{
    return (a + b - 1) / b;
}

} // namespace

ConvolutionLayer::ConvolutionLayer(const LayerSpec& spec, const TensorShape& input, int batchSize,
                                   std::uint64_t seed, int index)
    : WeightLayer(spec, input, batchSize, seed, index), m_panel(kernels().convolution.panel),
      m_panels(dividedUp(spec.outputs, m_panel)), m_imagesPerShard(dividedUp(batchSize, mostShards)),
      m_paddedWidth(input.width + 2 * spec.window.padding),
      m_paddedHeight(input.height + 2 * spec.window.padding)
{
    const std::size_t paddedOutputs = std::size_t(m_panels) * std::size_t(m_panel);
    const std::size_t panelSize = std::size_t(m_state.fanIn) * paddedOutputs;
    m_gradientShards = int(std::clamp<std::size_t>(mostPartialFloats / panelSize, 1,
                                                   std::size_t(std::min(batchSize, mostGradientShards))));
    m_forwardWeights.assign(panelSize, 0.0f);
    m_partialGradients.assign(panelSize * std::size_t(m_gradientShards), 0.0f);
    m_backwardWeights.assign(std::size_t(spec.window.kernel * spec.window.kernel * spec.outputs) *
                                 std::size_t(dividedUp(input.channels, m_panel) * m_panel),
                             0.0f);
    const auto count = std::size_t(shards(batchSize));
    for (FloatBuffer* buffer : {&m_shardMean, &m_shardVariance, &m_shardGamma, &m_shardBeta})
        buffer->assign(count * std::size_t(m_state.rows), 0.0f);
    m_observed.resize(count);
}

int ConvolutionLayer::shards(int batch) const
{
    return dividedUp(batch, m_imagesPerShard);
}

WeightLayer::Tile ConvolutionLayer::tileOf(int shard, int batch) const
{
    const int first = shard * m_imagesPerShard;
    const int images = std::min(m_imagesPerShard, batch - first);
    return {first * m_shape.positions(), images * m_shape.positions(), 0, m_state.rows};
}

void ConvolutionLayer::prepareThreads(const ThreadPool& pool)
{
    const std::size_t forward = std::size_t(m_paddedHeight * m_paddedWidth) * std::size_t(m_input.channels);
    const std::size_t backward = std::size_t(m_input.height + m_spec.window.kernel - 1) *
                                 std::size_t(m_input.width + m_spec.window.kernel - 1) *
                                 std::size_t(m_state.rows);
    m_scratch.resize(std::size_t(pool.threads()), FloatBuffer(std::max(forward, backward)));
}

void ConvolutionLayer::packForward()
{
    const float* weights = weightsInUse();
    const int fanIn = m_state.fanIn;
    for (int o = 0; o < m_state.rows; ++o) {
        const std::size_t panel =
            std::size_t(o / m_panel) * std::size_t(fanIn * m_panel) + std::size_t(o % m_panel);
        for (int f = 0; f < fanIn; ++f)
            m_forwardWeights[panel + std::size_t(f * m_panel)] =
                weights[std::size_t(o) * std::size_t(fanIn) + std::size_t(f)];
    }
}

void ConvolutionLayer::packBackward()
{
    const float* weights = weightsInUse();
    const int channels = m_input.channels;
    const int positions = m_spec.window.kernel * m_spec.window.kernel;
    const int flippedFanIn = positions * m_state.rows;
    for (int o = 0; o < m_state.rows; ++o)
        for (int k = 0; k < positions; ++k) {
            // The last kernel position comes first: (k-1-ky, k-1-kx) is positions-1 - (ky, kx).
            const int flipped = (positions - 1 - k) * m_state.rows + o;
            for (int c = 0; c < channels; ++c)
                m_backwardWeights[std::size_t(c / m_panel) * std::size_t(flippedFanIn * m_panel) +
                                  std::size_t(flipped * m_panel + c % m_panel)] =
                    weights[std::size_t(o) * std::size_t(m_state.fanIn) + std::size_t(k * channels + c)];
        }
}

const float* ConvolutionLayer::padded(const float* image, float* scratch) const
{
    const int padding = m_spec.window.padding;
    if (padding == 0)
        return image;
    const int rowFloats = m_input.width * m_input.channels;
    const int sideFloats = padding * m_input.channels;
    const int paddedFloats = m_paddedWidth * m_input.channels;
    std::fill_n(scratch, std::size_t(padding) * std::size_t(paddedFloats), 0.0f);
    float* row = scratch + std::size_t(padding) * std::size_t(paddedFloats);
    for (int y = 0; y < m_input.height; ++y, row += paddedFloats) {
        std::fill_n(row, sideFloats, 0.0f);
        std::copy_n(image + std::size_t(y) * std::size_t(rowFloats), rowFloats, row + sideFloats);
        std::fill_n(row + sideFloats + rowFloats, sideFloats, 0.0f);
    }
    std::fill_n(row, std::size_t(padding) * std::size_t(paddedFloats), 0.0f);
    return scratch;
}

void ConvolutionLayer::convolveImage(const float* image, float* z, float* scratch) const
{
    const int channels = m_input.channels;
    const int rowStride = m_paddedWidth * channels;
    const float* x = padded(image, scratch);
    for (int y = 0; y < m_shape.height; ++y)
        kernels().convolution.row({
            .x = x + std::size_t(y * m_spec.window.stride) * std::size_t(rowStride),
            .pixelStride = m_spec.window.stride * channels,
            .runs = m_spec.window.kernel,
            .runStride = rowStride,
            .runLength = m_spec.window.kernel * channels,
            .weights = m_forwardWeights.data(),
            .scale = weightScale(),
            .y = z + std::size_t(y) * std::size_t(m_shape.width * m_state.rows),
            .pixels = m_shape.width,
            .outputs = m_state.rows,
            .ldy = m_state.rows,
        });
}

bool ConvolutionLayer::forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool)
{
    setMode(mode);
    prepareThreads(pool);
    packForward();
    if (!mode.training)
        useRunningStatistics(0, m_state.rows);
    const auto imageSize = std::size_t(m_input.size());
    const int rows = m_state.rows;
    pool.run(shards(batch), [&](int shard, int thread) {
        const Tile tile = tileOf(shard, batch);
        float* const z = preActivations(tile);
        for (int i = 0; i < tile.positions / m_shape.positions(); ++i)
            convolveImage(x + std::size_t(shard * m_imagesPerShard + i) * imageSize,
                          z + std::size_t(i) * std::size_t(m_shape.size()),
                          m_scratch[std::size_t(thread)].data());
        if (!mode.training)
            return activate(tile);
        const std::size_t at = std::size_t(shard) * std::size_t(rows);
        kernels().columnMoments(z, tile.positions, rows, rows, m_shardMean.data() + at,
                                m_shardVariance.data() + at);
    });
    if (!mode.training)
        return true;
    mergeStatistics(batch);
    const bool finite = useBatchStatistics(0, rows, std::int64_t{batch} * m_shape.positions());
    pool.run(shards(batch), [&](int shard, int) {
        const Tile tile = tileOf(shard, batch);
        if (mode.observe)
            observe(tile, m_observed[std::size_t(shard)]);
        activate(tile);
    });
    return finite;
}

/// Chan, Golub & LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances"
/// (1979), equations 2.1: means and sums of squared deviations of two sets from those of each.
void ConvolutionLayer::mergeStatistics(int batch)
{
    const auto rows = std::size_t(m_state.rows);
    for (std::size_t j = 0; j < rows; ++j) {
        double count = 0.0, mean = 0.0, squares = 0.0;
        for (int shard = 0; shard < shards(batch); ++shard) {
            const double more = tileOf(shard, batch).positions;
            const std::size_t at = std::size_t(shard) * rows + j;
            const double difference = double(m_shardMean[at]) - mean;
            const double total = count + more;
            squares += double(m_shardVariance[at]) * more + difference * difference * count * more / total;
            mean += difference * more / total;
            count = total;
        }
        m_mean[j] = float(mean);
        m_variance[j] = float(squares / count);
    }
}

bool ConvolutionLayer::backward(const float* x, float* inputGradient, int batch, ThreadPool& pool)
{
    static_cast<void>(x); // needed by the weight gradient only
    const auto rows = std::size_t(m_state.rows);
    pool.run(shards(batch), [&](int shard, int) {
        const std::size_t at = std::size_t(shard) * rows;
        activationBackward(tileOf(shard, batch), m_shardGamma.data() + at, m_shardBeta.data() + at);
    });
    mergeGradientSums(batch);
    const bool finite =
        beginNormalizationBackward(0, m_state.rows, std::int64_t{batch} * m_shape.positions());
    if (inputGradient)
        packBackward();
    const auto imageSize = std::size_t(m_input.size());
    const auto outputSize = std::size_t(m_shape.size());
    pool.run(shards(batch), [&](int shard, int thread) {
        const Tile tile = tileOf(shard, batch);
        normalizationBackward(tile);
        if (!inputGradient)
            return;
        for (int i = 0; i < tile.positions / m_shape.positions(); ++i) {
            const auto image = std::size_t(shard * m_imagesPerShard + i);
            inputGradientOfImage(m_gradient.data() + image * outputSize, inputGradient + image * imageSize,
                                 m_scratch[std::size_t(thread)].data());
        }
    });
    return finite;
}

void ConvolutionLayer::mergeGradientSums(int batch)
{
    const auto rows = std::size_t(m_state.rows);
    for (std::size_t j = 0; j < rows; ++j) {
        double gamma = 0.0, beta = 0.0;
        for (int shard = 0; shard < shards(batch); ++shard) {
            gamma += double(m_shardGamma[std::size_t(shard) * rows + j]);
            beta += double(m_shardBeta[std::size_t(shard) * rows + j]);
        }
        m_dGamma[j] = float(gamma);
        m_dBeta[j] = float(beta);
    }
}

/// dx is the convolution of dz, spread out by the stride and padded by kernel - 1 - padding, with the flipped
/// kernel.
void ConvolutionLayer::inputGradientOfImage(const float* gradient, float* target, float* scratch) const
{
    const int outputs = m_state.rows;
    const int border = m_spec.window.kernel - 1 - m_spec.window.padding;
    const int width = m_input.width + m_spec.window.kernel - 1;
    const int height = m_input.height + m_spec.window.kernel - 1;
    std::fill_n(scratch, std::size_t(height) * std::size_t(width) * std::size_t(outputs), 0.0f);
    for (int y = 0; y < m_shape.height; ++y) {
        const float* from = gradient + std::size_t(y) * std::size_t(m_shape.width * outputs);
        float* row = scratch +
                     std::size_t((y * m_spec.window.stride + border) * width + border) * std::size_t(outputs);
        if (m_spec.window.stride == 1) {
            std::copy_n(from, m_shape.width * outputs, row);
            continue;
        }
        for (int p = 0; p < m_shape.width; ++p)
            std::copy_n(from + p * outputs, outputs, row + p * m_spec.window.stride * outputs);
    }
    for (int y = 0; y < m_input.height; ++y)
        kernels().convolution.row({
            .x = scratch + std::size_t(y) * std::size_t(width * outputs),
            .pixelStride = outputs,
            .runs = m_spec.window.kernel,
            .runStride = width * outputs,
            .runLength = m_spec.window.kernel * outputs,
            .weights = m_backwardWeights.data(),
            .scale = weightScale(),
            .y = target + std::size_t(y) * std::size_t(m_input.width * m_input.channels),
            .pixels = m_input.width,
            .outputs = m_input.channels,
            .ldy = m_input.channels,
        });
}

void ConvolutionLayer::weightGradients(const float* x, int batch, ThreadPool& pool)
{
    const std::size_t panelSize = std::size_t(m_state.fanIn) * std::size_t(m_panel);
    pool.run(m_gradientShards * m_panels, [&](int task, int thread) {
        const int shard = task / m_panels;
        float* const partial = m_partialGradients.data() + std::size_t(task) * panelSize;
        std::fill_n(partial, panelSize, 0.0f);
        const int end = int(std::int64_t{shard + 1} * batch / m_gradientShards);
        for (int image = int(std::int64_t{shard} * batch / m_gradientShards); image < end; ++image)
            addWeightGradient(image, task % m_panels, x, partial, m_scratch[std::size_t(thread)].data());
    });
}

void ConvolutionLayer::addWeightGradient(int image, int panel, const float* x, float* partial,
                                         float* scratch) const
{
    const int channels = m_input.channels;
    const int rowStride = m_paddedWidth * channels * m_spec.window.stride;
    const float* const window = padded(x + std::size_t(image) * std::size_t(m_input.size()), scratch);
    const float* const gradient =
        m_gradient.data() + std::size_t(image) * std::size_t(m_shape.size()) + std::size_t(panel * m_panel);
    const int strip =
        std::max(1, stripFloats / (m_shape.width * (m_spec.window.stride * channels + m_panel)));
    for (int y = 0; y < m_shape.height; y += strip)
        kernels().convolution.gradient({
            .x = window + std::size_t(y) * std::size_t(rowStride),
            .rowStride = rowStride,
            .pixelStride = m_spec.window.stride * channels,
            .runs = m_spec.window.kernel,
            .runStride = m_paddedWidth * channels,
            .runLength = m_spec.window.kernel * channels,
            .dy = gradient + std::size_t(y) * std::size_t(m_shape.width * m_state.rows),
            .rows = std::min(strip, m_shape.height - y),
            .pixels = m_shape.width,
            .ldy = m_state.rows,
            .panelOutputs = std::min(m_panel, m_state.rows - panel * m_panel),
            .dw = partial,
        });
}

void ConvolutionLayer::gradientOfRows(int first, int rows, const float* x, int batch, float* target) const
{
    static_cast<void>(x);
    static_cast<void>(batch); // weightGradients() has seen both
    const auto fanIn = std::size_t(m_state.fanIn);
    const std::size_t panelSize = fanIn * std::size_t(m_panel);
    for (int i = 0; i < rows; ++i) {
        const auto output = std::size_t(first + i);
        const float* from = m_partialGradients.data() + output / std::size_t(m_panel) * panelSize +
                            output % std::size_t(m_panel);
        float* const to = target + std::size_t(i) * fanIn;
        std::fill_n(to, fanIn, 0.0f);
        for (int shard = 0; shard < m_gradientShards; ++shard, from += std::size_t(m_panels) * panelSize)
            for (std::size_t f = 0; f < fanIn; ++f)
                to[f] += from[f * std::size_t(m_panel)];
    }
}

} // namespace ternbench
