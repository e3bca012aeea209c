// Time of a training step of a fully-connected network beside the floor that its matrix products set, both
// measured in this process in alternation. Usage and figures: README.md in this folder.

#include "core/data/labelled_images.h"
#include "core/kernels/blas.h"
#include "core/kernels/kernels.h"
#include "core/random.h"
#include "core/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

using namespace ternbench;

namespace {

using Clock = std::chrono::steady_clock;

struct Options
{
    int width = 512, batch = 128, threads = 1, rounds = 15, steps = 20;
    Code code{8, 2, CodeFamily::AtMostK};
    bool coded = true;
};

LabelledImages noise(int count, int inputs)
{
    LabelledImages images = emptyVectors(count, inputs);
    Random random(1, 99);
    for (int i = 0; i < count * inputs; ++i)
        images.pixels.push_back(std::uint8_t(random.below(256)));
    for (int i = 0; i < count; ++i)
        images.labels.push_back(std::uint8_t(random.below(10)));
    return images;
}

NetworkSpec network(const Options& options)
{
    NetworkSpec spec;
    for (int l = 0; l < 4; ++l) {
        LayerSpec layer;
        layer.name = "fc" + std::to_string(l + 1);
        layer.outputs = l < 3 ? options.width : 10;
        layer.code = options.code;
        layer.batchNorm = l < 3;
        layer.activation = l < 3 ? Activation::Relu : Activation::None;
        layer.dropout = l < 3 ? 0.2 : 0.0;
        spec.layers.push_back(layer);
    }
    return spec;
}

double milliseconds(const std::function<void()>& work)
{
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// The products of one step and nothing else, whole matrices, on one thread: forward, input gradient (not of
/// the first layer), weight gradient.
class GemmFloor
{
public:
    explicit GemmFloor(const Options& options) : m_batch(options.batch)
    {
        const int sizes[] = {784, options.width, options.width, options.width, 10};
        for (int l = 0; l < 4; ++l) {
            Layer layer{sizes[l], sizes[l + 1], {}, {}, {}, {}};
            layer.x.assign(std::size_t(m_batch * layer.in), 0.5f);
            layer.y.assign(std::size_t(m_batch * layer.out), 0.5f);
            layer.w.assign(std::size_t(layer.in * layer.out), 0.01f);
            layer.g.assign(std::size_t(layer.in * layer.out), 0.0f);
            m_layers.push_back(std::move(layer));
        }
    }

    void run()
    {
        for (Layer& l : m_layers)
            sgemm(Transpose::No, Transpose::Yes, m_batch, l.out, l.in, 1.0f, l.x.data(), l.in, l.w.data(),
                  l.in, 0.0f, l.y.data(), l.out);
        for (std::size_t i = m_layers.size(); i-- > 0;) {
            Layer& l = m_layers[i];
            if (i > 0)
                sgemm(Transpose::No, Transpose::No, m_batch, l.in, l.out, 1.0f, l.y.data(), l.out, l.w.data(),
                      l.in, 0.0f, l.x.data(), l.in);
            sgemm(Transpose::Yes, Transpose::No, l.out, l.in, m_batch, 1.0f, l.y.data(), l.out, l.x.data(),
                  l.in, 0.0f, l.g.data(), l.in);
        }
    }

private:
    struct Layer
    {
        int in, out;
        FloatBuffer x, y, w, g;
    };
    int m_batch;
    std::vector<Layer> m_layers;
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

bool readOptions(int argc, char** argv, Options& options)
{
    std::map<std::string, int*> numbers{{"--width", &options.width},
                                        {"--batch", &options.batch},
                                        {"--threads", &options.threads},
                                        {"--rounds", &options.rounds}};
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--float") {
            options.coded = false;
            continue;
        }
        if (i + 1 == argc)
            return false;
        if (name == "--code")
            std::sscanf(argv[++i], "%d,%d", &options.code.groupSize, &options.code.maxNonZeros);
        else if (const auto found = numbers.find(name); found != numbers.end())
            *found->second = std::atoi(argv[++i]);
        else
            return false;
    }
    return !codeProblem(options.code) && options.batch > 1 && options.rounds > 0 && options.width > 0;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    if (!readOptions(argc, argv, options)) {
        std::fprintf(stderr,
                     "usage: bench_train [--width W] [--batch B] [--code N,K | --float] [--threads T] "
                     "[--rounds R]\n");
        return 2;
    }
    const LabelledImages train = noise(options.batch * 400, 784);
    const LabelledImages test = noise(options.batch, 784);
    TrainingSpec training;
    training.batchSize = options.batch;
    training.schedule = {{options.coded ? Stage::Kind::Final : Stage::Kind::Float, {}, 100}};
    Trainer trainer(network(options), {}, training, 1, train, test, options.threads);
    GemmFloor floor(options);
    const auto steps = [&] {
        for (int i = 0; i < options.steps; ++i) {
            if (trainer.epochDone())
                trainer.finishEpoch(0.0);
            trainer.step();
        }
    };
    steps();
    floor.run();
    std::vector<double> stepTimes, floorTimes, ratios;
    for (int round = 0; round < options.rounds; ++round) {
        const double step = milliseconds(steps) / options.steps;
        const double gemm = milliseconds([&] {
                                for (int i = 0; i < options.steps; ++i)
                                    floor.run();
                            }) /
                            options.steps;
        stepTimes.push_back(step);
        floorTimes.push_back(gemm);
        ratios.push_back(step / gemm);
    }
    std::printf(
        "%s, OpenBLAS %s, width %d, batch %d, %s, %d thread(s): step %.2f ms, GEMM floor (1 thread) %.2f "
        "ms, ratio %.2f (medians of %d)\n",
        kernels().name, blasKernelSet().c_str(), options.width, options.batch,
        options.coded ? toString(options.code).c_str() : "float", options.threads, median(stepTimes),
        median(floorTimes), median(ratios), options.rounds);
    return 0;
}
