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
    const bool same = !layers.empty() && std::ranges::all_of(layers, [&](const LayerSpec& layer) {
        return layer.code == layers.front().code;
    });
    return same ? toString(layers.front().code) : "final";
}

} // namespace

std::optional<Code> codeInForce(const Stage& stage, const LayerSpec& layer)
{
    switch (stage.kind) {
    case Stage::Kind::Float:
        return std::nullopt;
    case Stage::Kind::Code:
        // Pruning goes one way: a layer is never held tighter than at the end.
        return admitsMore(layer.code, stage.code) ? layer.code : stage.code;
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
