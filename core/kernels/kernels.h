#pragma once

#include "core/kernels/convolution.h"
#include "core/kernels/pooling.h"

#include <cstddef>
#include <cstdint>

/// The engine's own inner loops. One readable source (kernels_impl.h) is compiled once per instruction set;
/// kernels() picks the widest that the CPU has. All matrices are row-major with a leading dimension `ld`.
namespace ternbench {

/// Adam (Kingma & Ba, arXiv:1412.6980, algorithm 1) with the bias corrections folded into `rate` and
/// `epsilon`: rate = lr·sqrt(1-beta2^t)/(1-beta1^t), epsilon = eps·sqrt(1-beta2^t).
struct AdamStep
{
    float rate, beta1, beta2, epsilon;
};

/// One row of weights to be coded; see core/quantize/coding.h for the method.
struct CodeRow
{
    const float* weights;       ///< w, (count), no NaN: a run with one has ended as diverged
    const float* columnInverse; ///< 1/c_j, (count)
    const float* column;        ///< c_j, (count)
    float rowInverse, row;      ///< 1/r, r
    int count;                  ///< fan-in; a last group of fewer than N weights is the tail group
    int groupSize, minNonZeros, maxNonZeros;
    float threshold;  ///< u = w/(r·c) is coded as ±1 only where |u| > threshold
    float* effective; ///< out: r·c_j·t_j, (count)
};

struct CodeRowSums
{
    double magnitude = 0.0;    ///< sum |u|·|t|
    double allMagnitude = 0.0; ///< sum |u|
    std::int64_t nonZeros = 0; ///< sum |t|
    float largest = 0.0f;      ///< max |u|; of 8-bit weights alone
};

/// What a layer does to a tile of its pre-activations after the product; (batch, columns) at ld:
/// y = scale·(z - mean) + bias, then ReLU, quantization and dropout.
struct ActivationTile
{
    int batch, columns, ld;
    const float* z;                   ///< pre-activations
    float* output;                    ///< activations; not used backward
    const float *mean, *scale, *bias; ///< (columns)
    bool relu;
    const float* step;        ///< (columns) quantization step, null: not quantized
    const float* stepInverse; ///< (columns)
    float levels;             ///< 2^B - 1
    float keep;               ///< 1 - dropout
    /// Of this layer and mini-batch; element (b, j) draws hash(key, firstElement + b·ld + j).
    std::uint32_t dropoutKey;
    std::uint32_t firstElement;
};

struct Kernels
{
    const char* name;

    /// w -= step of Adam given gradient g; all (count).
    void (*adam)(float* w, float* m, float* v, const float* g, int count, const AdamStep& step);
    /// velocity = momentum·velocity + g; w -= rate·velocity (Sutskever et al., ICML 2013, without Nesterov)
    void (*sgd)(float* w, float* velocity, const float* g, int count, float rate, float momentum);
    CodeRowSums (*codeRow)(const CodeRow& row);
    /// The same with t = u/(2·threshold) to the nearest integer (ties to even) within ±most; all 0 where the
    /// threshold is 0.
    CodeRowSums (*codeEightBit)(const CodeRow& row, float most);

    /// mean and variance (biased) of each column; (columns) each
    void (*columnMoments)(const float* z, int batch, int columns, int ld, float* mean, float* variance);
    void (*activate)(const ActivationTile& tile);
    /// From d loss / d output to dy = d loss / d y, in place (batch, columns) at the tile's ld; then
    /// dBeta = sum dy, dGamma = sum dy·(z - mean)·inverseDeviation over the batch.
    void (*activationBackward)(const ActivationTile& tile, float* gradient, const float* inverseDeviation,
                               float* dGamma, float* dBeta);
    /// dz = factor·(dy - offset - (z - mean)·slope), in place. Batch normalization over n values (Ioffe &
    /// Szegedy, arXiv:1502.03167, section 3): factor = gamma·inverseDeviation, offset = dBeta/n,
    /// slope = inverseDeviation·dGamma/n.
    void (*batchNormBackward)(float* gradient, const float* z, int batch, int columns, int ld,
                              const float* mean, const float* factor, const float* offset,
                              const float* slope);
    /// x_j = (byte_j - zero)·scale; the plain float input
    void (*bytesToFloat)(const std::uint8_t* bytes, int count, float zero, float scale, float* x);
    /// x_j = clamp(round(byte_j·a_j + z_j), lo, hi)·step_j; the quantized input
    void (*bytesToQuantized)(const std::uint8_t* bytes, int count, const float* a, const float* z, float lo,
                             float hi, const float* step, float* x);
    ConvolutionKernels convolution;
    PoolingKernels pooling;
};

/// The widest set the CPU can run; the environment variable TERNBENCH_SIMD=portable|avx2|avx512 narrows it.
const Kernels& kernels();

const Kernels& portableKernels();
/// Null where this build or CPU does not have them.
const Kernels* avx2Kernels();
const Kernels* avx512Kernels();

} // namespace ternbench
