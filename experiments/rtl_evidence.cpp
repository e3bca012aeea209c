#include "experiments/rtl_evidence.h"

#include "core/rtl/rtl_layer.h"

#include <algorithm>

namespace ternbench {

namespace {

bool counts(const RtlCheck& check)
{
    const bool simulation = check.tool == RtlTool::Verilator || check.tool == RtlTool::Icarus;
    const bool whole =
        check.parts.size() == check.rtl.parts.size() && check.layers.size() + 2 == check.parts.size();
    return simulation && whole && check.changed.empty() && !check.cancelled && check.images > 0 &&
           check.mostCycles > 0 &&
           std::ranges::all_of(check.layers, [](const RtlLayerCheck& layer) { return layer.different == 0; });
}

/// Parts by the names that the network has for them: the test bench's are fit for its strings.
SimulationResult simulationOf(const RtlCheck& check)
{
    SimulationResult result{check.command, check.images, {}};
    for (std::size_t p = 0; p < check.parts.size(); ++p)
        result.parts.push_back({check.rtl.parts[p], check.parts[p].most});
    result.parts.push_back({"total", check.mostCycles});
    return result;
}

/// Decoder and processing element are the same.
bool cellsHold(const RtlIdentity& rtl, const DesignPoint& design)
{
    return rtl.lanes == design.lanes && rtl.table == design.table;
}

bool cyclesHold(const RtlIdentity& rtl, const DesignPoint& design)
{
    return cellsHold(rtl, design) && rtl.parallelRows == design.parallelRows &&
           rtl.offChipBitsPerCycle == design.offChipBitsPerCycle;
}

std::string needed(const std::string& field, const std::string& found, const std::string& wanted)
{
    return field + " = " + found + " in the RTL that it is of, the report is for " + wanted;
}

void compareDesign(const HardwareEvidence& evidence, const DesignPoint& design,
                   std::vector<std::string>& problems)
{
    const auto compare = [&](const char* field, int found, int wanted) {
        if (found != wanted)
            problems.push_back(needed(field, std::to_string(found), std::to_string(wanted)));
    };
    compare("lanes", evidence.rtl.lanes, design.lanes);
    if (!evidence.simulation.parts.empty()) {
        compare("rows", evidence.rtl.parallelRows, design.parallelRows);
        compare("off_chip_bits_per_cycle", evidence.rtl.offChipBitsPerCycle, design.offChipBitsPerCycle);
    }
    if (evidence.rtl.table != design.table)
        problems.push_back(needed("table", std::string(tableName(evidence.rtl.table)),
                                  std::string(tableName(design.table))));
}

} // namespace

HardwareEvidence evidenceOf(std::span<const RtlCheck> checks)
{
    HardwareEvidence evidence;
    for (const RtlCheck& check : checks) {
        if (counts(check) && check.images > evidence.simulation.images) {
            evidence.rtl = check.rtl;
            evidence.simulation = simulationOf(check);
        }
        if (check.tool != RtlTool::Yosys || !check.passed || !check.changed.empty())
            continue;
        evidence.rtl = check.rtl;
        for (const RtlCellCount& count : check.cells)
            evidence.synthesis.push_back(
                {count.module, count.cells, count.command.empty() ? check.command : count.command});
    }
    return evidence;
}

HardwareEvidence evidenceFor(const HardwareEvidence& evidence, const DesignPoint& design)
{
    HardwareEvidence holds;
    holds.rtl = evidence.rtl;
    if (cyclesHold(evidence.rtl, design))
        holds.simulation = evidence.simulation;
    if (cellsHold(evidence.rtl, design))
        holds.synthesis = evidence.synthesis;
    return holds;
}

std::vector<std::string> evidenceProblems(const HardwareEvidence& evidence, const IntegerNetwork& network,
                                          const DesignPoint& design)
{
    std::vector<std::string> problems;
    if (evidence.empty())
        return problems;
    const RtlIdentity own = identityOf(network, design);
    if (evidence.rtl.networkSha256 != own.networkSha256)
        problems.push_back(needed("network_sha256", evidence.rtl.networkSha256, own.networkSha256));
    compareDesign(evidence, design, problems);
    const std::vector<std::string> modules = synthesizedModules(network, design);
    for (const SynthesisResult& result : evidence.synthesis)
        if (std::ranges::find(modules, result.module) == modules.end())
            problems.push_back("module = " + result.module + " is none of this network's RTL");
    return problems;
}

} // namespace ternbench
