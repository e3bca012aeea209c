// Included by kernels_impl.h: the pooling of pooling.h. Channels are the inner loop, which is contiguous.

/// Calls visit(offset in x) for each pixel of the window of output pixel (row, column).
template <class Visit>
inline void eachInWindow(const Pooling& p, int row, int column, const Visit& visit)
{
    for (int ky = 0; ky < p.kernel; ++ky)
        for (int kx = 0; kx < p.kernel; ++kx)
            visit(std::ptrdiff_t((row * p.stride + ky) * p.width + column * p.stride + kx) * p.channels);
}

/// Calls visit(row, column, offset in y) for each output pixel.
template <class Visit>
inline void eachOutput(const Pooling& p, const Visit& visit)
{
    for (int row = 0; row < p.outHeight; ++row)
        for (int column = 0; column < p.outWidth; ++column)
            visit(row, column, std::ptrdiff_t(row * p.outWidth + column) * p.channels);
}

inline void addScaled(float* __restrict to, const float* __restrict from, float factor, int count)
{
    for (int c = 0; c < count; ++c)
        to[c] += factor * from[c];
}

inline void takeLarger(float* __restrict to, const float* __restrict from, int count)
{
    for (int c = 0; c < count; ++c)
        to[c] = from[c] > to[c] ? from[c] : to[c];
}

void poolLargest(const Pooling& pooling, const float* x, float* y)
{
    eachOutput(pooling, [&](int row, int column, std::ptrdiff_t at) {
        for (int c = 0; c < pooling.channels; ++c)
            y[at + c] = -__builtin_inff();
        eachInWindow(pooling, row, column,
                     [&](std::ptrdiff_t from) { takeLarger(y + at, x + from, pooling.channels); });
    });
}

/// free: 1 where the window's largest value has not been met yet
inline void giveToLargest(const float* __restrict x, const float* __restrict y, const float* __restrict dy,
                          float* __restrict dx, float* __restrict free, int count)
{
    for (int c = 0; c < count; ++c) {
        const float hit = x[c] == y[c] ? free[c] : 0.0f;
        dx[c] += hit * dy[c];
        free[c] -= hit;
    }
}

void poolLargestBackward(const Pooling& pooling, const float* x, const float* y, const float* dy, float* dx,
                         float* free)
{
    eachOutput(pooling, [&](int row, int column, std::ptrdiff_t at) {
        for (int c = 0; c < pooling.channels; ++c)
            free[c] = 1.0f;
        eachInWindow(pooling, row, column, [&](std::ptrdiff_t from) {
            giveToLargest(x + from, y + at, dy + at, dx + from, free, pooling.channels);
        });
    });
}

void poolSum(const Pooling& pooling, const float* x, float factor, float* y)
{
    eachOutput(pooling, [&](int row, int column, std::ptrdiff_t at) {
        for (int c = 0; c < pooling.channels; ++c)
            y[at + c] = 0.0f;
        eachInWindow(pooling, row, column,
                     [&](std::ptrdiff_t from) { addScaled(y + at, x + from, factor, pooling.channels); });
    });
}

void poolSumBackward(const Pooling& pooling, const float* dy, float factor, float* dx)
{
    eachOutput(pooling, [&](int row, int column, std::ptrdiff_t at) {
        eachInWindow(pooling, row, column,
                     [&](std::ptrdiff_t to) { addScaled(dx + to, dy + at, factor, pooling.channels); });
    });
}

void quantizePositions(float* __restrict y, int positions, int channels, const float* __restrict step,
                       const float* __restrict stepInverse)
{
    for (int p = 0; p < positions; ++p)
        for (int c = 0; c < channels; ++c)
            y[p * channels + c] = float(int(y[p * channels + c] * stepInverse[c] + 0.5f)) * step[c];
}

constexpr PoolingKernels poolingKernels()
{
    return {poolLargest, poolLargestBackward, poolSum, poolSumBackward, quantizePositions};
}
