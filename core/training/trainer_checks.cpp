#include "core/training/trainer_checks.h"

#include "core/error.h"

#include <algorithm>
#include <string>

namespace ternbench {

namespace {

bool sameShape(const Parameter& a, const Parameter& b)
{
    return a.values.size() == b.values.size() && a.first.size() == b.first.size() &&
           a.second.size() == b.second.size();
}

/// Why a layer cannot go on from the state `from`; empty where it can.
std::string restoreProblem(const LayerState& from, const LayerState& own)
{
    const auto shape = [](const LayerState& layer) {
        return std::to_string(layer.rows) + " x " + std::to_string(layer.fanIn);
    };
    if (from.rows != own.rows || from.fanIn != own.fanIn)
        return "is " + shape(from) + ", the experiment's is " + shape(own);
    if (from.gamma.values.empty() != own.gamma.values.empty())
        return from.gamma.values.empty() ? "has no batch normalization, the experiment's has"
                                         : "has batch normalization, the experiment's has none";
    const bool complete = sameShape(from.weights, own.weights) && sameShape(from.gamma, own.gamma) &&
                          sameShape(from.beta, own.beta) &&
                          from.runningMean.size() == own.runningMean.size() &&
                          from.runningVariance.size() == own.runningVariance.size();
    return complete ? "" : "has parameters of another size than the experiment's";
}

void checkData(const NetworkSpec& network, const TrainingSpec& training, const LabelledImages& train,
               const LabelledImages& test)
{
    if (train.count < training.batchSize)
        throw InputError("training.batch_size: " + std::to_string(training.batchSize) +
                         " is more than the data set's " + std::to_string(train.count) + " training images");
    if (test.count > 0 && test.inputs != train.inputs)
        throw InputError("data: the test images have " + std::to_string(test.inputs) +
                         " values, the training images " + std::to_string(train.inputs));
    const int outputs = network.layers.back().outputs;
    int largest = 0;
    for (const LabelledImages* images : {&train, &test})
        for (const std::uint8_t label : images->labels)
            largest = std::max<int>(largest, label);
    if (largest >= outputs)
        throw InputError("layers[" + std::to_string(network.layers.size() - 1) +
                         "].outputs: " + std::to_string(outputs) +
                         " is too few: the data set has labels up to " + std::to_string(largest));
}

/// `path` of the layer. A stage's code is named by the stage, whatever layer it does not fit.
void checkTails(const std::string& path, const LayerSpec& layer, const TensorShape& input,
                const TrainingSpec& training)
{
    const Grouping grouping = groupingOf(layer, input);
    for (std::size_t i = 0; i < training.schedule.size(); ++i) {
        const Stage& stage = training.schedule[i];
        const std::optional<Code> code = codeInForce(stage, layer);
        const std::optional<std::string> problem = code ? tailProblem(*code, grouping) : std::nullopt;
        if (!problem)
            continue;
        const std::string value = ".code.K: " + std::to_string(code->maxNonZeros) + " is not allowed";
        if (*code == layer.code)
            throw InputError(path + value + ": must be " + *problem);
        throw InputError("schedule[" + std::to_string(i) + "]" + value + " for " + path + " ('" + layer.name +
                         "'): must be " + *problem);
    }
}

/// The teacher of a coded network that learns from one.
void checkTeacher(const EngineState& state, const TrainingSpec& training)
{
    const bool taught = training.retraining.distillation.weight > 0.0 && state.layers.front().coding;
    if (state.teacher.size() != (taught ? state.layers.size() : 0))
        throw InputError(std::string("checkpoint: ") + (taught ? "has no teacher" : "has a teacher") +
                         ", training.retraining.distillation.weight is " +
                         std::to_string(training.retraining.distillation.weight));
    for (std::size_t l = 0; l < state.teacher.size(); ++l) {
        const LayerState &from = state.teacher[l], &own = state.layers[l];
        const bool fits = from.weights.values.size() == own.weights.values.size() &&
                          from.beta.values.size() == own.beta.values.size() &&
                          from.gamma.values.size() == own.gamma.values.size();
        if (!fits)
            throw InputError("checkpoint: the teacher's layer '" + from.name +
                             "' has another shape than the experiment's");
    }
}

} // namespace

const NetworkSpec& checkedNetwork(const NetworkSpec& network, const TrainingSpec& training,
                                  const LabelledImages& train, const LabelledImages& test)
{
    checkData(network, training, train, test);
    TensorShape shape{train.height, train.width, train.channels};
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        const LayerSpec& layer = network.layers[l];
        const std::string path = "layers[" + std::to_string(l) + "]";
        if (const auto problem = shapeProblem(layer, shape))
            throw InputError(path + "." + *problem);
        if (layer.hasWeights())
            checkTails(path, layer, shape, training);
        shape = outputShape(layer, shape);
    }
    return network;
}

void checkRestorable(const EngineState& state, std::span<WeightLayer* const> layers,
                     const TrainingSpec& training, int stepsPerEpoch)
{
    if (state.layers.size() != layers.size())
        throw InputError("checkpoint: " + std::to_string(state.layers.size()) +
                         " layers, the experiment has " + std::to_string(layers.size()));
    for (std::size_t l = 0; l < layers.size(); ++l)
        if (const std::string problem = restoreProblem(state.layers[l], layers[l]->state()); !problem.empty())
            throw InputError("checkpoint: layer '" + layers[l]->spec().name + "' " + problem);
    for (const LayerState& layer : state.layers)
        if (layer.coding.has_value() != state.layers.front().coding.has_value())
            throw InputError("checkpoint: layer '" + layer.name + "' is " +
                             (layer.coding ? "coded" : "float") + ", the first layer is not");
    checkTeacher(state, training);
    const TrainingPosition& position = state.position;
    if (position.epoch < 0 || position.epoch > totalEpochs(training) || position.batch < 0 ||
        position.batch > stepsPerEpoch || position.step < 0)
        throw InputError("checkpoint: epoch " + std::to_string(position.epoch) + ", mini-batch " +
                         std::to_string(position.batch) + " is not in the schedule of " +
                         std::to_string(totalEpochs(training)) + " epochs of " +
                         std::to_string(stepsPerEpoch) + " mini-batches");
}

} // namespace ternbench
