#include "core/training/trainer.h"

#include "core/error.h"
#include "core/random.h"
#include "core/training/learning_rate.h"
#include "core/training/loss.h"
#include "core/training/statistics.h"
#include "core/training/trainer_checks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ternbench {

namespace {

/// Every so many mini-batches the activation ranges follow the outputs' percentile.
constexpr int clipInterval = 16;
/// Mini-batches that find the activation ranges when coding begins.
constexpr int calibrationBatches = 8;
/// A loss that no step of a sound training shows: ln(classes) is chance, 100 is certainty in e^-100.
constexpr double divergedLoss = 100.0;

/// Images whose bytes one task turns to floats.
constexpr int imagesPerTask = 16;

bool isFinite(const LayerState& layer)
{
    const auto finite = [](const FloatBuffer& values) {
        return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
    };
    return finite(layer.weights.values) && finite(layer.gamma.values) && finite(layer.beta.values) &&
           finite(layer.runningMean) && finite(layer.runningVariance);
}

std::span<const float> columnOf(const LinearLayer& layer)
{
    return layer.state().coding->normalizer.column;
}

} // namespace

Trainer::Trainer(const NetworkSpec& network, const QuantizerSpec& quantizer, const TrainingSpec& training,
                 std::uint64_t seed, const LabelledImages& train, const LabelledImages& test, int threads)
    : m_quantizer(quantizer), m_training(training), m_seed(seed), m_train(train), m_test(test),
      m_stepsPerEpoch(train.count / training.batchSize), m_input(network.inputNormalization, train),
      m_order(std::size_t(train.count)), m_pool(threads)
{
    checkFit(network, training, train, test);
    checkTails(network, training, train.inputs);
    int fanIn = train.inputs;
    std::size_t largestTile = 0;
    for (const LayerSpec& spec : network.layers) {
        m_layers.push_back(
            std::make_unique<LinearLayer>(spec, fanIn, training.batchSize, seed, int(m_layers.size())));
        largestTile = std::max(largestTile, std::size_t(std::min(spec.outputs, LinearLayer::tileColumns)) *
                                                std::size_t(fanIn));
        fanIn = spec.outputs;
    }
    m_x.resize(std::size_t(training.batchSize) * std::size_t(train.inputs));
    m_labels.resize(std::size_t(training.batchSize));
    m_scratch.assign(std::size_t(m_pool.threads()), FloatBuffer(largestTile));
}

double Trainer::currentRate() const
{
    const std::int64_t last = std::int64_t(totalEpochs(m_training)) * m_stepsPerEpoch - 1;
    return learningRate(m_training, std::min(m_position.step, last), m_stepsPerEpoch);
}

StepResult Trainer::step()
{
    if (m_position.batch == 0)
        beginEpoch();
    const int batch = m_training.batchSize;
    const bool observe = coded() && m_position.step % clipInterval == 0;
    loadBatch(m_train, m_order.data(), m_position.batch * batch, batch);
    forward(batch, {.training = true,
                    .dropout = coded() ? m_training.codedDropout : 1.0,
                    .quantize = true,
                    .observe = observe});
    const StepResult result = lossAndGradient(batch, true);
    backward(batch);
    update(batch);
    if (observe)
        for (const auto& layer : m_layers)
            layer->updateClip();

    m_position.lossSum += double(result.loss) * batch;
    m_position.errors += result.errors;
    m_position.images += batch;
    ++m_position.batch;
    ++m_position.step;
    return result;
}

void Trainer::beginEpoch()
{
    shuffle();
    enterStage(m_training.schedule[std::size_t(stage())]);
}

void Trainer::shuffle()
{
    std::iota(m_order.begin(), m_order.end(), 0);
    Random random(m_seed, stream::shuffle, std::uint64_t(m_position.epoch));
    for (std::size_t i = m_order.size(); i > 1; --i)
        std::swap(m_order[i - 1], m_order[random.below(std::uint32_t(i))]);
}

void Trainer::enterStage(const Stage& stage)
{
    const bool wasCoded = coded();
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        LinearLayer* const layer = m_layers[l].get();
        const WeightNormalization normalization = m_quantizer.normalizationOf(l);
        const std::optional<Code> code = codeInForce(stage, layer->spec());
        LayerState& state = layer->state();
        if (!code) {
            state.coding.reset();
            continue;
        }
        layer->allocateEffective();
        const float* weights = state.weights.values.data();
        if (state.coding && state.coding->code == *code)
            renormalize(*state.coding, normalization, weights, layer->effective(), state.rows, state.fanIn,
                        m_pool);
        else
            state.coding = beginCoding(m_quantizer.method, normalization, *code, weights, layer->effective(),
                                       state.rows, state.fanIn, m_pool);
    }
    m_input.stopQuantizing();
    if (coded())
        m_input.quantize(columnOf(*m_layers.front()), m_input.scaleFor(columnOf(*m_layers.front())));
    applyQuantizers();
    if (coded() && !wasCoded)
        calibrate();
}

void Trainer::applyQuantizers()
{
    for (std::size_t l = 0; l + 1 < m_layers.size(); ++l)
        m_layers[l]->setOutputQuantizer(coded() ? columnOf(*m_layers[l + 1]) : std::span<const float>());
}

void Trainer::calibrate()
{
    // Twice: ranges found on unquantized inputs shift a little once the layers before are quantized.
    const int batch = m_training.batchSize;
    const int batches = std::min(calibrationBatches, m_stepsPerEpoch);
    for (int i = 0; i < 2 * batches; ++i) {
        loadBatch(m_train, m_order.data(), i % batches * batch, batch);
        forward(batch, {.training = true, .quantize = true, .observe = true});
        for (const auto& layer : m_layers)
            layer->updateClip();
    }
}

void Trainer::loadBatch(const LabelledImages& images, const int* order, int first, int count)
{
    const int inputs = images.inputs;
    const int tasks = (count + imagesPerTask - 1) / imagesPerTask;
    m_pool.run(tasks, [&](int task, int) {
        const int end = std::min(count, (task + 1) * imagesPerTask);
        for (int b = task * imagesPerTask; b < end; ++b) {
            const auto image = std::size_t(order ? order[first + b] : first + b);
            m_labels[std::size_t(b)] = images.labels[image];
            m_input.convert(images.pixels.data() + image * std::size_t(inputs), inputs,
                            m_x.data() + std::size_t(b) * std::size_t(inputs));
        }
    });
}

const float* Trainer::inputOf(std::size_t layer) const
{
    return layer == 0 ? m_x.data() : m_layers[layer - 1]->output();
}

void Trainer::forward(int batch, const ForwardMode& mode)
{
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        LinearLayer& layer = *m_layers[l];
        ForwardMode layerMode = mode;
        layerMode.quantize = mode.quantize && coded();
        const std::uint64_t index = std::uint64_t(m_position.step) * m_layers.size() + l;
        layerMode.dropoutKey = std::uint32_t(Random(m_seed, stream::dropout, index).next() >> 32);
        const float* x = inputOf(l);
        m_finite.assign(std::size_t(layer.tiles()), 1);
        m_pool.run(layer.tiles(), [&](int tile, int) {
            m_finite[std::size_t(tile)] = layer.forwardTile(tile, x, batch, layerMode);
        });
        checkFinite(m_finite, layer, "outputs");
    }
}

void Trainer::checkFinite(const std::vector<char>& finite, const LinearLayer& layer, const char* what) const
{
    if (std::ranges::find(finite, 0) != finite.end())
        throw RunError("diverged: the " + std::string(what) + " of layer '" + layer.spec().name +
                       "' are not finite at step " + std::to_string(m_position.step) +
                       "; a lower training.optimizer.learning_rate may help");
}

StepResult Trainer::lossAndGradient(int batch, bool gradient)
{
    LinearLayer& last = *m_layers.back();
    const LossSums sums = softmaxCrossEntropy(last.output(), m_labels.data(), batch, last.rows(),
                                              gradient ? last.gradient() : nullptr);
    const double loss = sums.loss / batch;
    if (gradient && !(loss < divergedLoss))
        throw RunError("diverged: the loss at layer '" + last.spec().name + "' is " + std::to_string(loss) +
                       " at step " + std::to_string(m_position.step) +
                       "; a lower training.optimizer.learning_rate may help");
    return {float(loss), sums.errors};
}

void Trainer::backward(int batch)
{
    for (std::size_t l = m_layers.size(); l-- > 0;) {
        LinearLayer& layer = *m_layers[l];
        const LinearLayer* above = l + 1 < m_layers.size() ? m_layers[l + 1].get() : nullptr;
        m_finite.assign(std::size_t(layer.tiles()), 1);
        m_pool.run(layer.tiles(), [&](int tile, int) {
            const int first = tile * LinearLayer::tileColumns;
            const int columns = std::min(LinearLayer::tileColumns, layer.rows() - first);
            if (above)
                above->inputGradientTile(first, columns, layer.gradient(), batch);
            m_finite[std::size_t(tile)] = layer.backwardTile(tile, batch);
        });
        checkFinite(m_finite, layer, "gradients");
    }
}

void Trainer::update(int batch)
{
    const OptimizerStep step = optimizerStep();
    struct Task
    {
        std::size_t layer;
        int tile;
    };
    std::vector<Task> tasks; // one phase for all layers: few barriers, and short layers fill the gaps
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        m_layers[l]->beginUpdate();
        for (int tile = 0; tile < m_layers[l]->tiles(); ++tile)
            tasks.push_back({l, tile});
    }
    m_pool.run(int(tasks.size()), [&](int task, int thread) {
        const Task& each = tasks[std::size_t(task)];
        m_layers[each.layer]->updateTile(each.tile, inputOf(each.layer), batch, step,
                                         m_scratch[std::size_t(thread)].data());
    });
    for (const auto& layer : m_layers)
        layer->finishUpdate();
}

OptimizerStep Trainer::optimizerStep() const
{
    const OptimizerSpec& spec = m_training.optimizer;
    const double rate = currentRate();
    const double t = double(m_position.step + 1);
    const double correction2 = std::sqrt(1.0 - std::pow(spec.beta2, t));
    OptimizerStep step;
    step.method = spec.method;
    step.adam = {float(rate * correction2 / (1.0 - std::pow(spec.beta1, t))), float(spec.beta1),
                 float(spec.beta2), float(spec.epsilon * correction2)};
    step.rate = float(rate);
    step.momentum = float(spec.momentum);
    return step;
}

EpochSnapshot Trainer::finishEpoch(double seconds)
{
    EpochSnapshot snapshot;
    snapshot.stage = stage();
    snapshot.learningRate = learningRate(m_training, m_position.step - 1, m_stepsPerEpoch);
    snapshot.trainLoss = m_position.lossSum / double(m_position.images);
    snapshot.trainError = double(m_position.errors) / double(m_position.images);
    for (const auto& layer : m_layers) {
        LayerState& state = layer->state();
        // The update of the last step has not been seen by any other check, and the state is to be kept.
        checkFinite({isFinite(state)}, *layer, "weights");
        if (state.coding)
            settle(*state.coding, state.weights.values.data(), layer->effective(), state.rows, state.fanIn,
                   m_pool);
    }
    const EvaluationResult test = evaluate(m_test);
    checkFinite({std::isfinite(test.loss)}, *m_layers.back(), "outputs");
    snapshot.testLoss = test.loss;
    snapshot.testError = test.error;
    snapshot.layers.resize(m_layers.size());
    m_pool.run(int(m_layers.size()), [&](int l, int) {
        LinearLayer& layer = *m_layers[std::size_t(l)];
        snapshot.layers[std::size_t(l)] = describeLayer(layer.state(), layer.effective());
        layer.state().epochPattern = patternOf(layer.state(), layer.effective());
    });
    snapshot.seconds = seconds;
    const int epoch = m_position.epoch + 1;
    m_position = {.epoch = epoch, .step = m_position.step};
    snapshot.epoch = epoch;
    return snapshot;
}

EvaluationResult Trainer::evaluate(const LabelledImages& images)
{
    const int batch = m_training.batchSize;
    double loss = 0.0;
    std::int64_t errors = 0;
    for (int first = 0; first < images.count; first += batch) {
        const int count = std::min(batch, images.count - first);
        loadBatch(images, nullptr, first, count);
        forward(count, {.quantize = true});
        const LossSums sums = softmaxCrossEntropy(m_layers.back()->output(), m_labels.data(), count,
                                                  m_layers.back()->rows(), nullptr);
        loss += sums.loss;
        errors += sums.errors;
    }
    const double count = std::max(1, images.count);
    return {loss / count, double(errors) / count};
}

EngineState Trainer::state() const
{
    EngineState state;
    for (const auto& layer : m_layers)
        state.layers.push_back(layer->state());
    state.inputScale = m_input.scale;
    state.position = m_position;
    return state;
}

void Trainer::restore(const EngineState& state)
{
    checkRestorable(state, m_layers, m_training, m_stepsPerEpoch);
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        LinearLayer& layer = *m_layers[l];
        const LayerState& from = state.layers[l];
        layer.state() = from;
        if (!from.coding)
            continue;
        layer.allocateEffective();
        // The scale is stored, not derived: a frozen one does not follow from the pattern.
        for (int r = 0; r < from.rows; ++r)
            codeRow(*layer.state().coding, from.weights.values.data(), layer.effective(), r, from.fanIn);
    }
    m_position = state.position;
    m_input.stopQuantizing();
    if (coded() && state.inputScale > 0.0)
        m_input.quantize(columnOf(*m_layers.front()), state.inputScale);
    applyQuantizers();
    shuffle();
}

} // namespace ternbench
