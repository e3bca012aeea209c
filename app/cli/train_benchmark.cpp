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

/// A network in training whose steps are timed.
class TimedTrainer
{
public:
    TimedTrainer(const Subject& subject, const TrainBenchmarkRequest& request, int batch, int threads)
        : m_train(noise(batch * 40, subject.input)), m_test(noise(batch, subject.input)),
          m_trainer(subject.network, {}, trainingOf(request, batch), 1, m_train, m_test, threads)
    {
        step();
        m_steps = std::max(1, int(roundSeconds / step()));
    }

    /// Seconds of a step, the mean of one round.
    double measure()
    {
        double seconds = 0.0;
        for (int i = 0; i < m_steps; ++i)
            seconds += step();
        return seconds / m_steps;
    }

    /// The same, its parts added to the profile: reading the clock so often costs some time itself.
    double measure(StepProfile& profile)
    {
        m_trainer.setProfile(&profile);
        const double seconds = measure();
        m_trainer.setProfile(nullptr);
        return seconds * m_steps;
    }

private:
    static TrainingSpec trainingOf(const TrainBenchmarkRequest& request, int batch)
    {
        TrainingSpec training;
        training.batchSize = batch;
        Stage stage;
        stage.kind = request.code ? Stage::Kind::Final : Stage::Kind::Float;
        stage.epochs = 100'000;
        training.schedule = {stage};
        return training;
    }

    double step()
    {
        if (m_trainer.epochDone()) // outside the measured time
            m_trainer.finishEpoch(0.0);
        return secondsOf([this] { m_trainer.step(); });
    }

    LabelledImages m_train, m_test;
    Trainer m_trainer;
    int m_steps = 1;
};

/// Each part's share of `seconds`, the wall time of the steps in the profile.
StepShares sharesOf(const StepProfile& profile, double seconds, int threads)
{
    const double all = seconds * threads;
    StepShares share;
    share.activation = profile.seconds(StepPart::Activation) / all;
    share.optimizer = profile.seconds(StepPart::Optimizer) / all;
    share.projection = profile.seconds(StepPart::Projection) / all;
    share.forward = profile.seconds(StepPart::Forward) / seconds - share.activation;
    share.backward = (profile.seconds(StepPart::Backward) + profile.seconds(StepPart::Update)) / seconds -
                     share.optimizer - share.projection;
    return share;
}

} // namespace

TrainBenchmark measureTraining(const TrainBenchmarkRequest& request)
{
    const bool connected = request.network == BenchmarkNetwork::FullyConnected;
    const int batch = request.batch > 0 ? request.batch : connected ? 128 : 64;
    const Subject subject = subjectOf(request);
    const double multiplyAdds = multiplyAddsOf(subject, batch);
    std::unique_ptr<Floor> floor;
    if (connected)
        floor = std::make_unique<GemmFloor>(subject.network, subject.input.size(), batch);
    else
        floor = std::make_unique<PeakFloor>(multiplyAdds);
    TimedTrainer trainer(subject, request, batch, request.threads);
    std::optional<TimedTrainer> alone;
    if (request.threads > 1)
        alone.emplace(subject, request, batch, 1);

    StepProfile profile;
    std::vector<double> stepTimes, floorTimes, ratios, aloneTimes, scalings;
    double profiled = 0.0;
    for (int round = 0; round < request.rounds; ++round) {
        stepTimes.push_back(trainer.measure());
        floorTimes.push_back(floor->measure());
        ratios.push_back(stepTimes.back() / floorTimes.back());
        aloneTimes.push_back(alone ? alone->measure() : stepTimes.back());
        scalings.push_back(aloneTimes.back() / stepTimes.back());
        profiled += trainer.measure(profile);
    }
    return {
        .batch = batch,
        .stepMs = 1e3 * median(stepTimes),
        .samplesPerSecond = batch / median(stepTimes),
        .floorMs = 1e3 * median(floorTimes),
        .ratio = median(ratios),
        .floorGflops = 2e-9 * multiplyAdds / median(floorTimes),
        .oneThreadMs = 1e3 * median(aloneTimes),
        .scaling = median(scalings),
        .share = sharesOf(profile, profiled, request.threads),
    };
}

} // namespace ternbench
