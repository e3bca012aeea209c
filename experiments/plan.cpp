#include "experiments/plan.h"

#include "core/training/growth.h"
#include "experiments/limits.h"

#include <algorithm>
#include <limits>

namespace ternbench {

namespace {

/// Whether a layer's shape and the codes of a stage can be computed with at all.
bool isPossible(const LayerSpec& layer, const Stage& stage)
{
    return limits::outputs.contains(layer.outputs) && !codeProblem(layer.code) &&
           (stage.kind != Stage::Kind::Code || !codeProblem(stage.code));
}

/// What is in force at the end of the run.
Stage lastStage(const Experiment& experiment)
{
    const auto& schedule = experiment.training.schedule;
    return schedule.empty() ? Stage{} : schedule.back();
}

/// Mean over all weights, each layer's under the code that `codeOf` names.
template <class CodeOf>
double meanBitsPerWeight(const Experiment& experiment, const Stage& stage, int inputs, const CodeOf& codeOf)
{
    double bits = 0.0;
    double weights = 0.0;
    double fanIn = inputs;
    if (stage.kind == Stage::Kind::Float)
        return 32.0;
    for (const LayerSpec& layer : experiment.network.layers) {
        if (!isPossible(layer, stage))
            return std::numeric_limits<double>::quiet_NaN();
        const Code code = codeOf(layer);
        const double layerWeights = fanIn * layer.outputs;
        bits += layerWeights * ternbench::bitsPerWeight(code);
        weights += layerWeights;
        fanIn = layer.outputs;
    }
    return weights > 0.0 ? bits / weights : std::numeric_limits<double>::quiet_NaN();
}

/// The packed file holds int16 for each of 256 stored bytes; one such table for each input where column
/// normalization folds the scale of that input into it.
std::uint64_t inputTableBytes(const Experiment& experiment, int inputs)
{
    const bool perInput = experiment.quantizer.firstLayer == WeightNormalization::Column;
    return 2 * 256 * (perInput ? std::uint64_t(inputs) : 1);
}

} // namespace

double PlannedStage::bitsPerWeightAt(double progress) const
{
    return looseBitsPerWeight + (bitsPerWeight - looseBitsPerWeight) * growthShare(growth, progress);
}

std::vector<PlannedStage> planSchedule(const Experiment& experiment, int inputs)
{
    std::vector<PlannedStage> plan;
    std::int64_t firstEpoch = 0;
    const std::vector<Stage>& schedule = experiment.training.schedule;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
        const Stage& stage = schedule[i];
        const int epochs = limits::epochs.contains(stage.epochs) ? stage.epochs : 0;
        const auto tight = [&](const LayerSpec& layer) {
            return codeInForce(stage, layer).value_or(layer.code);
        };
        const auto loose = [&](const LayerSpec& layer) {
            return looseCode(experiment.training, i, layer).value_or(tight(layer));
        };
        plan.push_back({int(std::min(firstEpoch, limits::anyInt)), epochs,
                        stageLabel(stage, experiment.network.layers),
                        meanBitsPerWeight(experiment, stage, inputs, tight),
                        meanBitsPerWeight(experiment, stage, inputs, loose), stage.growth});
        firstEpoch += epochs;
    }
    return plan;
}

Code finalCode(const Experiment& experiment, const LayerSpec& layer)
{
    return codeInForce(lastStage(experiment), layer).value_or(layer.code);
}

Ledger planLedger(const Experiment& experiment, int inputs)
{
    std::vector<LayerShape> shapes;
    int fanIn = inputs;
    for (const LayerSpec& layer : experiment.network.layers) {
        if (!isPossible(layer, lastStage(experiment)) || fanIn < 1)
            return {};
        shapes.push_back({layer.name, layer.outputs, fanIn, finalCode(experiment, layer)});
        fanIn = layer.outputs;
    }
    return shapes.empty() ? Ledger{} : makeLedger(shapes, inputTableBytes(experiment, inputs));
}

} // namespace ternbench
