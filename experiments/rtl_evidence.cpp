#include "experiments/rtl_evidence.h"

#include <algorithm>

namespace ternbench {

namespace {

bool counts(const RtlCheck& check)
{
    const bool simulation = check.tool == RtlTool::Verilator || check.tool == RtlTool::Icarus;
    return simulation && !check.cancelled && check.images > 0 && check.mostCycles > 0 &&
           std::ranges::all_of(check.layers, [](const RtlLayerCheck& layer) { return layer.different == 0; });
}

} // namespace

HardwareEvidence evidenceOf(std::span<const RtlCheck> checks)
{
    HardwareEvidence evidence;
    for (const RtlCheck& check : checks) {
        if (counts(check) && check.images > evidence.simulation.images)
            evidence.simulation = {check.command, check.images, {{"total", check.mostCycles}}};
        if (check.tool != RtlTool::Yosys || !check.passed)
            continue;
        for (const RtlCellCount& count : check.cells)
            evidence.synthesis.push_back({count.module, count.cells, check.command});
    }
    return evidence;
}

HardwareEvidence evidenceFor(const HardwareEvidence& evidence, const DesignPoint& built,
                             const DesignPoint& design)
{
    HardwareEvidence holds;
    if (built.lanes == design.lanes && built.parallelRows == design.parallelRows &&
        built.offChipBitsPerCycle == design.offChipBitsPerCycle)
        holds.simulation = evidence.simulation;
    if (built.table == design.table)
        holds.synthesis = evidence.synthesis;
    return holds;
}

} // namespace ternbench
