#include "app/cli/check_report.h"
#include "app/cli/describe.h"
#include "app/cli/text_table.h"
#include "datasets/source.h"
#include "experiments/document.h"
#include "experiments/known_data.h"
#include "experiments/names.h"
#include "experiments/plan.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ternbench {

namespace {

/// A vector of no values where the data are not found and their kind does not say.
TensorShape shapeOf(const Experiment& experiment, const DatasetSummary& data)
{
    return imageShape(experiment.data, data).value_or(TensorShape{});
}

std::string windowText(const LayerSpec& layer)
{
    const Window& window = layer.window;
    if (layer.kind == LayerKind::Linear)
        return "";
    std::string text = std::to_string(window.kernel) + " x " + std::to_string(window.kernel);
    if (window.stride != 1)
        text += ", stride " + std::to_string(window.stride);
    return window.padding ? text + ", padding " + std::to_string(window.padding) : text;
}

std::string layersText(const Experiment& experiment)
{
    TextTable table({"layer", "kind", "window", ">outputs", "code", ">bits/weight", ">activation bits",
                     ">dropout", "normalized"});
    for (const LayerSpec& layer : experiment.network.layers) {
        const std::string kind(layerKindName(layer.kind));
        if (!layer.hasWeights()) {
            table.add({layer.name, kind, windowText(layer), "", "", "", "", "", ""});
            continue;
        }
        const Code code = finalCode(experiment, layer);
        const bool last = &layer == &experiment.network.layers.back();
        table.add({layer.name, kind, windowText(layer), std::to_string(layer.outputs), toString(code),
                   fixed(bitsPerWeight(code), 3), last ? "scores" : std::to_string(layer.activationBits),
                   fixed(layer.dropout, 2), layer.batchNorm ? "batch" : "bias only"});
    }
    return table.toString();
}

/// What of coding and retraining is not as by default, one after the other; empty where all is.
std::string optionsText(const Experiment& experiment)
{
    const RetrainingSpec& retraining = experiment.training.retraining;
    std::string text;
    const auto add = [&](bool chosen, const std::string& option) {
        if (chosen)
            text += (text.empty() ? "" : ", ") + option;
    };
    add(experiment.quantizer.scale == ScaleBlock::Row, "scale of each row");
    add(experiment.quantizer.grouping == InputGrouping::Balanced, "balanced grouping");
    add(experiment.network.requantization == Requantization::PowerOfTwo, "requantization by powers of two");
    add(retraining.distillation.weight > 0.0, "distillation " + fixed(retraining.distillation.weight, 2) +
                                                  " at temperature " +
                                                  fixed(retraining.distillation.temperature, 1));
    add(retraining.weightDecay > 0.0, "weight decay " + fixed(retraining.weightDecay, 4));
    add(retraining.labelSmoothing > 0.0, "label smoothing " + fixed(retraining.labelSmoothing, 3));
    add(retraining.residual.weight > 0.0, "residual " + fixed(retraining.residual.weight, 2) + " until " +
                                              fixed(retraining.residual.until, 2) +
                                              " of the coded mini-batches");
    add(experiment.training.rate.restart != RateRestart::AtCoding,
        "rate restarts: " + std::string(choiceName(experiment.training.rate.restart)));
    return text;
}

/// Bits per weight when each of the stage's epochs ends.
std::vector<double> bitsByEpoch(const PlannedStage& stage)
{
    std::vector<double> bits;
    for (int epoch = 1; epoch <= stage.epochs; ++epoch)
        bits.push_back(stage.bitsPerWeightAt(double(epoch) / stage.epochs));
    return bits;
}

/// "1.625 then 1.444, 1.264, 1.083": at the beginning of a growing stage and when its epochs end. Of a long
/// stage only some are listed.
std::string bitsText(const PlannedStage& stage)
{
    if (stage.growth == Growth::AtOnce)
        return fixed(stage.bitsPerWeight, 3);
    constexpr int most = 8;
    const int listed = std::clamp(stage.epochs, 1, most);
    std::string text = fixed(stage.looseBitsPerWeight, 3) + " then ";
    for (int i = 1; i <= listed; ++i)
        text += (i > 1 ? ", " : "") + fixed(stage.bitsPerWeightAt(double(i) / listed), 3);
    return text;
}

std::string scheduleText(const Experiment& experiment, const TensorShape& input)
{
    TextTable table({"stage", ">epochs", "bits/weight"});
    for (const PlannedStage& stage : planSchedule(experiment, input))
        table.add({stage.label, std::to_string(stage.epochs), bitsText(stage)});
    return table.toString();
}

} // namespace

std::string experimentText(const Experiment& experiment)
{
    const DatasetSummary data = describeDataset(experiment.data);
    std::string text = "Experiment: " + experiment.name;
    if (!experiment.notes.empty())
        text += "\n" + experiment.notes;
    text += "\nSeed " + std::to_string(experiment.seed) + ", " +
            std::to_string(totalEpochs(experiment.training)) + " epochs, mini-batches of " +
            std::to_string(experiment.training.batchSize);
    text += "\nData: " + data.message;
    if (const std::string options = optionsText(experiment); !options.empty())
        text += "\nOptions: " + options;
    text += "\n\n" + layersText(experiment) + "\n\n" + scheduleText(experiment, shapeOf(experiment, data));
    const bool floats = std::ranges::any_of(experiment.network.layers, &LayerSpec::staysFloat);
    if (data.found)
        text += std::string("\n\n") +
                (floats ? "With its float weights, so that it cannot be packed, it will take:\n"
                        : "Packed, it will take:\n") +
                ledgerText(planLedger(experiment, shapeOf(experiment, data)));
    return text;
}

nlohmann::ordered_json experimentJson(const Experiment& experiment)
{
    const DatasetSummary data = describeDataset(experiment.data);
    nlohmann::ordered_json stages = nlohmann::ordered_json::array();
    for (const PlannedStage& stage : planSchedule(experiment, shapeOf(experiment, data)))
        stages.push_back({{"first_epoch", stage.firstEpoch + 1},
                          {"epochs", stage.epochs},
                          {"label", stage.label},
                          {"growth", growthName(stage.growth)},
                          {"bits_per_weight", stage.bitsPerWeight},
                          {"bits_per_weight_at_start", stage.looseBitsPerWeight},
                          {"bits_per_weight_by_epoch", bitsByEpoch(stage)}});
    nlohmann::ordered_json json = {{"document", nlohmann::ordered_json::parse(toJson(experiment))},
                                   {"data_found", data.found},
                                   {"data_message", data.message},
                                   {"stages", stages}};
    if (data.found)
        json["ledger"] = ledgerJson(planLedger(experiment, shapeOf(experiment, data)));
    return json;
}

} // namespace ternbench
