#include "core/hardware/report.h"

#include "core/error.h"
#include "core/hardware/assumptions.h"
#include "core/packed/packed_file.h"

#include <algorithm>

namespace ternbench {

namespace {

PartCost* findPart(DatapathCost& cost, std::string_view name)
{
    const auto found =
        std::ranges::find_if(cost.parts, [&](const PartCost& part) { return part.cycles.name == name; });
    return found == cost.parts.end() ? nullptr : &*found;
}

bool isSimulated(const SimulationResult& simulation, std::string_view part)
{
    return std::ranges::any_of(simulation.parts, [&](const auto& p) { return p.part == part; });
}

std::string partNames(const DatapathCost& cost)
{
    std::string names;
    for (const PartCost& part : cost.parts)
        names += (names.empty() ? "" : ", ") + part.cycles.name;
    return names;
}

/// Puts counted cycles in the place of estimated ones.
void replaceCycles(PartCost& part, std::int64_t cycles, std::int64_t model, HardwareReport& report)
{
    if (cycles != model)
        report.disagreements.push_back(part.cycles.name + ": " + std::to_string(cycles) +
                                       " cycles were simulated, the model says " + std::to_string(model));
    part.cycles.cycles = cycles;
}

/// What the RTL does not have nobody can have simulated.
void requireSimulable(const IntegerNetwork& network)
{
    for (const IntegerLayer& layer : network.layers)
        if (const std::string reason = notInRtl(layer); !reason.empty())
            throw InputError("simulation: layer '" + layer.name + "' " + reason +
                             ": the cycles of this network are estimated");
}

void applySimulation(HardwareReport& report)
{
    DatapathCost& coded = report.datapaths.front();
    PartCost& total = coded.total;
    const std::int64_t model = total.cycles.cycles;
    for (const auto& [name, cycles] : report.evidence.simulation.parts) {
        if (name == total.cycles.name)
            continue; // behind the parts, which change it
        PartCost* part = findPart(coded, name);
        if (part == nullptr)
            throw InputError("simulation: part '" + name + "' is not allowed: must be one of " +
                             partNames(coded) + ", " + total.cycles.name);
        total.cycles.cycles += cycles - part->cycles.cycles;
        total.boundCycles -= part->boundCycles;
        replaceCycles(*part, cycles, part->cycles.cycles, report);
        part->boundCycles = std::max(cycles, part->transferCycles);
        total.boundCycles += part->boundCycles;
    }
    for (const auto& [name, cycles] : report.evidence.simulation.parts) {
        if (name != total.cycles.name)
            continue;
        total.boundCycles += cycles - total.cycles.cycles;
        replaceCycles(total, cycles, model, report);
    }
}

} // namespace

std::string_view basisName(Basis basis)
{
    switch (basis) {
    case Basis::Simulated:
        return "simulated";
    case Basis::Synthesized:
        return "synthesized";
    case Basis::Estimated:
        break;
    }
    return "estimated";
}

std::string HardwareReport::notInRtl() const
{
    for (const PartCost& part : of(Datapath::Coded).parts)
        if (!part.cycles.notInRtl.empty())
            return "layer " + part.cycles.name + " " + part.cycles.notInRtl;
    return {};
}

Basis HardwareReport::basisOf(Datapath datapath, std::string_view figure, std::string_view part) const
{
    if (datapath != Datapath::Coded || figure != "cycles")
        return Basis::Estimated;
    const auto counted = [&](const PartCost& p) { return isSimulated(evidence.simulation, p.cycles.name); };
    const DatapathCost& coded = of(datapath);
    const bool simulated = isSimulated(evidence.simulation, part) ||
                           (part == coded.total.cycles.name && std::ranges::all_of(coded.parts, counted));
    return simulated ? Basis::Simulated : Basis::Estimated;
}

HardwareReport makeReport(const IntegerNetwork& network, const DesignPoint& design,
                          const HardwareEvidence& evidence)
{
    HardwareReport report;
    report.design = design;
    for (int i = 0; i < datapathCount; ++i)
        report.datapaths.push_back(costOf(network, design, Datapath(i)));
    report.codings = compareCodings(network);
    report.ledger = ledgerOf(network);
    report.evidence = evidence;
    report.assumptions = assumptionsOf(network, design);
    if (!evidence.simulation.parts.empty())
        requireSimulable(network);
    applySimulation(report);
    return report;
}

} // namespace ternbench
