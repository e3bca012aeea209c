#include "core/training/trainer.h"

#include "core/error.h"
#include "core/random.h"
#include "core/training/augmentation.h"
#include "core/training/growth.h"
#include "core/training/learning_rate.h"
#include "core/training/loss.h"
#include "core/training/residual.h"
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

TensorShape shapeOf(const LabelledImages& images)
{
    return {images.height, images.width, images.channels};
}

/// The column normalizers of the first layer for each value of an image.
std::vector<float> inputColumns(const WeightLayer& first, int inputs)
{
    const std::span<const float> channels = channelColumns(first);
    std::vector<float> columns(static_cast<std::size_t>(inputs));
    for (std::size_t j = 0; j < columns.size(); ++j)
        columns[j] = channels[j % channels.size()];
    return columns;
}

} // namespace

Trainer::Trainer(const NetworkSpec& network, const QuantizerSpec& quantizer, const TrainingSpec& training,
                 std::uint64_t seed, const LabelledImages& train, const LabelledImages& test, int threads)
    : m_spec(network), m_quantizer(quantizer), m_training(training), m_seed(seed), m_train(train),
      m_test(test), m_stepsPerEpoch(train.count / training.batchSize),
      m_input(network.inputNormalization, train),
      m_network(checkedNetwork(network, training, train, test), shapeOf(train), training.batchSize, seed),
      m_order(std::size_t(train.count)), m_pool(threads)
{
    m_x.resize(std::size_t(training.batchSize) * std::size_t(train.inputs));
    m_labels.resize(std::size_t(training.batchSize));
    m_augmented.assign(std::size_t(m_pool.threads()), std::vector<std::uint8_t>(std::size_t(train.inputs)));
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
    if (m_training.schedule[std::size_t(stage())].growth != Growth::AtOnce)
        m_network.growTo(heldShare(m_training, m_position.step, m_stepsPerEpoch), m_pool);
    const int batch = m_training.batchSize;
    const bool observe = coded() && m_position.step % clipInterval == 0;
    loadBatch(m_train, m_order.data(), m_position.batch * batch, batch, &m_training.augmentation);
    forward(batch, {.training = true,
                    .dropout = coded() ? m_training.codedDropout : 1.0,
                    .quantize = true,
                    .observe = observe,
                    .residual = float(residualWeight(m_training, m_position.step, m_stepsPerEpoch))});
    const StepResult result = lossAndGradient(batch, true);
    m_network.backward(m_x.data(), batch, m_position.step, m_pool);
    m_network.update(m_x.data(), batch, optimizerStep(), m_pool);
    if (observe)
        m_network.updateClips();

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
    enterStage(std::size_t(stage()));
}

std::optional<Network::LayerCode> Trainer::codeOf(const WeightLayer& layer, std::size_t index) const
{
    const std::optional<Code> code = codeInForce(m_training.schedule[index], layer.spec());
    const std::optional<Code> loose = looseCode(m_training, index, layer.spec());
    if (!code || !loose)
        return code ? std::optional(Network::LayerCode{*code}) : std::nullopt;
    const bool begins = m_position.epoch == firstEpochOf(m_training, index);
    // Within a growing stage the groups that are held stay so.
    if (!begins && layer.state().coding)
        return Network::LayerCode{layer.state().coding->code};
    return Network::LayerCode{*loose, *code};
}

void Trainer::learnTeacher()
{
    if (m_training.retraining.distillation.weight > 0.0)
        takeTeacher(state().layers);
}

void Trainer::takeTeacher(const std::vector<LayerState>& layers)
{
    m_teacher.reset();
    if (layers.empty())
        return;
    m_teacher = std::make_unique<Teacher>(m_spec, shapeOf(m_train), m_training.batchSize);
    m_teacher->learn(layers);
}

void Trainer::shuffle()
{
    std::iota(m_order.begin(), m_order.end(), 0);
    Random random(m_seed, stream::shuffle, std::uint64_t(m_position.epoch));
    for (std::size_t i = m_order.size(); i > 1; --i)
        std::swap(m_order[i - 1], m_order[random.below(std::uint32_t(i))]);
}

void Trainer::enterStage(std::size_t index)
{
    const bool wasCoded = coded();
    if (!wasCoded && m_training.schedule[index].kind != Stage::Kind::Float)
        learnTeacher();
    m_network.setCodes([&](const WeightLayer& layer) { return codeOf(layer, index); }, m_quantizer, m_pool);
    m_input.stopQuantizing();
    if (coded()) {
        const auto columns = inputColumns(*m_network.weightLayers().front(), m_train.inputs);
        m_input.quantize(columns, m_input.scaleFor(columns));
    }
    m_network.applyQuantizers();
    if (coded() && !wasCoded)
        calibrate();
}

void Trainer::calibrate()
{
    // Twice: ranges found on unquantized inputs shift a little once the layers before are quantized.
    const int batch = m_training.batchSize;
    const int batches = std::min(calibrationBatches, m_stepsPerEpoch);
    for (int i = 0; i < 2 * batches; ++i) {
        loadBatch(m_train, m_order.data(), i % batches * batch, batch, nullptr);
        forward(batch, {.training = true, .quantize = true, .observe = true});
        m_network.updateClips();
    }
}

void Trainer::loadBatch(const LabelledImages& images, const int* order, int first, int count,
                        const AugmentationSpec* augmentation)
{
    const int inputs = images.inputs;
    const int tasks = (count + imagesPerTask - 1) / imagesPerTask;
    const bool augments = augmentation && augmentation->changes();
    m_pool.run(tasks, [&](int task, int thread) {
        const int end = std::min(count, (task + 1) * imagesPerTask);
        for (int b = task * imagesPerTask; b < end; ++b) {
            const auto image = std::size_t(order ? order[first + b] : first + b);
            m_labels[std::size_t(b)] = images.labels[image];
            const std::uint8_t* bytes = images.pixels.data() + image * std::size_t(inputs);
            if (augments) {
                std::vector<std::uint8_t>& changed = m_augmented[std::size_t(thread)];
                augment(*augmentation, images, image, m_position.epoch, changed);
                bytes = changed.data();
            }
            m_input.convert(bytes, inputs, m_x.data() + std::size_t(b) * std::size_t(inputs));
        }
    });
}

void Trainer::forward(int batch, const ForwardMode& mode)
{
    const auto layers = std::uint64_t(m_network.layers().size());
    const auto key = [&](std::size_t layer) {
        const std::uint64_t index = std::uint64_t(m_position.step) * layers + layer;
        return std::uint32_t(Random(m_seed, stream::dropout, index).next() >> 32);
    };
    if (m_spec.requantization == Requantization::PowerOfTwo && coded())
        m_network.usePowersOfTwo(m_input.scale);
    m_network.forward(m_x.data(), batch, mode, key, m_position.step, m_pool);
}

StepResult Trainer::lossAndGradient(int batch, bool gradient)
{
    WeightLayer& last = m_network.last();
    const LossSums sums = softmaxCrossEntropy(last.output(), m_labels.data(), batch, last.rows(),
                                              gradient ? last.gradient() : nullptr,
                                              gradient && coded() ? objective(batch) : Objective{});
    const double loss = sums.loss / batch;
    if (gradient && !(loss < divergedLoss))
        throw RunError("diverged: the loss at layer '" + last.spec().name + "' is " + std::to_string(loss) +
                       " at step " + std::to_string(m_position.step) +
                       "; a lower training.optimizer.learning_rate may help");
    return {float(loss), sums.errors};
}

Objective Trainer::objective(int batch)
{
    const RetrainingSpec& retraining = m_training.retraining;
    Objective objective{.smoothing = retraining.labelSmoothing};
    if (m_teacher)
        objective.teacher = {m_teacher->scores(m_x.data(), batch, m_pool), retraining.distillation.weight,
                             retraining.distillation.temperature};
    return objective;
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
    if (coded())
        step.shrink = float(1.0 - rate * m_training.retraining.weightDecay);
    return step;
}

EpochSnapshot Trainer::finishEpoch(double seconds)
{
    EpochSnapshot snapshot;
    snapshot.stage = stage();
    snapshot.learningRate = learningRate(m_training, m_position.step - 1, m_stepsPerEpoch);
    snapshot.trainLoss = m_position.lossSum / double(m_position.images);
    snapshot.trainError = double(m_position.errors) / double(m_position.images);
    const std::vector<WeightLayer*>& layers = m_network.weightLayers();
    for (WeightLayer* layer : layers) {
        // The update of the last step has not been seen by any other check, and the state is to be kept.
        if (!isFinite(layer->state()))
            throwDiverged(*layer, "weights", m_position.step);
        if (layer->state().coding)
            settle(*layer->state().coding, layer->matrix(), m_pool);
    }
    const EvaluationResult test = evaluate(m_test);
    if (!std::isfinite(test.loss))
        throwDiverged(m_network.last(), "outputs", m_position.step);
    snapshot.testLoss = test.loss;
    snapshot.testError = test.error;
    snapshot.layers.resize(layers.size());
    m_pool.run(int(layers.size()), [&](int l, int) {
        WeightLayer& layer = *layers[std::size_t(l)];
        LayerSnapshot& described = snapshot.layers[std::size_t(l)];
        described = describeLayer(layer.state(), layer.effective());
        described.kernel = layer.spec().kind == LayerKind::Conv2d ? layer.spec().window.kernel : 0;
        layer.state().epochPattern = described.mask;
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
        loadBatch(images, nullptr, first, count, nullptr);
        forward(count, {.quantize = true});
        const LossSums sums = softmaxCrossEntropy(m_network.last().output(), m_labels.data(), count,
                                                  m_network.last().rows(), nullptr);
        loss += sums.loss;
        errors += sums.errors;
    }
    const double count = std::max(1, images.count);
    return {loss / count, double(errors) / count};
}

EngineState Trainer::state() const
{
    EngineState state;
    for (const WeightLayer* layer : m_network.weightLayers())
        state.layers.push_back(layer->state());
    if (m_teacher)
        state.teacher = m_teacher->state();
    state.inputScale = m_input.scale;
    state.position = m_position;
    return state;
}

void Trainer::restore(const EngineState& state)
{
    const std::vector<WeightLayer*>& layers = m_network.weightLayers();
    checkRestorable(state, layers, m_training, m_stepsPerEpoch);
    takeTeacher(state.teacher);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        WeightLayer& layer = *layers[l];
        layer.state() = state.layers[l];
        if (!layer.state().coding)
            continue;
        layer.allocateEffective();
        Coding& coding = *layer.state().coding;
        useGrouping(coding, layer.grouping(), layer.rows());
        // The scale is stored, not derived: a frozen one does not follow from the pattern.
        for (int r = 0; r < layer.rows(); ++r)
            codeRow(coding, layer.state().weights.values.data(), layer.effective(), r);
    }
    m_position = state.position;
    m_input.stopQuantizing();
    if (coded() && state.inputScale > 0.0)
        m_input.quantize(inputColumns(*layers.front(), m_train.inputs), state.inputScale);
    m_network.applyQuantizers();
    shuffle();
}

} // namespace ternbench
