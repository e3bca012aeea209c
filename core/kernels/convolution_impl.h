// Included by kernels_impl.h: the direct convolution of convolution.h in vectors of this instruction set.
// Each block keeps its sums in registers: pixels (or inputs of the weight gradient) times two vectors of
// outputs.

#if defined(__AVX512F__)
constexpr int vectorFloats = 16;
constexpr int blockSide = 14; // 28 sums, 2 vectors of weights and a broadcast input in 32 registers
#elif defined(__AVX2__)
constexpr int vectorFloats = 8;
constexpr int blockSide = 6; // 12 sums in 16 registers
#else
constexpr int vectorFloats = 4;
constexpr int blockSide = 6;
#endif
constexpr int panelVectors = 2;
constexpr int panelFloats = panelVectors * vectorFloats;

typedef float Vector __attribute__((vector_size(4 * vectorFloats)));
typedef float LooseVector __attribute__((vector_size(4 * vectorFloats), aligned(4), may_alias));

inline const LooseVector& vectorAt(const float* values)
{
    return *reinterpret_cast<const LooseVector*>(values);
}

inline LooseVector& vectorAt(float* values)
{
    return *reinterpret_cast<LooseVector*>(values);
}

/// Stores the block's sums; of a panel with fewer outputs only these.
template <int pixels, int vectors>
inline void storeBlock(const ConvolutionRow& row, int outputs, const Vector (&sums)[pixels][vectors],
                       float* y)
{
    if (outputs == vectors * vectorFloats) {
        for (int p = 0; p < pixels; ++p)
            for (int v = 0; v < vectors; ++v)
                vectorAt(y + p * row.ldy + v * vectorFloats) = row.scale * sums[p][v];
        return;
    }
    for (int p = 0; p < pixels; ++p)
        for (int o = 0; o < outputs; ++o)
            y[p * row.ldy + o] = row.scale * sums[p][o / vectorFloats][o % vectorFloats];
}

template <int pixels, int vectors>
void convolveBlock(const ConvolutionRow& row, const float* x, const float* weights, int outputs, float* y)
{
    // One base for each three pixels: base, base + stride and base + 2·stride are addresses the CPU adds by
    // itself, so that 14 pixels take five registers.
    constexpr int bases = (pixels + 2) / 3;
    const auto stride = std::ptrdiff_t(row.pixelStride);
    Vector sums[pixels][vectors] = {};
    for (int run = 0; run < row.runs; ++run) {
        const float* base[bases];
        for (int b = 0; b < bases; ++b)
            base[b] = x + run * row.runStride + 3 * b * stride;
        for (int i = 0; i < row.runLength; ++i) {
            Vector w[vectors];
            for (int v = 0; v < vectors; ++v)
                w[v] = vectorAt(weights + v * vectorFloats);
            weights += panelFloats;
#pragma GCC unroll 14
            for (int p = 0; p < pixels; ++p) {
                const float value = base[p / 3][(p % 3) * stride];
                for (int v = 0; v < vectors; ++v)
                    sums[p][v] += value * w[v];
            }
            for (int b = 0; b < bases; ++b)
                ++base[b];
        }
    }
    storeBlock<pixels, vectors>(row, outputs, sums, y);
}

template <int inputs, int vectors>
void gradientBlock(const ConvolutionGradient& g, const float* x, float* dw)
{
    Vector sums[inputs][vectors];
    for (int i = 0; i < inputs; ++i)
        for (int v = 0; v < vectors; ++v)
            sums[i][v] = vectorAt(dw + i * panelFloats + v * vectorFloats);
    const float* dy = g.dy;
    for (int r = 0; r < g.rows; ++r) {
        const float* pixel = x + r * std::ptrdiff_t(g.rowStride);
        for (int p = 0; p < g.pixels; ++p) {
            Vector d[vectors];
            for (int v = 0; v < vectors; ++v)
                d[v] = vectorAt(dy + v * vectorFloats);
#pragma GCC unroll 14
            for (int i = 0; i < inputs; ++i)
                for (int v = 0; v < vectors; ++v)
                    sums[i][v] += pixel[i] * d[v];
            dy += g.ldy;
            pixel += g.pixelStride;
        }
    }
    for (int i = 0; i < inputs; ++i)
        for (int v = 0; v < vectors; ++v)
            vectorAt(dw + i * panelFloats + v * vectorFloats) = sums[i][v];
}

using ConvolveBlock = void (*)(const ConvolutionRow&, const float*, const float*, int, float*);
using GradientBlock = void (*)(const ConvolutionGradient&, const float*, float*);

/// The blocks of 1..blockSide pixels or inputs by one or two vectors of outputs.
template <int... side>
struct BlockTable
{
    static constexpr ConvolveBlock convolve[2][blockSide] = {{convolveBlock<side + 1, 1>...},
                                                             {convolveBlock<side + 1, 2>...}};
    static constexpr GradientBlock gradient[2][blockSide] = {{gradientBlock<side + 1, 1>...},
                                                             {gradientBlock<side + 1, 2>...}};
};

template <int count, int... side>
struct MakeBlockTable : MakeBlockTable<count - 1, count - 1, side...>
{};
template <int... side>
struct MakeBlockTable<0, side...>
{
    using Type = BlockTable<side...>;
};
using Blocks = MakeBlockTable<blockSide>::Type;

inline int dividedUp(int a, int b)
{
    return (a + b - 1) / b;
}

void convolveRow(const ConvolutionRow& row)
{
    // Blocks of about one size: 32 pixels are 11, 11 and 10 rather than 14, 14 and 4.
    const int blocks = dividedUp(row.pixels, blockSide);
    const int side = dividedUp(row.pixels, blocks);
    const int fanIn = row.runs * row.runLength;
    for (int o = 0; o < row.outputs; o += panelFloats) {
        const int outputs = row.outputs - o < panelFloats ? row.outputs - o : panelFloats;
        const int vectors = dividedUp(outputs, vectorFloats);
        const float* weights = row.weights + std::ptrdiff_t(o) * fanIn;
        for (int p = 0; p < row.pixels; p += side) {
            const int pixels = row.pixels - p < side ? row.pixels - p : side;
            Blocks::convolve[vectors - 1][pixels - 1](row, row.x + p * std::ptrdiff_t(row.pixelStride),
                                                      weights, outputs,
                                                      row.y + p * std::ptrdiff_t(row.ldy) + o);
        }
    }
}

void convolveGradient(const ConvolutionGradient& g)
{
    const int blocks = dividedUp(g.runLength, blockSide);
    const int side = dividedUp(g.runLength, blocks);
    const int vectors = dividedUp(g.panelOutputs, vectorFloats);
    for (int run = 0; run < g.runs; ++run)
        for (int i = 0; i < g.runLength; i += side) {
            const int inputs = g.runLength - i < side ? g.runLength - i : side;
            Blocks::gradient[vectors - 1][inputs - 1](
                g, g.x + run * g.runStride + i, g.dw + std::ptrdiff_t(run * g.runLength + i) * panelFloats);
        }
}

double multiplyAdds(std::int64_t rounds)
{
    constexpr int sumsHeld = 2 * blockSide < 24 ? 2 * blockSide : 24; // two registers are the factors
    Vector sums[sumsHeld] = {};
    Vector a = Vector{} + 1.0f, b = Vector{} + 0.5f;
    for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
        for (int i = 0; i < sumsHeld; ++i) {
            sums[i] = sums[i] * a + b;
            // Each is computed, in this order.
#if defined(__AVX512F__)
            asm volatile("" : "+v"(sums[i]));
#else
            asm volatile("" : "+x"(sums[i]));
#endif
        }
    }
    return double(rounds) * sumsHeld * vectorFloats;
}

constexpr ConvolutionKernels convolutionKernels()
{
    return {panelFloats, convolveRow, convolveGradient, multiplyAdds};
}
