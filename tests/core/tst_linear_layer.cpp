#include "core/network/linear_layer.h"
#include "core/random.h"
#include "core/training/loss.h"
#include "tests/core/small_training.h"

#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

constexpr int batch = 6, inputs = 7, hidden = 5, classes = 4;
constexpr double epsilon = 0x1.0p-24;

LayerSpec hiddenSpec(bool batchNorm)
{
    LayerSpec spec = small::layer("h", hidden);
    spec.batchNorm = batchNorm;
    spec.dropout = 0.0;
    return spec;
}

/// Two layers and one mini-batch, driven by hand as the trainer does.
struct Net
{
    LinearLayer first, last;
    ThreadPool pool{1};
    FloatBuffer x;
    std::vector<std::uint8_t> labels{0, 3, 1, 2, 2, 0};

    explicit Net(bool batchNorm)
        : first(hiddenSpec(batchNorm), vectorShape(inputs), batch, 1, 0),
          last(small::scores(classes), vectorShape(hidden), batch, 1, 1)
    {
        Random random(1, 800);
        for (int i = 0; i < batch * inputs; ++i)
            x.push_back(float(random.normal()));
        for (Parameter* parameter : {&first.state().gamma, &first.state().beta, &last.state().beta})
            for (float& value : parameter->values)
                value += float(0.3 * random.normal());
    }

    /// Forward, backward, and an SGD step of rate 0 without momentum: its velocity is the gradient.
    void computeGradients(const ForwardMode& mode = {.training = true})
    {
        first.forward(x.data(), batch, mode, pool);
        last.forward(first.output(), batch, mode, pool);
        softmaxCrossEntropy(last.output(), labels.data(), batch, classes, last.gradient());
        last.backward(first.output(), first.gradient(), batch, pool);
        first.backward(x.data(), nullptr, batch, pool);
        FloatBuffer scratch(first.updateScratch() + last.updateScratch());
        const OptimizerStep step{.method = OptimizerMethod::Sgd, .rate = 0.0f, .momentum = 0.0f};
        for (LinearLayer* layer : {&first, &last}) {
            layer->beginUpdate();
            layer->updateTile(0, layer == &first ? x.data() : first.output(), batch, step, scratch.data());
            layer->finishUpdate();
        }
    }
};

using Values = std::vector<double>;

Values doubles(const FloatBuffer& values)
{
    return {values.begin(), values.end()};
}

/// Batch normalization with the mini-batch's own statistics, in place; (batch, columns).
void normalize(Values& z, std::size_t columns)
{
    for (std::size_t j = 0; j < columns; ++j) {
        double mean = 0.0, variance = 0.0;
        for (std::size_t b = 0; b < batch; ++b)
            mean += z[b * columns + j] / batch;
        for (std::size_t b = 0; b < batch; ++b)
            variance += std::pow(z[b * columns + j] - mean, 2) / batch;
        for (std::size_t b = 0; b < batch; ++b)
            z[b * columns + j] = (z[b * columns + j] - mean) / std::sqrt(variance + batchNormEpsilon);
    }
}

/// x·W' (batch, rows) in double precision.
Values product(const Values& x, const Values& weights, std::size_t rows, std::size_t fanIn)
{
    Values y(batch * rows, 0.0);
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < fanIn; ++j)
                y[b * rows + i] += x[b * fanIn + j] * weights[i * fanIn + j];
    return y;
}

/// All parameters of a Net, and its loss computed from the definition: what is differentiated numerically.
struct DoubleNet
{
    Values x, w1, gamma, beta, w2, bias;
    std::vector<std::uint8_t> labels;

    explicit DoubleNet(const Net& net)
        : x(doubles(net.x)), w1(doubles(net.first.state().weights.values)),
          gamma(doubles(net.first.state().gamma.values)), beta(doubles(net.first.state().beta.values)),
          w2(doubles(net.last.state().weights.values)), bias(doubles(net.last.state().beta.values)),
          labels(net.labels)
    {}

    double loss() const
    {
        Values z = product(x, w1, hidden, inputs);
        if (!gamma.empty())
            normalize(z, hidden);
        for (std::size_t i = 0; i < z.size(); ++i) {
            const std::size_t j = i % hidden;
            z[i] = std::max(0.0, (gamma.empty() ? 1.0 : gamma[j]) * z[i] + beta[j]);
        }
        const Values scores = product(z, w2, classes, hidden);
        double sum = 0.0;
        for (std::size_t b = 0; b < batch; ++b) {
            double total = 0.0;
            for (std::size_t i = 0; i < classes; ++i)
                total += std::exp(scores[b * classes + i] + bias[i]);
            sum += std::log(total) - scores[b * classes + labels[b]] - bias[labels[b]];
        }
        return sum / batch;
    }
};

/// The largest difference between a gradient and central differences of `net` over `parameter`.
double largestError(DoubleNet& net, Values& parameter, const FloatBuffer& gradient)
{
    constexpr double h = 1e-6; // h² of truncation and 1e-16/h of rounding: both far below float's own error
    double largest = 0.0;
    for (std::size_t i = 0; i < parameter.size(); ++i) {
        const double value = parameter[i];
        parameter[i] = value + h;
        const double up = net.loss();
        parameter[i] = value - h;
        const double down = net.loss();
        parameter[i] = value;
        largest = std::max(largest, std::abs((up - down) / (2 * h) - double(gradient[i])));
    }
    return largest;
}

} // namespace

class TestLinearLayer : public QObject
{
    Q_OBJECT

private slots:
    void gradientsMatchDifferences_data();
    void gradientsMatchDifferences();
    void straightThroughRule();
    void outputsAreQuantized();
    void runningStatisticsAreUsedInEvaluation();
    void initialWeights();
    void learnedRangeFollowsThePercentile();
    void optimizerStepMovesTheShadowWeights();
    void sameBitsForAnyNumberOfThreads();
};

void TestLinearLayer::gradientsMatchDifferences_data()
{
    QTest::addColumn<bool>("batchNorm");
    QTest::newRow("batch normalization") << true;
    QTest::newRow("bias") << false;
}

void TestLinearLayer::gradientsMatchDifferences()
{
    QFETCH(bool, batchNorm);
    Net net(batchNorm);
    net.computeGradients();
    DoubleNet reference(net);
    // Some hundred float operations on values around 1 lie behind each gradient of size 1 and less.
    constexpr double tolerance = 100 * epsilon;
    QVERIFY(largestError(reference, reference.w1, net.first.state().weights.first) < tolerance);
    QVERIFY(largestError(reference, reference.beta, net.first.state().beta.first) < tolerance);
    QVERIFY(largestError(reference, reference.w2, net.last.state().weights.first) < tolerance);
    QVERIFY(largestError(reference, reference.bias, net.last.state().beta.first) < tolerance);
    if (batchNorm)
        QVERIFY(largestError(reference, reference.gamma, net.first.state().gamma.first) < tolerance);
    double size = 0.0;
    for (const float value : net.first.state().weights.first)
        size = std::max(size, std::abs(double(value)));
    QVERIFY(size > 0.01); // there was something to compare
}

void TestLinearLayer::straightThroughRule()
{
    Net net(true);
    ThreadPool pool(1);
    for (LinearLayer* layer : {&net.first, &net.last}) {
        LayerState& state = layer->state();
        layer->allocateEffective();
        state.coding =
            beginCoding(QuantizerMethod::Lloyd, WeightNormalization::Column, {4, 2}, layer->matrix(), pool);
    }
    // The coded network is an ordinary one with the weights D·t·r·c, ...
    const auto codedWeights = [](const LinearLayer& layer) {
        Values weights;
        for (std::size_t i = 0; i < layer.state().weights.values.size(); ++i)
            weights.push_back(layer.state().coding->scale * double(layer.effective()[i]));
        return weights;
    };
    DoubleNet reference(net);
    reference.w1 = codedWeights(net.first);
    reference.w2 = codedWeights(net.last);
    const FloatBuffer shadow = net.first.state().weights.values;
    net.computeGradients();
    // ... and its gradient, with respect to those, is what the shadow weights get, unchanged.
    constexpr double tolerance = 100 * epsilon;
    QVERIFY(largestError(reference, reference.w1, net.first.state().weights.first) < tolerance);
    QVERIFY(largestError(reference, reference.w2, net.last.state().weights.first) < tolerance);
    QVERIFY(largestError(reference, reference.gamma, net.first.state().gamma.first) < tolerance);
    QCOMPARE(net.first.state().weights.values, shadow); // rate 0

    // The definition itself: dW = dY'·x, whatever the pattern: zeros of the code learn too.
    int zerosWithGradient = 0;
    for (std::size_t i = 0; i < hidden; ++i)
        for (std::size_t j = 0; j < inputs; ++j) {
            double sum = 0.0, size = 0.0;
            for (std::size_t b = 0; b < batch; ++b) {
                const double term =
                    double(net.first.gradient()[b * hidden + i]) * double(net.x[b * inputs + j]);
                sum += term;
                size += std::abs(term);
            }
            const double found = double(net.first.state().weights.first[i * inputs + j]);
            QVERIFY(std::abs(found - sum) <= (batch + 1) * epsilon * size);
            zerosWithGradient += net.first.effective()[i * inputs + j] == 0.0f && found != 0.0 ? 1 : 0;
        }
    QVERIFY(zerosWithGradient >= 10);
}

void TestLinearLayer::outputsAreQuantized()
{
    LayerSpec spec = hiddenSpec(true);
    spec.clip = 1.5;
    spec.activationBits = 3;
    LinearLayer layer(spec, vectorShape(inputs), batch, 1, 0);
    ThreadPool pool(1);
    const FloatBuffer column{1.0f, 0.5f, 2.0f, 1.0f, 1.0f};
    layer.setOutputQuantizer(column);
    const Net net(true);
    layer.forward(net.x.data(), batch, {.training = true}, pool);
    const FloatBuffer exact(layer.output(), layer.output() + batch * hidden);
    layer.forward(net.x.data(), batch, {.training = true, .quantize = true}, pool);
    int clipped = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        // One common scale for the next layer: output·column is a whole number of steps clip/7.
        const double step = 1.5 / 7.0 / double(column[i % hidden]);
        const double q = double(layer.output()[i]) / step;
        QVERIFY(std::abs(q - std::round(q)) < 1e-5 && q > -1e-5 && q < 7.0 + 1e-5);
        const double wanted = std::min(double(exact[i]) / step, 7.0);
        QVERIFY(std::abs(q - wanted) <= 0.5 + 1e-5);
        clipped += wanted == 7.0 ? 1 : 0;
    }
    QVERIFY(clipped > 0);
}

void TestLinearLayer::runningStatisticsAreUsedInEvaluation()
{
    Net net(true);
    for (int i = 0; i < 200; ++i) // 0.9^200: the running statistics are those of this one mini-batch
        net.first.forward(net.x.data(), batch, {.training = true}, net.pool);
    const FloatBuffer trained(net.first.output(), net.first.output() + batch * hidden);
    const LayerState before = net.first.state();
    net.first.forward(net.x.data(), batch, {}, net.pool);
    for (std::size_t i = 0; i < trained.size(); ++i) {
        // Training divides by the biased deviation, evaluation by the unbiased one: sqrt(5/6).
        const auto j = i % hidden;
        const double beta = double(before.beta.values[j]);
        if (trained[i] > 0.0f && double(trained[i]) - beta > 0.0) {
            const double wanted = std::max(0.0, beta + (double(trained[i]) - beta) * std::sqrt(5.0 / 6.0));
            QVERIFY(std::abs(double(net.first.output()[i]) - wanted) < 1e-4);
        }
    }
    QCOMPARE(small::difference(net.first.state(), before), std::string());
}

void TestLinearLayer::initialWeights()
{
    const TensorShape shape = vectorShape(200);
    const LinearLayer relu(small::layer("a", 300), shape, 1, 5, 0);
    const LinearLayer linear(small::scores(300), shape, 1, 5, 0);
    const LinearLayer other(small::layer("a", 300), shape, 1, 5, 1);
    const auto variance = [](const LinearLayer& layer) {
        double squares = 0.0;
        for (const float w : layer.state().weights.values)
            squares += double(w) * double(w);
        return squares / double(layer.state().weights.values.size());
    };
    // The estimate's own deviation is sqrt(2/60000) of it; five of them.
    const double tolerance = 5.0 * std::sqrt(2.0 / 60'000.0);
    QVERIFY(std::abs(variance(relu) * 200.0 / 2.0 - 1.0) < tolerance);
    QVERIFY(std::abs(variance(linear) * 200.0 - 1.0) < tolerance);
    QVERIFY(other.state().weights.values != relu.state().weights.values);
}

void TestLinearLayer::learnedRangeFollowsThePercentile()
{
    constexpr int images = 2000;
    LayerSpec spec = hiddenSpec(false);
    LinearLayer layer(spec, vectorShape(1), images, 1, 0);
    ThreadPool pool(1);
    layer.state().weights.values.assign(hidden, 1.0f);
    FloatBuffer x;
    for (int i = 0; i < images; ++i)
        x.push_back(float(i + 1) / images); // outputs spread evenly over (0, 1]
    layer.forward(x.data(), images, {.training = true, .observe = true}, pool);
    layer.updateClip();
    // Bins of 2.2 %: the 99.9th percentile and up to a bin above.
    QVERIFY(layer.state().clip >= 0.99 && layer.state().clip <= 0.999 * 1.03);
    for (float& value : x)
        value *= 2.0f;
    const double before = layer.state().clip;
    layer.forward(x.data(), images, {.training = true, .observe = true}, pool);
    layer.updateClip();
    QVERIFY(layer.state().clip > before && layer.state().clip < 2.0 * before); // moves, does not jump

    spec.clip = 3.0; // set by hand: stays
    LinearLayer fixed(spec, vectorShape(1), images, 1, 0);
    fixed.forward(x.data(), images, {.training = true, .observe = true}, pool);
    fixed.updateClip();
    QVERIFY(fixed.state().clip == 3.0);
}

void TestLinearLayer::optimizerStepMovesTheShadowWeights()
{
    Net net(true);
    net.computeGradients();
    const FloatBuffer weights = net.first.state().weights.values, gradient = net.first.state().weights.first;
    FloatBuffer scratch(net.first.updateScratch());
    const OptimizerStep step{.method = OptimizerMethod::Sgd, .rate = 0.5f, .momentum = 0.0f};
    net.first.updateTile(0, net.x.data(), batch, step, scratch.data());
    for (std::size_t i = 0; i < weights.size(); ++i)
        QVERIFY(std::abs(double(net.first.state().weights.values[i]) -
                         (double(weights[i]) - 0.5 * double(gradient[i]))) <=
                epsilon * (std::abs(double(weights[i])) + std::abs(double(gradient[i]))));
}

void TestLinearLayer::sameBitsForAnyNumberOfThreads()
{
    constexpr int in = 300, out = 600; // tiles of outputs and of inputs
    FloatBuffer x;
    Random random(4, 800);
    for (int i = 0; i < batch * in; ++i)
        x.push_back(float(random.normal()));
    struct Result
    {
        FloatBuffer output, inputGradient;
        LayerState state;
    };
    const auto run = [&](int threads) {
        LinearLayer layer(small::layer("wide", out), vectorShape(in), batch, 1, 0);
        ThreadPool pool(threads);
        layer.forward(x.data(), batch, {.training = true, .dropout = 1.0, .dropoutKey = 5}, pool);
        std::copy_n(layer.output(), batch * out, layer.gradient());
        FloatBuffer inputGradient(x.size()), scratch(layer.updateScratch());
        layer.backward(x.data(), inputGradient.data(), batch, pool);
        for (int tile = 0; tile < layer.updateTiles(); ++tile)
            layer.updateTile(tile, x.data(), batch, {.method = OptimizerMethod::Sgd, .rate = 0.1f},
                             scratch.data());
        return Result{{layer.output(), layer.output() + batch * out}, inputGradient, layer.state()};
    };
    const Result one = run(1);
    for (const int threads : {2, 3, 8}) {
        const Result many = run(threads);
        QVERIFY(small::sameBits(many.output, one.output));
        QVERIFY(small::sameBits(many.inputGradient, one.inputGradient));
        QCOMPARE(small::difference(many.state, one.state), std::string());
    }
}

QTEST_GUILESS_MAIN(TestLinearLayer)
#include "tst_linear_layer.moc"
