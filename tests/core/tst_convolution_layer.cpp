#include "core/network/convolution_layer.h"
#include "core/network/pooling_layer.h"
#include "core/random.h"
#include "tests/core/small_training.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>

using namespace ternbench;

namespace {

constexpr double epsilon = 0x1.0p-24;
using Values = std::vector<double>;

/// What one case trains: shapes that come out odd, and a batch of more than one shard.
struct Case
{
    TensorShape input;
    int batch, outputs;
    Window window;
    bool batchNorm;
    double dropout = 0.0;
};

LayerSpec specOf(const Case& c)
{
    LayerSpec spec = small::layer("conv", c.outputs);
    spec.kind = LayerKind::Conv2d;
    spec.window = c.window;
    spec.batchNorm = c.batchNorm;
    spec.dropout = c.dropout;
    return spec;
}

constexpr std::uint32_t dropoutKey = 77;
constexpr double dropoutFactor = 0.5; ///< on the layer's own

/// 1/keep of what is kept, 0 of what is dropped: as the kernel draws it for all positions at once.
Values dropoutMask(const Case& c, int positions)
{
    const FloatBuffer ones(std::size_t(positions * c.outputs), 1.0f), zeros(ones.size(), 0.0f);
    FloatBuffer mask(ones.size());
    kernels().activate({.batch = positions,
                        .columns = c.outputs,
                        .ld = c.outputs,
                        .z = ones.data(),
                        .output = mask.data(),
                        .mean = zeros.data(),
                        .scale = ones.data(),
                        .bias = zeros.data(),
                        .relu = true,
                        .step = nullptr,
                        .stepInverse = nullptr,
                        .levels = 0.0f,
                        .keep = float(1.0 - dropoutFactor * c.dropout),
                        .dropoutKey = dropoutKey,
                        .firstElement = 0});
    return {mask.begin(), mask.end()};
}

FloatBuffer randoms(std::uint64_t stream, int count)
{
    Random random(3, stream);
    FloatBuffer values;
    for (int i = 0; i < count; ++i)
        values.push_back(float(random.normal()));
    return values;
}

/// The layer from its definition in double precision, and the loss sum(coefficients · y).
struct Reference
{
    Case c;
    TensorShape shape;
    Values x, w, gamma, beta, coefficients, mask;

    Values outputs() const
    {
        const auto [kernel, stride, padding] = c.window;
        Values z;
        for (int b = 0; b < c.batch; ++b)
            for (int row = 0; row < shape.height; ++row)
                for (int column = 0; column < shape.width; ++column)
                    for (int o = 0; o < c.outputs; ++o) {
                        double sum = 0.0;
                        for (int ky = 0; ky < kernel; ++ky)
                            for (int kx = 0; kx < kernel; ++kx)
                                for (int i = 0; i < c.input.channels; ++i) {
                                    const int y = row * stride + ky - padding,
                                              at = column * stride + kx - padding;
                                    if (y < 0 || at < 0 || y >= c.input.height || at >= c.input.width)
                                        continue;
                                    const int from = ((b * c.input.height + y) * c.input.width + at);
                                    sum += x[std::size_t(from * c.input.channels + i)] *
                                           w[std::size_t(
                                               ((o * kernel + ky) * kernel + kx) * c.input.channels + i)];
                                }
                        z.push_back(sum);
                    }
        const auto rows = std::size_t(c.outputs);
        for (std::size_t o = 0; o < rows; ++o) {
            double mean = 0.0, variance = 0.0;
            const double count = double(z.size() / rows);
            for (std::size_t i = o; i < z.size(); i += rows)
                mean += z[i] / count;
            for (std::size_t i = o; i < z.size(); i += rows)
                variance += std::pow(z[i] - mean, 2) / count;
            for (std::size_t i = o; i < z.size(); i += rows) {
                const double y =
                    gamma.empty()
                        ? z[i] + beta[o]
                        : gamma[o] * (z[i] - mean) / std::sqrt(variance + batchNormEpsilon) + beta[o];
                z[i] = std::max(0.0, y) * mask[i];
            }
        }
        return z;
    }
    double loss() const
    {
        const Values y = outputs();
        double sum = 0.0;
        for (std::size_t i = 0; i < y.size(); ++i)
            sum += coefficients[i] * y[i];
        return sum;
    }
    /// The largest difference between a gradient and central differences over one parameter, over the size of
    /// the largest.
    double error(Values Reference::*parameter, const float* gradient)
    {
        constexpr double h = 1e-6;
        double largest = 0.0, size = 0.0;
        for (std::size_t i = 0; i < (this->*parameter).size(); ++i) {
            double& value = (this->*parameter)[i];
            const double before = value;
            value = before + h;
            const double up = loss();
            value = before - h;
            const double down = loss();
            value = before;
            const double wanted = (up - down) / (2 * h);
            largest = std::max(largest, std::abs(wanted - double(gradient[i])));
            size = std::max(size, std::abs(wanted));
        }
        return largest / size;
    }
};

Values doubles(const FloatBuffer& values)
{
    return {values.begin(), values.end()};
}

} // namespace

class TestConvolutionLayer : public QObject
{
    Q_OBJECT

private slots:
    void matchesItsDefinition_data();
    void matchesItsDefinition();
    void sameBitsForAnyNumberOfThreads();
    void averagePoolRounds();
    void poolingGradients_data();
    void poolingGradients();
};

void TestConvolutionLayer::matchesItsDefinition_data()
{
    QTest::addColumn<Case>("layer");
    QTest::newRow("3x3 with padding") << Case{{5, 7, 3}, 3, 4, {3, 1, 1}, false};
    QTest::newRow("batch normalization") << Case{{5, 4, 2}, 3, 5, {3, 1, 1}, true};
    QTest::newRow("no padding") << Case{{6, 5, 2}, 2, 3, {3, 1, 0}, false};
    QTest::newRow("stride 2") << Case{{7, 6, 2}, 2, 3, {3, 2, 1}, false};
    QTest::newRow("stride 2 leaves a rest") << Case{{8, 8, 1}, 2, 2, {3, 2, 0}, false};
    QTest::newRow("1x1") << Case{{4, 3, 5}, 2, 7, {1, 1, 0}, true};
    QTest::newRow("5x5, wide padding") << Case{{4, 4, 1}, 2, 2, {5, 1, 4}, false};
    QTest::newRow("stride over kernel") << Case{{9, 9, 1}, 2, 2, {2, 3, 0}, false};
    QTest::newRow("more than a panel") << Case{{3, 3, 2}, 2, 37, {3, 1, 1}, false};
    QTest::newRow("many channels") << Case{{3, 2, 35}, 2, 3, {3, 1, 1}, false};
    QTest::newRow("wide rows") << Case{{2, 31, 1}, 1, 2, {2, 1, 0}, false};
    QTest::newRow("dropout") << Case{{5, 4, 2}, 2, 5, {3, 1, 1}, true, 0.6};
    QTest::newRow("dropout, more images than shards") << Case{{2, 2, 1}, 67, 3, {2, 1, 1}, true, 0.6};
    QTest::newRow("more images than shards") << Case{{2, 2, 1}, 67, 2, {2, 1, 1}, true};
}

void TestConvolutionLayer::matchesItsDefinition()
{
    QFETCH(Case, layer);
    const LayerSpec spec = specOf(layer);
    ConvolutionLayer own(spec, layer.input, layer.batch, 1, 0);
    ThreadPool pool(2);
    const int outputs = own.shape().size() * layer.batch;
    const FloatBuffer x = randoms(900, layer.input.size() * layer.batch);
    const FloatBuffer coefficients = randoms(901, outputs);
    for (Parameter* parameter : {&own.state().gamma, &own.state().beta})
        for (std::size_t i = 0; i < parameter->values.size(); ++i)
            parameter->values[i] += 0.3f * randoms(902 + i, 1).front();

    const Values mask = dropoutMask(layer, own.shape().positions() * layer.batch);
    QCOMPARE(std::ranges::count(mask, 0.0) > 0, layer.dropout > 0.0);
    QVERIFY(own.forward(x.data(), layer.batch,
                        {.training = true, .dropout = dropoutFactor, .dropoutKey = dropoutKey}, pool));
    Reference reference{layer,
                        own.shape(),
                        doubles(x),
                        doubles(own.state().weights.values),
                        doubles(own.state().gamma.values),
                        doubles(own.state().beta.values),
                        doubles(coefficients),
                        mask};
    const Values wanted = reference.outputs();
    QCOMPARE(wanted.size(), std::size_t(outputs));
    // A few hundred float operations on values around 1 lie behind each number.
    constexpr double tolerance = 200 * epsilon;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        QVERIFY(std::abs(wanted[i] - double(own.output()[i])) < tolerance);

    std::copy(coefficients.begin(), coefficients.end(), own.gradient());
    FloatBuffer inputGradient(x.size(), 7.0f), scratch(own.updateScratch());
    QVERIFY(own.backward(x.data(), inputGradient.data(), layer.batch, pool));
    own.beginUpdate();
    own.weightGradients(x.data(), layer.batch, pool);
    for (int tile = 0; tile < own.updateTiles(); ++tile)
        own.updateTile(tile, x.data(), layer.batch, {.method = OptimizerMethod::Sgd}, scratch.data());
    own.finishUpdate();
    QVERIFY(reference.error(&Reference::x, inputGradient.data()) < tolerance);
    QVERIFY(reference.error(&Reference::w, own.state().weights.first.data()) < tolerance);
    QVERIFY(reference.error(&Reference::beta, own.state().beta.first.data()) < tolerance);
    if (layer.batchNorm)
        QVERIFY(reference.error(&Reference::gamma, own.state().gamma.first.data()) < tolerance);
}

void TestConvolutionLayer::sameBitsForAnyNumberOfThreads()
{
    const Case c{{6, 5, 3}, 70, 9, {3, 1, 1}, true, 0.4};
    const FloatBuffer x = randoms(910, c.input.size() * c.batch);
    struct Result
    {
        FloatBuffer output, inputGradient;
        LayerState state;
    };
    const auto run = [&](int threads) {
        ConvolutionLayer layer(specOf(c), c.input, c.batch, 1, 0);
        ThreadPool pool(threads);
        const int outputs = layer.shape().size() * c.batch;
        layer.forward(x.data(), c.batch,
                      {.training = true, .dropout = dropoutFactor, .dropoutKey = dropoutKey}, pool);
        const FloatBuffer gradient = randoms(911, outputs);
        std::copy(gradient.begin(), gradient.end(), layer.gradient());
        FloatBuffer inputGradient(x.size()), scratch(layer.updateScratch());
        layer.backward(x.data(), inputGradient.data(), c.batch, pool);
        layer.weightGradients(x.data(), c.batch, pool);
        layer.updateTile(0, x.data(), c.batch, {.method = OptimizerMethod::Sgd, .rate = 0.1f},
                         scratch.data());
        return Result{{layer.output(), layer.output() + outputs}, inputGradient, layer.state()};
    };
    const Result one = run(1);
    for (const int threads : {2, 3, 8}) {
        const Result many = run(threads);
        QVERIFY(small::sameBits(many.output, one.output));
        QVERIFY(small::sameBits(many.inputGradient, one.inputGradient));
        QCOMPARE(small::difference(many.state, one.state), std::string());
    }
}

void TestConvolutionLayer::averagePoolRounds()
{
    LayerSpec spec;
    spec.kind = LayerKind::AveragePool;
    spec.window = {2, 2, 0};
    AveragePoolLayer pool(spec, {2, 4, 1}, 1);
    pool.setSteps({0.5f});
    ThreadPool threads(1);
    // In steps: 1, 2, 3, 3 have the mean 2.25, and 1, 2, 2, 1 the mean 1.5, which goes up.
    const FloatBuffer x{0.5f, 1.0f, 0.5f, 1.0f, 1.5f, 1.5f, 1.0f, 0.5f};
    pool.forward(x.data(), 1, {.quantize = true}, threads);
    QCOMPARE(pool.output()[0], 1.0f);
    QCOMPARE(pool.output()[1], 1.0f);
    pool.forward(x.data(), 1, {}, threads);
    QCOMPARE(pool.output()[0], 1.125f);
}

void TestConvolutionLayer::poolingGradients_data()
{
    QTest::addColumn<bool>("largest");
    QTest::addColumn<Window>("window");
    QTest::newRow("max 2x2") << true << Window{2, 2, 0};
    QTest::newRow("max, windows overlap") << true << Window{3, 2, 0};
    QTest::newRow("average 2x2") << false << Window{2, 2, 0};
    QTest::newRow("average 3x3, windows apart") << false << Window{3, 4, 0};
}

void TestConvolutionLayer::poolingGradients()
{
    QFETCH(bool, largest);
    QFETCH(Window, window);
    const TensorShape input{7, 8, 3};
    LayerSpec spec;
    spec.kind = largest ? LayerKind::MaxPool : LayerKind::AveragePool;
    spec.window = window;
    const std::unique_ptr<Layer> pool = makeLayer(spec, input, 2, 1, 0);
    ThreadPool threads(2);
    FloatBuffer x = randoms(920, input.size() * 2);
    for (float& value : x)
        value = std::round(4.0f * value); // many equal values: the first of them takes the gradient
    pool->forward(x.data(), 2, {.training = true}, threads);
    const TensorShape shape = pool->shape();
    const FloatBuffer coefficients = randoms(921, shape.size() * 2);
    std::copy(coefficients.begin(), coefficients.end(), pool->gradient());
    FloatBuffer gradient(x.size(), 7.0f);
    pool->backward(x.data(), gradient.data(), 2, threads);

    Values wanted(x.size(), 0.0);
    for (int image = 0; image < 2; ++image)
        for (int row = 0; row < shape.height; ++row)
            for (int column = 0; column < shape.width; ++column)
                for (int c = 0; c < shape.channels; ++c) {
                    std::vector<std::size_t> seen;
                    for (int ky = 0; ky < window.kernel; ++ky)
                        for (int kx = 0; kx < window.kernel; ++kx)
                            seen.push_back(
                                std::size_t(((image * input.height + row * window.stride + ky) * input.width +
                                             column * window.stride + kx) *
                                                input.channels +
                                            c));
                    const auto at = std::size_t(
                        ((image * shape.height + row) * shape.width + column) * shape.channels + c);
                    const double share = largest ? 1.0 : 1.0 / double(seen.size());
                    const auto top = std::ranges::max_element(seen, {}, [&](std::size_t i) { return x[i]; });
                    double y = 0.0;
                    for (const std::size_t i : seen) {
                        y += largest ? 0.0 : share * double(x[i]);
                        if (!largest || i == *top)
                            wanted[i] += share * double(coefficients[at]);
                    }
                    y = largest ? double(x[*top]) : y;
                    QVERIFY(std::abs(double(pool->output()[at]) - y) <= 16 * epsilon * (1.0 + std::abs(y)));
                }
    for (std::size_t i = 0; i < wanted.size(); ++i)
        QVERIFY(std::abs(wanted[i] - double(gradient[i])) <= 32 * epsilon * (1.0 + std::abs(wanted[i])));
}

QTEST_GUILESS_MAIN(TestConvolutionLayer)
#include "tst_convolution_layer.moc"
