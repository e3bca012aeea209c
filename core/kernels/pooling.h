#pragma once

/// Pooling of one image (height, width, channels), channels last. Windows lie wholly inside the image.
namespace ternbench {

struct Pooling
{
    int width, channels;     ///< of the input
    int outHeight, outWidth; ///< places of the window
    int kernel, stride;
};

struct PoolingKernels
{
    /// y = the largest of each window
    void (*largest)(const Pooling& pooling, const float* x, float* y);
    /// dx += dy at the first of the window's largest values, in the order (ky, kx); dx is (height, width,
    /// channels) and set by the caller. `free` is scratch of (channels).
    void (*largestBackward)(const Pooling& pooling, const float* x, const float* y, const float* dy,
                            float* dx, float* free);
    /// y = factor · the sum of each window
    void (*sum)(const Pooling& pooling, const float* x, float factor, float* y);
    /// dx += factor · dy over each window
    void (*sumBackward)(const Pooling& pooling, const float* dy, float factor, float* dx);
    /// Rounds to whole steps, halves up; (positions, channels), steps (channels).
    void (*quantize)(float* y, int positions, int channels, const float* step, const float* stepInverse);
};

} // namespace ternbench
