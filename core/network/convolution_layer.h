#pragma once

#include "core/network/weight_layer.h"

namespace ternbench {

/// A convolution in training: each output pixel is a row of pre-activations, its window of inputs the fan-in
/// in the order (ky, kx, channel). Direct convolution from padded copies of single images (kernels/
/// convolution.h).
///
/// Work is cut into shards of images; each shard's sums (batch statistics, weight gradients) are its own and
/// are added up in the order of the shards. Their number depends on the layer and the mini-batch alone.
class ConvolutionLayer : public WeightLayer
{
public:
    ConvolutionLayer(const LayerSpec& spec, const TensorShape& input, int batchSize, std::uint64_t seed,
                     int index);

    bool forward(const float* x, int batch, const ForwardMode& mode, ThreadPool& pool) override;
    bool backward(const float* x, float* inputGradient, int batch, ThreadPool& pool) override;
    void weightGradients(const float* x, int batch, ThreadPool& pool) override;

private:
    void gradientOfRows(int first, int rows, const float* x, int batch, float* target) const override;

    int shards(int batch) const;
    Tile tileOf(int shard, int batch) const;
    void prepareThreads(const ThreadPool& pool);
    void packForward();
    void packBackward();
    /// The image with its padding, (paddedHeight, paddedWidth, channels); the image itself without padding.
    const float* padded(const float* image, float* scratch) const;
    void convolveImage(const float* image, float* z, float* scratch) const;
    void inputGradientOfImage(const float* gradient, float* target, float* scratch) const;
    void addWeightGradient(int image, int panel, const float* x, float* partial, float* scratch) const;
    void mergeStatistics(int batch);
    void mergeGradientSums(int batch);

    int m_panel;  ///< outputs in a panel of weights
    int m_panels; ///< of the outputs
    int m_imagesPerShard;
    int m_gradientShards; ///< shards of the weight gradient
    int m_paddedWidth, m_paddedHeight;
    FloatBuffer m_forwardWeights;  ///< [panel][ky, kx, channel][output]
    FloatBuffer m_backwardWeights; ///< [panel of channels][flipped ky, kx, output][channel]
    FloatBuffer m_shardMean, m_shardVariance, m_shardGamma, m_shardBeta; ///< (shards, rows)
    FloatBuffer m_partialGradients;     ///< [gradient shard][panel][ky, kx, channel][output]
    std::vector<FloatBuffer> m_scratch; ///< per thread: a padded image
};

} // namespace ternbench
