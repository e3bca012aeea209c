#include "core/kernels/aligned.h"
#include "core/random.h"
#include "tests/core/kernel_rows.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace ternbench;

// Convolution and pooling of every set against plain loops. All values are multiples of 1/8 of few bits,
// whose products and sums are exact in float, so that the order of a sum does not show and all is compared
// exactly.

namespace {

constexpr float untouched = -77.0f;

FloatBuffer eighths(Random& random, std::size_t count)
{
    FloatBuffer values(count);
    for (float& value : values)
        value = float(int(random.below(65)) - 32) / 8.0f;
    return values;
}

/// Output pixels by outputs that end within, at and behind the blocks and panels of each set.
struct ConvolutionCase
{
    int pixels, outputs, runs, runLength, pixelStride;
};

std::vector<ConvolutionCase> convolutionCases(int panel)
{
    std::vector<ConvolutionCase> cases;
    for (const int pixels : {1, 2, 5, 6, 7, 13, 14, 15, 28, 33}) // blocks are of 6 or 14
        cases.push_back({pixels, panel, 2, 5, 3});
    for (const int outputs : {1, 3, 4, 5, 8, 9, 16, 17, panel - 1, panel, panel + 1, 2 * panel + 3})
        cases.push_back({9, outputs, 3, 4, 2});
    for (const int runLength : {1, 2, 6, 7, 13, 14, 15, 29})
        cases.push_back({4, panel + 2, 3, runLength, 1});
    cases.push_back({3, 2, 1, 1, 7}); // a stride over the window
    return cases;
}

} // namespace

class TestConvolutionKernels : public QObject
{
    Q_OBJECT

private slots:
    void row_data() { addKernelRows(); }
    void row();
    void gradient_data() { addKernelRows(); }
    void gradient();
    void pooling_data() { addKernelRows(); }
    void pooling();
    void quantize_data() { addKernelRows(); }
    void quantize();
};

void TestConvolutionKernels::row()
{
    FETCH_KERNELS(kernels);
    const int panel = kernels->convolution.panel;
    Random random(1, 950);
    for (const ConvolutionCase& c : convolutionCases(panel)) {
        const int runStride = (c.pixels - 1) * c.pixelStride + c.runLength + 3;
        const int fanIn = c.runs * c.runLength, panels = (c.outputs + panel - 1) / panel;
        const int ldy = c.outputs + 5;
        const FloatBuffer x = eighths(random, std::size_t(c.runs * runStride));
        const FloatBuffer w = eighths(random, std::size_t(panels * fanIn * panel));
        FloatBuffer y(std::size_t(c.pixels * ldy), untouched);
        kernels->convolution.row({x.data(), c.pixelStride, c.runs, runStride, c.runLength, w.data(), 0.25f,
                                  y.data(), c.pixels, c.outputs, ldy});
        for (int p = 0; p < c.pixels; ++p)
            for (int o = 0; o < ldy; ++o) {
                double wanted = 0.0;
                for (int run = 0; run < c.runs; ++run)
                    for (int i = 0; o < c.outputs && i < c.runLength; ++i) {
                        const int at = (o / panel * fanIn + run * c.runLength + i) * panel + o % panel;
                        wanted += double(x[std::size_t(p * c.pixelStride + run * runStride + i)]) *
                                  double(w[std::size_t(at)]);
                    }
                const double found = double(y[std::size_t(p * ldy + o)]);
                QVERIFY(found ==
                        (o < c.outputs ? 0.25 * wanted : double(untouched))); // a neighbour's beside it
            }
    }
}

void TestConvolutionKernels::gradient()
{
    FETCH_KERNELS(kernels);
    const int panel = kernels->convolution.panel;
    Random random(1, 951);
    for (const ConvolutionCase& c : convolutionCases(panel))
        for (const int rows : {1, 3}) {
            const int outputs = std::min(c.outputs, panel);
            const int runStride = (c.pixels - 1) * c.pixelStride + c.runLength + 3;
            const int rowStride = 2 * runStride, ldy = panel + 2, fanIn = c.runs * c.runLength;
            const FloatBuffer x = eighths(random, std::size_t((rows - 1) * rowStride + c.runs * runStride));
            const FloatBuffer dy = eighths(random, std::size_t(rows * c.pixels * ldy));
            const FloatBuffer before = eighths(random, std::size_t(fanIn * panel));
            FloatBuffer dw = before;
            kernels->convolution.gradient({x.data(), rowStride, c.pixelStride, c.runs, runStride, c.runLength,
                                           dy.data(), rows, c.pixels, ldy, outputs, dw.data()});
            for (int run = 0; run < c.runs; ++run)
                for (int i = 0; i < c.runLength; ++i)
                    for (int o = 0; o < outputs; ++o) {
                        const auto at = std::size_t((run * c.runLength + i) * panel + o);
                        double wanted = double(before[at]); // it is added to
                        for (int r = 0; r < rows; ++r)
                            for (int p = 0; p < c.pixels; ++p)
                                wanted += double(x[std::size_t(r * rowStride + p * c.pixelStride +
                                                               run * runStride + i)]) *
                                          double(dy[std::size_t((r * c.pixels + p) * ldy + o)]);
                        QVERIFY(double(dw[at]) == wanted);
                    }
        }
}

void TestConvolutionKernels::pooling()
{
    FETCH_KERNELS(kernels);
    const PoolingKernels& own = kernels->pooling;
    constexpr int height = 7, width = 9;
    constexpr float factor = 0.25f;
    Random random(1, 952);
    for (const int channels : {1, 3, 4, 7, 8, 15, 16, 17, 33})
        for (const auto& [kernel, stride] : {std::pair(1, 1), {2, 2}, {3, 2}, {3, 4}, {7, 1}}) {
            const Pooling p{width,  channels, (height - kernel) / stride + 1, (width - kernel) / stride + 1,
                            kernel, stride};
            const std::size_t inputs = std::size_t(height * width * channels);
            const std::size_t outputs = std::size_t(p.outHeight * p.outWidth * channels);
            FloatBuffer x = eighths(random, inputs);
            for (float& value : x)
                value = std::round(value); // many equal values: the first of the largest takes the gradient
            const FloatBuffer dy = eighths(random, outputs), dxBefore = eighths(random, inputs);
            FloatBuffer largest(outputs, untouched), sum(outputs, untouched);
            FloatBuffer largestDx = dxBefore, sumDx = dxBefore, scratch(std::size_t(channels), 0.5f);
            own.largest(p, x.data(), largest.data());
            own.sum(p, x.data(), factor, sum.data());
            own.largestBackward(p, x.data(), largest.data(), dy.data(), largestDx.data(), scratch.data());
            own.sumBackward(p, dy.data(), factor, sumDx.data());

            FloatBuffer wantedLargestDx = dxBefore, wantedSumDx = dxBefore;
            for (int row = 0; row < p.outHeight; ++row)
                for (int column = 0; column < p.outWidth; ++column)
                    for (int c = 0; c < channels; ++c) {
                        const auto at = std::size_t((row * p.outWidth + column) * channels + c);
                        std::size_t top = 0;
                        float most = -100.0f, total = 0.0f;
                        for (int ky = 0; ky < kernel; ++ky)
                            for (int kx = 0; kx < kernel; ++kx) {
                                const int y = row * stride + ky, from = column * stride + kx;
                                const auto i = std::size_t((y * width + from) * channels + c);
                                total += x[i];
                                top = x[i] > most ? i : top;
                                most = std::max(most, x[i]);
                                wantedSumDx[i] += factor * dy[at];
                            }
                        QVERIFY(largest[at] == most);
                        QVERIFY(sum[at] == factor * total);
                        wantedLargestDx[top] += dy[at];
                    }
            QCOMPARE(largestDx, wantedLargestDx);
            QCOMPARE(sumDx, wantedSumDx);
        }
}

void TestConvolutionKernels::quantize()
{
    FETCH_KERNELS(kernels);
    Random random(1, 953);
    for (const int channels : {1, 3, 7, 8, 16, 17, 33}) {
        constexpr int positions = 5;
        FloatBuffer y, step, stepInverse, wanted;
        for (int c = 0; c < channels; ++c) { // powers of two: the quotient is exact
            step.push_back(c % 2 ? 0.5f : 2.0f);
            stepInverse.push_back(1.0f / step.back());
        }
        for (int i = 0; i < positions * channels; ++i) {
            y.push_back(float(random.below(64)) / 8.0f); // averages behind ReLU; halves among them
            const float unit = step[std::size_t(i % channels)];
            wanted.push_back(std::floor(y.back() / unit + 0.5f) * unit);
        }
        kernels->pooling.quantize(y.data(), positions, channels, step.data(), stepInverse.data());
        QCOMPARE(y, wanted);
    }
}

QTEST_GUILESS_MAIN(TestConvolutionKernels)
#include "tst_convolution_kernels.moc"
