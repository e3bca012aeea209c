#include "core/hardware/cycles.h"

namespace ternbench {

namespace {

std::int64_t ceilDivide(std::int64_t value, std::int64_t divisor)
{
    return (value + divisor - 1) / divisor;
}

double utilisationOf(const LayerCycles& part, const DesignPoint& design)
{
    const double offered = double(part.cycles) * design.lanes * design.parallelRows;
    return offered > 0.0 ? double(part.groups) / offered : 0.0;
}

LayerCycles layerCycles(const IntegerLayer& layer, const DesignPoint& design)
{
    LayerCycles part;
    part.name = layer.name;
    part.kind = layer.kind;
    part.notInRtl = notInRtl(layer);
    const TensorShape outputs = layer.outputShape();
    part.positions = outputs.positions();
    part.rowBlocks = ceilDivide(outputs.channels, design.parallelRows);
    if (layer.hasWeights()) {
        part.groupsPerRow = layer.grouping().groupsPerRow(layer.code.groupSize);
        part.steps = ceilDivide(part.groupsPerRow, design.lanes);
        part.groups = part.positions * layer.rows * part.groupsPerRow;
    } else {
        part.steps = std::int64_t{layer.window.kernel} * layer.window.kernel;
    }
    part.cycles = part.positions * part.rowBlocks * part.steps + layerLatency;
    part.utilisation = utilisationOf(part, design);
    return part;
}

LayerCycles otherPart(LayerCycles::Part kind, const std::string& name, std::int64_t cycles)
{
    LayerCycles part;
    part.part = kind;
    part.name = name;
    part.cycles = cycles;
    return part;
}

} // namespace

std::string notInRtl(const IntegerLayer& layer)
{
    if (layer.kind != LayerKind::Linear)
        return "is of kind " + std::string(layerKindName(layer.kind)) + ", which the RTL does not have";
    if (!layer.code.isTernary())
        return "has " + toString(layer.code) + " weights, which the RTL does not have";
    if (!layer.permutation.empty())
        return "has a permutation of its inputs (balanced grouping), which the RTL does not have";
    return {};
}

std::vector<LayerCycles> cyclesOf(const IntegerNetwork& network, const DesignPoint& design)
{
    std::vector<LayerCycles> parts;
    parts.push_back(otherPart(LayerCycles::Part::Input, "input",
                              ceilDivide(network.input.inputs, design.inputBytesPerCycle()) + inputLatency));
    for (const IntegerLayer& layer : network.layers)
        parts.push_back(layerCycles(layer, design));
    const std::int64_t scores = network.layers.empty() ? 0 : network.layers.back().rows;
    parts.push_back(otherPart(LayerCycles::Part::Argmax, "argmax", scores + argmaxLatency));
    return parts;
}

LayerCycles totalOf(const std::vector<LayerCycles>& parts, const DesignPoint& design)
{
    LayerCycles total;
    total.name = "total";
    for (const LayerCycles& part : parts) {
        total.cycles += part.cycles;
        total.groups += part.groups;
    }
    total.utilisation = utilisationOf(total, design);
    return total;
}

} // namespace ternbench
