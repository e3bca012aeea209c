#include "app/cli/train_benchmark.h"

#include "core/data/labelled_images.h"
#include "core/kernels/blas.h"
#include "core/kernels/kernels.h"
#include "core/network/step_profile.h"
#include "core/random.h"
#include "core/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace ternbench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int classes = 10;
/// A round of steps takes about so long: enough to outweigh the clock, short enough to meet the same machine
/// as the floor beside it.
constexpr double roundSeconds = 0.15;

LayerSpec linear(const std::string& name, int outputs, const Code& code, bool last)
{
    LayerSpec layer;
    layer.name = name;
    layer.outputs = outputs;
    layer.code = code;
    layer.batchNorm = !last;
    layer.activation = last ? Activation::None : Activation::Relu;
    layer.dropout = 0.0;
    return layer;
}

LayerSpec convolution(const std::string& name, int outputs, const Code& code)
{
    LayerSpec layer = linear(name, outputs, code, false);
    layer.kind = LayerKind::Conv2d;
    layer.window = {3, 1, 1};
    return layer;
}

LayerSpec pool(const std::string& name)
{
    LayerSpec layer;
    layer.kind = LayerKind::MaxPool;
    layer.name = name;
    layer.window = {2, 2, 0};
    return layer;
}

struct Subject
{
    NetworkSpec network;
    TensorShape input;
};

Subject subjectOf(const TrainBenchmarkRequest& request)
{
    const Code code = request.code.value_or(Code{});
    if (request.network == BenchmarkNetwork::FullyConnected)
        return {
            {.layers = {linear("fc1", request.width, code, false), linear("fc2", request.width, code, false),
                        linear("fc3", request.width, code, false), linear("out", classes, code, true)}},
            vectorShape(784)};
    return {{.layers = {convolution("conv1", 32, code), convolution("conv2", 32, code), pool("pool1"),
                        convolution("conv3", 64, code), convolution("conv4", 64, code), pool("pool2"),
                        linear("fc1", 256, code, false), linear("out", classes, code, true)}},
            {32, 32, 3}};
}

LabelledImages noise(int count, const TensorShape& shape)
{
    LabelledImages images = emptyImages(count, shape.height, shape.width, shape.channels);
    Random random(1, 99);
    for (int i = 0; i < count * shape.size(); ++i)
        images.pixels.push_back(std::uint8_t(random.below(256)));
    for (int i = 0; i < count; ++i)
        images.labels.push_back(std::uint8_t(random.below(classes)));
    return images;
}

double secondsOf(const std::function<void()>& work)
{
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// Multiply-adds of the products of a step: forward, weight gradient, and of all layers but the first the
/// input gradient.
double multiplyAddsOf(const Subject& subject, int batch)
{
    double sum = 0.0;
    TensorShape shape = subject.input;
    for (const LayerSpec& layer : subject.network.layers) {
        const TensorShape next = outputShape(layer, shape);
        const double products = double(fanInOf(layer, shape)) * layer.outputs * next.positions();
        if (layer.hasWeights())
            sum += products * (shape == subject.input ? 2.0 : 3.0);
        shape = next;
    }
    return sum * batch;
}

/// What the step is held against, run beside it.
class Floor
{
public:
    virtual ~Floor() = default;
    /// Seconds of the floor of one step.
    virtual double measure() = 0;
};

/// The matrix products of a fully-connected network, whole matrices, on one thread.
class GemmFloor : public Floor
{
public:
    GemmFloor(const NetworkSpec& network, int inputs, int batch) : m_batch(batch)
    {
        int in = inputs;
        for (const LayerSpec& layer : network.layers) {
            const auto rows = std::size_t(layer.outputs), columns = std::size_t(in);
            m_layers.push_back({in, layer.outputs, FloatBuffer(std::size_t(batch) * columns, 0.5f),
                                FloatBuffer(std::size_t(batch) * rows, 0.5f),
                                FloatBuffer(rows * columns, 0.01f), FloatBuffer(rows * columns, 0.0f)});
            in = layer.outputs;
        }
        m_repeats = std::max(1, int(roundSeconds / 2 / secondsOf([this] { products(); })));
    }

    double measure() override
    {
        return secondsOf([this] {
                   for (int i = 0; i < m_repeats; ++i)
                       products();
               }) /
               m_repeats;
    }

private:
    struct Matrices
    {
        int in, out;
        FloatBuffer x, y, w, g;
    };

    void products()
    {
        for (Matrices& l : m_layers)
            sgemm(Transpose::No, Transpose::Yes, m_batch, l.out, l.in, 1.0f, l.x.data(), l.in, l.w.data(),
                  l.in, 0.0f, l.y.data(), l.out);
        for (std::size_t i = m_layers.size(); i-- > 0;) {
            Matrices& l = m_layers[i];
            if (i > 0)
                sgemm(Transpose::No, Transpose::No, m_batch, l.in, l.out, 1.0f, l.y.data(), l.out, l.w.data(),
                      l.in, 0.0f, l.x.data(), l.in);
            sgemm(Transpose::Yes, Transpose::No, l.out, l.in, m_batch, 1.0f, l.y.data(), l.out, l.x.data(),
                  l.in, 0.0f, l.g.data(), l.in);
        }
    }

    int m_batch;
    int m_repeats = 1;
    std::vector<Matrices> m_layers;
};

/// So many multiply-adds at the peak of the CPU's arithmetic on one thread.
class PeakFloor : public Floor
{
public:
    explicit PeakFloor(double multiplyAdds) : m_wanted(multiplyAdds) {}

    double measure() override
    {
        constexpr std::int64_t rounds = 2'000'000;
        double done = 0.0;
        const double seconds = secondsOf([&] { done = kernels().convolution.multiplyAdds(rounds); });
        return m_wanted * seconds / done;
    }

private:
    double m_wanted;
};

} // namespace

TrainBenchmark measureTraining(const TrainBenchmarkRequest& request)
{
    const bool connected = request.network == BenchmarkNetwork::FullyConnected;
    const int batch = request.batch > 0 ? request.batch : connected ? 128 : 64;
    const Subject subject = subjectOf(request);
    const LabelledImages train = noise(batch * 40, subject.input), test = noise(batch, subject.input);
    TrainingSpec training;
    training.batchSize = batch;
    Stage stage;
    stage.kind = request.code ? Stage::Kind::Final : Stage::Kind::Float;
    stage.epochs = 100'000;
    training.schedule = {stage};
    Trainer trainer(subject.network, {}, training, 1, train, test, request.threads);
    StepProfile profile;
    // Ends of epochs are outside the measured time.
    const auto step = [&] {
        if (trainer.epochDone())
            trainer.finishEpoch(0.0);
        double seconds = 0.0;
        trainer.setProfile(&profile);
        seconds = secondsOf([&] { trainer.step(); });
        trainer.setProfile(nullptr);
        return seconds;
    };
    const double multiplyAdds = multiplyAddsOf(subject, batch);
    std::unique_ptr<Floor> floor;
    if (connected)
        floor = std::make_unique<GemmFloor>(subject.network, subject.input.size(), batch);
    else
        floor = std::make_unique<PeakFloor>(multiplyAdds);
    step();
    const int steps = std::max(1, int(roundSeconds / step()));
    for (auto& part : profile.nanoseconds)
        part = 0;
    std::vector<double> stepTimes, floorTimes, ratios;
    double total = 0.0;
    for (int round = 0; round < request.rounds; ++round) {
        double seconds = 0.0;
        for (int i = 0; i < steps; ++i)
            seconds += step();
        total += seconds;
        stepTimes.push_back(seconds / steps);
        floorTimes.push_back(floor->measure());
        ratios.push_back(stepTimes.back() / floorTimes.back());
    }
    const double all = total * request.threads; // of all threads
    TrainBenchmark result;
    result.batch = batch;
    result.stepMs = 1e3 * median(stepTimes);
    result.samplesPerSecond = batch / median(stepTimes);
    result.floorMs = 1e3 * median(floorTimes);
    result.ratio = median(ratios);
    result.floorGflops = 2e-9 * multiplyAdds / median(floorTimes);
    result.activation = profile.seconds(StepPart::Activation) / all;
    result.optimizer = profile.seconds(StepPart::Optimizer) / all;
    result.projection = profile.seconds(StepPart::Projection) / all;
    result.forward = profile.seconds(StepPart::Forward) / total - result.activation;
    result.backward = (profile.seconds(StepPart::Backward) + profile.seconds(StepPart::Update)) / total -
                      result.optimizer - result.projection;
    return result;
}

} // namespace ternbench
