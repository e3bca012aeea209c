#include "app/cli/epoch_report.h"

#include "app/cli/text_table.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ternbench {

namespace {

using nlohmann::ordered_json;

double shareOf(std::uint64_t count, std::uint64_t groups)
{
    return groups ? double(count) / double(groups) : 0.0;
}

/// The figures' names are those of the run file's datasets.
ordered_json layerJson(const LayerSnapshot& layer)
{
    ordered_json json = {{"name", layer.name},
                         {"code", layer.code ? ordered_json(toString(*layer.code)) : ordered_json()}};
    const auto add = [&](const char* key, auto value) {
        json[key] = layer.code ? ordered_json(value) : ordered_json();
    };
    add("scale", layer.scale);
    add("threshold", layer.threshold);
    add("sparsity", layer.sparsity);
    add("coding_error_normalized", layer.codingErrorNormalized);
    add("coding_error", layer.codingError);
    add("groups", layer.groups);
    add("groups_at_limit", layer.groupsAtLimit);
    add("share_at_limit", shareOf(layer.groupsAtLimit, layer.groups));
    add("groups_held", layer.groupsHeld);
    add("groups_frozen", layer.groupsFrozen);
    add("index_flips", layer.indexFlips);
    add("sign_flips", layer.signFlips);
    return json;
}

ordered_json layersJson(const EpochSnapshot& epoch)
{
    ordered_json layers = ordered_json::array();
    for (const LayerSnapshot& layer : epoch.layers)
        layers.push_back(layerJson(layer));
    return layers;
}

} // namespace

std::shared_ptr<const EpochSnapshot> figuresOf(const EpochSnapshot& epoch)
{
    auto figures = std::make_shared<EpochSnapshot>(epoch);
    for (LayerSnapshot& layer : figures->layers) {
        for (Histogram* histogram : {&layer.shadow, &layer.normalized, &layer.kept})
            *histogram = Histogram();
        layer.patternUsage = std::vector<std::uint32_t>(); // {} would keep the memory
        layer.mask.reset();
        layer.grouping.reset();
    }
    return figures;
}

std::string stageText(const Experiment& experiment, int stage)
{
    const auto& schedule = experiment.training.schedule;
    const auto index = std::size_t(stage);
    return stage >= 0 && index < schedule.size() ? stageLabel(schedule[index], experiment.network.layers)
                                                 : std::string("?");
}

ordered_json epochsJson(const EpochList& epochs, const Experiment* experiment)
{
    ordered_json json = ordered_json::array();
    for (const auto& epoch : epochs)
        json.push_back({{"epoch", epoch->epoch},
                        {"stage", epoch->stage},
                        {"stage_label",
                         experiment ? ordered_json(stageText(*experiment, epoch->stage)) : ordered_json()},
                        {"train_loss", epoch->trainLoss},
                        {"train_error", epoch->trainError},
                        {"test_loss", epoch->testLoss},
                        {"test_error", epoch->testError},
                        {"learning_rate", epoch->learningRate},
                        {"seconds", epoch->seconds},
                        {"layers", layersJson(*epoch)}});
    return json;
}

std::string lastLayersText(const EpochList& epochs)
{
    if (epochs.empty() || std::ranges::none_of(epochs.back()->layers, [](const LayerSnapshot& layer) {
            return layer.code.has_value();
        }))
        return {};
    TextTable table({"layer", "code", ">zeros", ">at limit", ">held", ">frozen", ">index flips",
                     ">sign flips", ">error normalized", ">error"});
    for (const LayerSnapshot& layer : epochs.back()->layers) {
        if (!layer.code) {
            table.add({layer.name, "float"});
            continue;
        }
        const std::string none = "-";
        const bool inGroups = layer.code->isTernary(), compared = comparedWithBefore(layer);
        const auto share = [&](std::uint64_t count) { return percent(shareOf(count, layer.groups)); };
        table.add({layer.name, toString(*layer.code), percent(layer.sparsity),
                   inGroups ? share(layer.groupsAtLimit) : none, inGroups ? share(layer.groupsHeld) : none,
                   compared ? share(layer.groupsFrozen) : none,
                   compared ? withThousands(layer.indexFlips) : none,
                   compared ? withThousands(layer.signFlips) : none,
                   significant(layer.codingErrorNormalized, 3), significant(layer.codingError, 3)});
    }
    return "Layers after epoch " + std::to_string(epochs.back()->epoch) +
           " (at limit, held, frozen: share of the groups; error: squared, over the squared weights)\n" +
           table.toString();
}

} // namespace ternbench
