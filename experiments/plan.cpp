#include "experiments/plan.h"

#include "core/training/growth.h"
#include "experiments/layer_validation.h"
#include "experiments/limits.h"

#include <algorithm>
#include <limits>

namespace ternbench {

namespace {

/// Whether a layer's codes under a stage can be computed with at all.
bool isPossible(const LayerSpec& layer, const Stage& stage)
{
    return !codeProblem(layer.code) && (stage.kind != Stage::Kind::Code || !codeProblem(stage.code));
}

/// Calls visit(layer, shape of its input) for each layer; false where a shape is impossible.
template <class Visit>
bool eachLayer(const Experiment& experiment, TensorShape shape, const Visit& visit)
{
    for (const LayerSpec& layer : experiment.network.layers) {
        if (shape.size() < 1 || !hasPossibleShape(layer) || shapeProblem(layer, shape))
            return false;
        visit(layer, shape);
        shape = outputShape(layer, shape);
    }
    return true;
}

/// What is in force at the end of the run.
Stage lastStage(const Experiment& experiment)
{
    const auto& schedule = experiment.training.schedule;
    return schedule.empty() ? Stage{} : schedule.back();
}

/// Mean over all weights, each layer's under the code that `codeOf` names.
template <class CodeOf>
double meanBitsPerWeight(const Experiment& experiment, const Stage& stage, const TensorShape& input,
                         const CodeOf& codeOf)
{
    if (stage.kind == Stage::Kind::Float)
        return 32.0;
    double bits = 0.0;
    double weights = 0.0;
    bool possible = true;
    possible &= eachLayer(experiment, input, [&](const LayerSpec& layer, const TensorShape& shape) {
        if (!layer.hasWeights())
            return;
        possible &= isPossible(layer, stage);
        if (!possible)
            return;
        const Code code = codeOf(layer);
        const double layerWeights = double(fanInOf(layer, shape)) * layer.outputs;
        bits += layerWeights * ternbench::bitsPerWeight(code);
        weights += layerWeights;
    });
    return possible && weights > 0.0 ? bits / weights : std::numeric_limits<double>::quiet_NaN();
}

/// The packed file holds int16 for each of 256 stored bytes; one such table for each input where column
/// normalization folds the scale of that input into it.
std::uint64_t inputTableBytes(const Experiment& experiment, const TensorShape& input)
{
    const bool oneFactor = experiment.network.layers.front().kind == LayerKind::Conv2d && input.channels == 1;
    const bool perInput = experiment.quantizer.firstLayer == WeightNormalization::Column && !oneFactor;
    return 2 * 256 * (perInput ? std::uint64_t(input.size()) : 1);
}

} // namespace

double PlannedStage::bitsPerWeightAt(double progress) const
{
    return looseBitsPerWeight + (bitsPerWeight - looseBitsPerWeight) * growthShare(growth, progress);
}

std::vector<PlannedStage> planSchedule(const Experiment& experiment, const TensorShape& input)
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
                        meanBitsPerWeight(experiment, stage, input, tight),
                        meanBitsPerWeight(experiment, stage, input, loose), stage.growth});
        firstEpoch += epochs;
    }
    return plan;
}

Code finalCode(const Experiment& experiment, const LayerSpec& layer)
{
    return codeInForce(lastStage(experiment), layer).value_or(layer.code);
}

Ledger planLedger(const Experiment& experiment, const TensorShape& input)
{
    std::vector<LayerShape> shapes;
    bool possible = true;
    possible &= eachLayer(experiment, input, [&](const LayerSpec& layer, const TensorShape& shape) {
        possible &= !layer.hasWeights() || isPossible(layer, lastStage(experiment));
        if (!possible)
            return;
        if (layer.hasWeights())
            shapes.push_back({layer.name, layer.outputs, groupingOf(layer, shape),
                              finalCode(experiment, layer), experiment.quantizer.balances(layer.code),
                              layer.kind, layer.groupAxis});
        else
            shapes.push_back(
                {layer.name, layer.kind == LayerKind::AveragePool ? 1 : 0, {}, {}, false, layer.kind});
    });
    return !possible || shapes.empty() ? Ledger{} : makeLedger(shapes, inputTableBytes(experiment, input));
}

} // namespace ternbench
