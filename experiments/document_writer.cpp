#include "experiments/document.h"
#include "experiments/document_tree.h"
#include "experiments/names.h"

#include <nlohmann/json.hpp>

namespace ternbench {

namespace {

using nlohmann::ordered_json;

ordered_json dataTree(const DataSpec& data)
{
    return {{"kind", choiceName(data.kind)},
            {"folder", data.folder},
            {"train_limit", data.trainLimit},
            {"test_limit", data.testLimit},
            {"generated",
             {{"train", data.generatedTrain},
              {"test", data.generatedTest},
              {"side", data.generatedSide},
              {"classes", data.generatedClasses},
              {"seed", data.generatedSeed}}}};
}

ordered_json codeTree(const Code& code)
{
    return {{"N", code.groupSize}, {"K", code.maxNonZeros}, {"family", choiceName(code.family)}};
}

ordered_json layerTree(const LayerSpec& layer)
{
    ordered_json tree = {{"kind", choiceName(layer.kind)}, {"name", layer.name}};
    if (layer.kind != LayerKind::Linear) {
        tree["kernel"] = layer.window.kernel;
        tree["stride"] = layer.window.stride;
    }
    if (!layer.hasWeights())
        return tree;
    if (layer.kind == LayerKind::Conv2d) {
        tree["padding"] = layer.window.padding;
        tree["group_axis"] = choiceName(layer.groupAxis);
    }
    tree.update({{"outputs", layer.outputs},
                 {"code", codeTree(layer.code)},
                 {"batch_norm", layer.batchNorm},
                 {"activation", choiceName(layer.activation)},
                 {"activation_bits", layer.activationBits},
                 {"clip", layer.clip},
                 {"dropout", layer.dropout}});
    return tree;
}

ordered_json retrainingTree(const RetrainingSpec& retraining)
{
    return {
        {"distillation",
         {{"weight", retraining.distillation.weight}, {"temperature", retraining.distillation.temperature}}},
        {"residual", {{"weight", retraining.residual.weight}, {"until", retraining.residual.until}}},
        {"weight_decay", retraining.weightDecay},
        {"label_smoothing", retraining.labelSmoothing}};
}

ordered_json trainingTree(const TrainingSpec& training)
{
    const OptimizerSpec& optimizer = training.optimizer;
    const RateSpec& rate = training.rate;
    return {{"batch_size", training.batchSize},
            {"optimizer",
             {{"method", choiceName(optimizer.method)},
              {"learning_rate", optimizer.learningRate},
              {"beta1", optimizer.beta1},
              {"beta2", optimizer.beta2},
              {"epsilon", optimizer.epsilon},
              {"momentum", optimizer.momentum}}},
            {"rate",
             {{"schedule", choiceName(rate.schedule)},
              {"final_fraction", rate.finalFraction},
              {"step_epochs", rate.stepEpochs},
              {"step_factor", rate.stepFactor},
              {"restart", choiceName(rate.restart)}}},
            {"augmentation",
             {{"shift", training.augmentation.shift},
              {"flip", training.augmentation.flip},
              {"seed", training.augmentation.seed}}},
            {"coded_dropout", training.codedDropout},
            {"retraining", retrainingTree(training.retraining)}};
}

ordered_json stageTree(const Stage& stage)
{
    ordered_json code;
    switch (stage.kind) {
    case Stage::Kind::Float:
        code = "float";
        break;
    case Stage::Kind::Code:
        code = codeTree(stage.code);
        break;
    case Stage::Kind::Final:
        code = "final";
        break;
    }
    return {{"code", code}, {"epochs", stage.epochs}, {"growth", choiceName(stage.growth)}};
}

} // namespace

ordered_json treeFromExperiment(const Experiment& experiment)
{
    ordered_json layers = ordered_json::array();
    for (const LayerSpec& layer : experiment.network.layers)
        layers.push_back(layerTree(layer));
    ordered_json schedule = ordered_json::array();
    for (const Stage& stage : experiment.training.schedule)
        schedule.push_back(stageTree(stage));
    return {{"format", "ternbench.experiment"},
            {"format_version", experimentFormatVersion},
            {"name", experiment.name},
            {"notes", experiment.notes},
            {"seed", experiment.seed},
            {"data", dataTree(experiment.data)},
            {"input", {{"normalization", choiceName(experiment.network.inputNormalization)}}},
            {"layers", layers},
            {"requantization", choiceName(experiment.network.requantization)},
            {"quantizer",
             {{"method", choiceName(experiment.quantizer.method)},
              {"normalization", choiceName(experiment.quantizer.normalization)},
              {"first_layer", choiceName(experiment.quantizer.firstLayer)},
              {"scale", choiceName(experiment.quantizer.scale)},
              {"grouping", choiceName(experiment.quantizer.grouping)}}},
            {"training", trainingTree(experiment.training)},
            {"schedule", schedule}};
}

std::string toJson(const Experiment& experiment)
{
    // A name that is no UTF-8 must not make saving fail; validate() reports it.
    return treeFromExperiment(experiment).dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace ternbench
