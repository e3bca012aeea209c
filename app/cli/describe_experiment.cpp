#include "app/cli/check_report.h"
#include "app/cli/describe.h"
#include "app/cli/text_table.h"
#include "datasets/source.h"
#include "experiments/document_tree.h"
#include "experiments/known_data.h"
#include "experiments/plan.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace ternbench {

namespace {

using nlohmann::ordered_json;

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

/// `tree` without what experimentText() tells elsewhere.
ordered_json withoutShown(ordered_json tree)
{
    for (const char* key : {"format", "format_version", "name", "notes", "seed", "data", "schedule"})
        tree.erase(key);
    tree["training"].erase("batch_size");
    for (ordered_json& layer : tree["layers"])
        for (const char* key : {"kind", "name", "kernel", "stride", "padding", "outputs", "code",
                                "batch_norm", "activation_bits", "dropout"})
            layer.erase(key);
    return tree;
}

/// An experiment of the same layers with everything else by default.
Experiment plainOf(const Experiment& experiment)
{
    Experiment plain;
    for (const LayerSpec& layer : experiment.network.layers) {
        LayerSpec& plainLayer = plain.network.layers.emplace_back();
        plainLayer.kind = layer.kind;
    }
    plain.network.layers.back().activation = Activation::None;
    return plain;
}

/// "/layers/0/clip" as an override names it: "layers[0].clip".
std::string overridePath(const std::string& pointer)
{
    std::string path;
    std::istringstream parts(pointer.substr(1));
    for (std::string part; std::getline(parts, part, '/');)
        path += std::isdigit(static_cast<unsigned char>(part.front())) ? "[" + part + "]"
                                                                       : (path.empty() ? "" : ".") + part;
    return path;
}

/// What is not as by default and told nowhere else, as `--set` takes it, one after the other; empty where all
/// is. Found in the document's tree, so that an option to come needs no line here.
std::string optionsText(const Experiment& experiment)
{
    const ordered_json tree = withoutShown(treeFromExperiment(experiment)).flatten();
    const ordered_json plain = withoutShown(treeFromExperiment(plainOf(experiment))).flatten();
    std::string text;
    for (const auto& [pointer, value] : tree.items())
        if (!plain.contains(pointer) || value != plain[pointer])
            text += (text.empty() ? "" : ", ") + overridePath(pointer) + "=" +
                    (value.is_string() ? value.get<std::string>() : value.dump());
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

ordered_json experimentJson(const Experiment& experiment)
{
    const DatasetSummary data = describeDataset(experiment.data);
    ordered_json stages = ordered_json::array();
    for (const PlannedStage& stage : planSchedule(experiment, shapeOf(experiment, data)))
        stages.push_back({{"first_epoch", stage.firstEpoch + 1},
                          {"epochs", stage.epochs},
                          {"label", stage.label},
                          {"growth", growthName(stage.growth)},
                          {"bits_per_weight", stage.bitsPerWeight},
                          {"bits_per_weight_at_start", stage.looseBitsPerWeight},
                          {"bits_per_weight_by_epoch", bitsByEpoch(stage)}});
    ordered_json json = {{"document", treeFromExperiment(experiment)},
                         {"data_found", data.found},
                         {"data_message", data.message},
                         {"stages", stages}};
    if (data.found)
        json["ledger"] = ledgerJson(planLedger(experiment, shapeOf(experiment, data)));
    return json;
}

} // namespace ternbench
