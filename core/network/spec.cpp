#include "core/network/spec.h"

#include <algorithm>

namespace ternbench {

namespace {

/// Admitted non-zeros per weight, as the product K·N' to compare fractions without rounding.
bool admitsMore(const Code& a, const Code& b)
{
    return a.maxNonZeros * b.groupSize > b.maxNonZeros * a.groupSize;
}

/// The code of a coded stage, or "final" where its layers have different ones.
std::string codeLabel(const Stage& stage, const std::vector<LayerSpec>& layers)
{
    if (stage.kind == Stage::Kind::Code)
        return toString(stage.code);
    const auto first = std::ranges::find_if(layers, &LayerSpec::hasWeights);
    const auto same = [&](const LayerSpec& layer) {
        return !layer.hasWeights() || layer.code == first->code;
    };
    return first != layers.end() && std::ranges::all_of(layers, same) ? toString(first->code) : "final";
}

} // namespace

std::string_view layerKindName(LayerKind kind)
{
    switch (kind) {
    case LayerKind::Linear:
        return "linear";
    case LayerKind::Conv2d:
        return "conv2d";
    case LayerKind::MaxPool:
        return "max_pool";
    case LayerKind::AveragePool:
        return "average_pool";
    }
    return "";
}

std::optional<LayerKind> layerKindFromName(std::string_view name)
{
    const auto* const found = std::ranges::find(layerKinds, name, layerKindName);
    return found != std::end(layerKinds) ? std::optional(*found) : std::nullopt;
}

std::optional<Code> codeInForce(const Stage& stage, const LayerSpec& layer)
{
    switch (stage.kind) {
    case Stage::Kind::Float:
        return std::nullopt;
    case Stage::Kind::Code:
        // Pruning goes one way: a layer is never held tighter than at the end.
        return !layer.code.isTernary() || admitsMore(layer.code, stage.code) ? layer.code : stage.code;
    case Stage::Kind::Final:
        return layer.code;
    }
    return std::nullopt;
}

int totalEpochs(const TrainingSpec& training)
{
    int epochs = 0;
    for (const Stage& stage : training.schedule)
        epochs += stage.epochs;
    return epochs;
}

int firstEpochOf(const TrainingSpec& training, std::size_t stage)
{
    int first = 0;
    for (std::size_t before = 0; before < stage; ++before)
        first += training.schedule[before].epochs;
    return first;
}

int stageOfEpoch(const TrainingSpec& training, int epoch)
{
    int stage = 0;
    int end = 0;
    for (const Stage& each : training.schedule) {
        end += each.epochs;
        if (epoch < end)
            return stage;
        ++stage;
    }
    return stage > 0 ? stage - 1 : 0;
}

std::string_view growthName(Growth growth)
{
    switch (growth) {
    case Growth::AtOnce:
        return "at-once";
    case Growth::Linear:
        return "linear";
    case Growth::Cubic:
        return "cubic";
    case Growth::Exponential:
        return "exponential";
    }
    return "";
}

std::string stageLabel(const Stage& stage, const std::vector<LayerSpec>& layers)
{
    if (stage.kind == Stage::Kind::Float)
        return "float";
    std::string label = codeLabel(stage, layers);
    if (stage.growth != Growth::AtOnce)
        label += " " + std::string(growthName(stage.growth));
    return label;
}

} // namespace ternbench
