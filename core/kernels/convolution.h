#pragma once

#include <cstdint>

/// Direct convolution: no im2col. Images are (height, width, channels), channels last, already padded, so
/// that the window of an output pixel is `runs` stretches of `runLength` consecutive floats (kernel rows).
/// Weights and weight gradients lie in panels of `panel` outputs: [panel][run·runLength][panel], outputs
/// padded with anything up to a whole panel.
namespace ternbench {

/// One row of output pixels: y[p, o] = scale · sum over runs and i of
/// x[p·pixelStride + run·runStride + i] · w[run·runLength + i, o].
struct ConvolutionRow
{
    const float* x;  ///< window of the first output pixel
    int pixelStride; ///< floats between the windows of neighbouring output pixels
    int runs, runStride, runLength;
    const float* weights;
    float scale;
    float* y; ///< (pixels, outputs) at ldy
    int pixels, outputs, ldy;
};

/// Rows of output pixels of one image: dw[run·runLength + i, o] += sum over rows and pixels of
/// x[row·rowStride + p·pixelStride + run·runStride + i] · dy[(row·pixels + p)·ldy + o], for one panel.
struct ConvolutionGradient
{
    const float* x;
    int rowStride, pixelStride;
    int runs, runStride, runLength;
    const float* dy; ///< first output of the panel; whole panels are read, also beyond the last output
    int rows, pixels, ldy;
    int panelOutputs; ///< of the panel's outputs that are needed
    float* dw;        ///< (runs·runLength, panel)
};

struct ConvolutionKernels
{
    int panel; ///< outputs of a panel
    void (*row)(const ConvolutionRow& row);
    void (*gradient)(const ConvolutionGradient& gradient);
    /// `rounds` of multiply-adds on registers alone, as many as a block of row() holds: the arithmetic peak
    /// that it is measured against. Returns how many.
    double (*multiplyAdds)(std::int64_t rounds);
};

} // namespace ternbench
