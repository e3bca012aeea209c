#include "experiments/report_document.h"

#include "core/hardware/energy.h"
#include "core/hardware/figures.h"
#include "experiments/limits.h"
#include "experiments/number_text.h"
#include "experiments/report_sections.h"

#include <algorithm>

namespace ternbench {

namespace {

constexpr int shownDigits = 4;

std::string numberText(double value, bool whole)
{
    return whole ? withThousands(std::uint64_t(value)) : significant(value, shownDigits);
}

std::string unitText(std::string_view unit)
{
    return unit == "1" ? "" : std::string(unit);
}

std::string titleWithUnit(std::string_view title, std::string_view unit)
{
    const bool counts = unit != "bit" && unit != "byte" && unit != "nJ"; // the title says of what
    return std::string(title) + (counts ? "" : " [" + std::string(unit) + "]");
}

const PartFigure& partFigure(std::string_view key)
{
    return *std::ranges::find(partFigures(), key, &PartFigure::key);
}

std::string figureText(const PartFigure& figure, const PartCost& part)
{
    return hasFigure(figure, part) ? numberText(figure.value(part), figure.whole) : "";
}

ReportSection designSection(const DesignPoint& design)
{
    ReportSection section{"Design point", {}, {{"parameter", ">value", "unit"}, {}, {}}};
    const auto add = [&](const char* name, const std::string& value, const char* unit) {
        section.table.rows.push_back({name, value, unit});
    };
    add("lanes: groups decoded per cycle along a row", std::to_string(design.lanes), "group");
    add("rows in parallel", std::to_string(design.parallelRows), "row");
    add("pattern table", std::string(tableName(design.table)), "");
    add("clock", realText(design.clockMhz), "MHz");
    add("on-chip memory", withThousands(std::uint64_t(design.onChipBytes)), "byte");
    add("off-chip port", std::to_string(design.offChipBitsPerCycle), "bit per cycle");
    add("activation bits: as stored and read",
        design.activationBits ? std::to_string(*design.activationBits) : std::string(asTrained),
        design.activationBits ? "bit" : "");
    return section;
}

/// One row a figure, one column a datapath.
ReportSection datapathSection(const HardwareReport& report)
{
    ReportSection section{"Coded beside dense hardware of the same parallelism",
                          {"For one image. Dense hardware covers as many weights per cycle."},
                          {{"figure", "unit"}, {}, {}}};
    for (const DatapathCost& cost : report.datapaths)
        section.table.headings.push_back(">" + std::string(datapathName(cost.datapath)));
    section.table.headings.emplace_back("basis");
    for (const char* key :
         {"weight_bits_fetched", "additions", "weight_multiplications", "requantization_multiplications",
          "cycles", "transfer_cycles", "bound_cycles", "energy_weights", "energy_off_chip", "energy"}) {
        const PartFigure& figure = partFigure(key);
        std::vector<std::string> row{std::string(figure.title), unitText(figure.unit)};
        for (const DatapathCost& cost : report.datapaths)
            row.push_back(numberText(figure.value(cost.total), figure.whole));
        const Basis basis = report.basisOf(Datapath::Coded, figure.key, "total");
        row.push_back(basis == Basis::Estimated ? std::string(basisName(basis))
                                                : "coded: " + std::string(basisName(basis)));
        section.table.rows.push_back(row);
    }
    for (const DatapathFigure& figure : datapathFigures()) {
        std::vector<std::string> row{std::string(figure.title), unitText(figure.unit)};
        for (const DatapathCost& cost : report.datapaths)
            row.push_back(figure.key == "fits_on_chip"
                              ? (cost.fitsOnChip ? "yes" : "no")
                              : numberText(figure.value(cost, report.design), figure.whole));
        row.emplace_back(basisName(Basis::Estimated));
        section.table.rows.push_back(row);
    }
    return section;
}

/// One row a part of the coded datapath, one column a figure.
ReportSection partsSection(const HardwareReport& report, const std::string& title,
                           std::initializer_list<std::string_view> keys)
{
    const DatapathCost& coded = report.of(Datapath::Coded);
    ReportSection section{title, {}, {{"part"}, {}, {}}};
    for (const std::string_view key : keys)
        section.table.headings.push_back(">" + titleWithUnit(partFigure(key).title, partFigure(key).unit));
    section.table.headings.emplace_back("basis");
    const auto add = [&](const PartCost& part) {
        std::vector<std::string> row{part.cycles.name};
        std::string basis;
        for (const std::string_view key : keys) {
            row.push_back(figureText(partFigure(key), part));
            const Basis own = report.basisOf(Datapath::Coded, key, part.cycles.name);
            if (own != Basis::Estimated)
                basis += std::string(partFigure(key).title) + " " + std::string(basisName(own)) + ", others ";
        }
        row.push_back(basis + std::string(basisName(Basis::Estimated)));
        section.table.rows.push_back(row);
    };
    for (const PartCost& part : coded.parts)
        add(part);
    add(coded.total);
    return section;
}

ReportSection energyByDatapath(const HardwareReport& report)
{
    ReportSection section{"Energy by layer [nJ]", {}, {{"part"}, {}, {}}};
    for (const DatapathCost& cost : report.datapaths)
        section.table.headings.push_back(">" + std::string(datapathName(cost.datapath)));
    section.table.headings.emplace_back("basis");
    const PartFigure& energy = partFigure("energy");
    const auto add = [&](const auto& partOf) {
        std::vector<std::string> row{partOf(report.datapaths.front()).cycles.name};
        for (const DatapathCost& cost : report.datapaths)
            row.push_back(numberText(energy.value(partOf(cost)), false));
        row.emplace_back(basisName(Basis::Estimated));
        section.table.rows.push_back(row);
    };
    for (std::size_t i = 0; i < report.datapaths.front().parts.size(); ++i)
        add([i](const DatapathCost& cost) -> const PartCost& { return cost.parts[i]; });
    add([](const DatapathCost& cost) -> const PartCost& { return cost.total; });
    return section;
}

ReportSection accumulatorSection(const HardwareReport& report)
{
    ReportSection section{"Accumulators", {}, {{"layer", ">bits", "why"}, {}, {}}};
    for (const PartCost& part : report.of(Datapath::Coded).parts)
        if (part.cycles.part == LayerCycles::Part::Layer)
            section.table.rows.push_back(
                {part.cycles.name, std::to_string(part.accumulatorBits), part.accumulatorReason});
    return section;
}

ReportSection constantsSection()
{
    ReportSection section{"Energy constants",
                          {std::string(energySource) + ". The scaling to other widths is ours."},
                          {{"operation", ">pJ", "used for"}, {}, {}}};
    for (const EnergyConstant& constant : energyConstants())
        section.table.rows.push_back(
            {std::string(constant.operation), realText(constant.picojoules), std::string(constant.use)});
    return section;
}

ReportSection ledgerSection(const Ledger& ledger, std::uint64_t fileBytes)
{
    ReportSection section{"Ledger: every byte of the network",
                          {withThousands(ledger.weights) + " weights, " + fixed(ledger.bitsPerWeight(), 3) +
                           " bits per weight; against float32: indexes x" +
                           fixed(ledger.indexCompression(), 1) + ", everything x" +
                           fixed(ledger.totalCompression(), 1) + "."},
                          {{"layer", "item", ">bytes", "from"}, {}, {}}};
    for (const LedgerEntry& entry : ledger.entries)
        section.table.rows.push_back({entry.layer, entry.item, withThousands(entry.bytes), entry.note});
    section.table.rows.push_back({"total", "", withThousands(ledger.totalBytes), ""});
    if (fileBytes > 0)
        section.paragraphs.push_back(fileSizeText(ledger, fileBytes));
    return section;
}

void addEvidence(const HardwareReport& report, std::vector<ReportSection>& sections)
{
    const SimulationResult& simulation = report.evidence.simulation;
    if (!simulation.parts.empty()) {
        ReportSection section{"Simulation", {"In the exported folder: " + simulation.command}, {}};
        section.paragraphs.push_back("Over " + std::to_string(simulation.images) +
                                     " images; the same RTL has the network's digest " +
                                     report.evidence.rtl.networkSha256 + ".");
        for (const std::string& line : report.disagreements)
            section.paragraphs.push_back("DISAGREEMENT: " + line);
        if (report.disagreements.empty())
            section.paragraphs.emplace_back("Every simulated cycle count equals the model's.");
        sections.push_back(section);
    }
    if (!report.evidence.synthesis.empty()) {
        ReportSection section{
            "Synthesis", {"In the exported folder:"}, {{"module", ">cells", "basis"}, {}, {}}};
        for (const SynthesisResult& result : report.evidence.synthesis) {
            section.paragraphs.push_back(result.command);
            section.table.rows.push_back({result.module, withThousands(std::uint64_t(result.cells)),
                                          std::string(basisName(Basis::Synthesized))});
        }
        sections.push_back(section);
    }
}

std::string subtitleOf(const ReportSubject& subject)
{
    std::string text = subject.file.filename().string() + ", written by " + subject.generator;
    if (subject.images > 0)
        text += "; hardware error " + percent(double(subject.classErrors) / double(subject.images)) + " of " +
                withThousands(subject.images) + " test images, as stored";
    return text;
}

} // namespace

std::string fileSizeText(const Ledger& ledger, std::uint64_t fileBytes)
{
    const std::uint64_t rest = fileBytes - std::min(fileBytes, ledger.totalBytes);
    return "The file has " + withThousands(fileBytes) + " bytes: those of the ledger, and " +
           withThousands(rest) + " of HDF5 structure, digests, document, verification and report.";
}

ReportDocument describeReport(const HardwareReport& report, const ReportSubject& subject)
{
    ReportDocument document;
    document.title = "Hardware report" + (subject.name.empty() ? "" : ": " + subject.name);
    document.subtitle = subtitleOf(subject);
    auto& sections = document.sections;
    sections.push_back(designSection(report.design));
    sections.push_back(datapathSection(report));
    sections.push_back(
        partsSection(report, "Coded: cycles", {"cycles", "utilisation", "transfer_cycles", "bound_cycles"}));
    sections.push_back(partsSection(report, "Coded: traffic and tables",
                                    {"weight_bits", "weight_bits_fetched", "activation_bits",
                                     "activation_reads", "activation_writes", "table_bits", "table_copies"}));
    sections.push_back(partsSection(report, "Coded: operations",
                                    {"additions", "useful_additions", "weight_multiplications",
                                     "requantization_multiplications", "accumulator_bits"}));
    sections.push_back(
        partsSection(report, "Coded: energy",
                     {"energy_weights", "energy_table", "energy_activations", "energy_additions",
                      "energy_multiplications", "energy_off_chip", "energy"}));
    sections.push_back(energyByDatapath(report));
    sections.push_back(accumulatorSection(report));
    addEvidence(report, sections);
    addCodingSections(report.codings, sections);
    sections.push_back(ledgerSection(report.ledger, subject.fileBytes));
    sections.push_back(constantsSection());
    sections.push_back({"Assumptions", report.assumptions, {}});
    return document;
}

} // namespace ternbench
