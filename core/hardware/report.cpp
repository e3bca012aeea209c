#include "core/hardware/report.h"

#include "core/error.h"
#include "core/hardware/energy.h"
#include "core/packed/packed_file.h"

#include <algorithm>

namespace ternbench {

namespace {

std::vector<std::string> assumptionsOf(const DesignPoint& design)
{
    return {
        "Figures are for one image; cycles are those of the exported RTL from its start pulse to its done "
        "pulse, the image source never waiting.",
        "Dense hardware covers as many weights per cycle (lanes x N of a row, as many rows), so its cycles "
        "are "
        "the same; it needs more arithmetic units and memory.",
        "The weight memory is read in whole words of lanes x rows groups; lanes beyond a row's end and rows "
        "beyond the last one are read, but do not add.",
        "Coded: each of a group's K slots adds once, used or not. Dense: each weight adds once, zero or not.",
        "Activations are read once for a block of rows and shared by it; their widths are the network's own.",
        std::string("The pattern table is ") +
            (design.table == DesignPoint::Table::Rom
                 ? "a ROM in each decoder, read like a memory of 8 kB, the smallest with a published figure."
                 : "logic; an 8-bit addition stands for its energy, for which there is no published figure."),
        "Where weights, tables, requantization, activations and input table exceed the on-chip memory, all "
        "weights stream in for each image through a buffer of 8 kB, while the layer computes; else they are "
        "loaded once, which is not counted.",
        "Energy is dynamic energy of the listed operations: no leakage, clock tree, wires or control.",
        "Dense float32 takes as many off-chip bits for the image as the others: 8 a value.",
    };
}

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
void replaceCycles(PartCost& part, std::int64_t cycles, HardwareReport& report)
{
    if (part.cycles.cycles != cycles)
        report.disagreements.push_back(part.cycles.name + ": " + std::to_string(cycles) +
                                       " cycles were simulated, the model says " +
                                       std::to_string(part.cycles.cycles));
    part.cycles.cycles = cycles;
}

void applySimulation(HardwareReport& report)
{
    DatapathCost& coded = report.datapaths.front();
    PartCost& total = coded.total;
    for (const auto& [name, cycles] : report.evidence.simulation.parts) {
        if (name == total.cycles.name)
            continue; // behind the parts, which change it
        PartCost* part = findPart(coded, name);
        if (part == nullptr)
            throw InputError("simulation: part '" + name + "' is not allowed: must be one of " +
                             partNames(coded) + ", " + total.cycles.name);
        total.cycles.cycles += cycles - part->cycles.cycles;
        total.boundCycles -= part->boundCycles;
        replaceCycles(*part, cycles, report);
        part->boundCycles = std::max(cycles, part->transferCycles);
        total.boundCycles += part->boundCycles;
    }
    for (const auto& [name, cycles] : report.evidence.simulation.parts) {
        if (name != total.cycles.name)
            continue;
        total.boundCycles += cycles - total.cycles.cycles;
        replaceCycles(total, cycles, report);
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
    report.assumptions = assumptionsOf(design);
    applySimulation(report);
    return report;
}

} // namespace ternbench
