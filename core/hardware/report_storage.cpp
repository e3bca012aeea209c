#include "core/hardware/report_storage.h"

#include "core/error.h"
#include "core/hardware/energy.h"
#include "core/hardware/figures.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr const char* totalName = "total";
constexpr const char* activationBitsName = "activation_bits";

/// Estimates are products and sums of a few hundred terms: two machines differ by less than this.
constexpr double relativeTolerance = 1e-9;

void writeDesign(const h5::Group& group, const DesignPoint& design)
{
    group.setAttribute("lanes", design.lanes);
    group.setAttribute("rows", design.parallelRows);
    group.setAttribute("table", std::string(tableName(design.table)));
    group.setAttribute("clock_mhz", design.clockMhz);
    group.setAttribute("on_chip_bytes", design.onChipBytes);
    group.setAttribute("off_chip_bits_per_cycle", design.offChipBitsPerCycle);
    if (design.activationBits)
        group.setAttribute(activationBitsName, *design.activationBits);
}

void writeConstants(const h5::Group& group)
{
    std::vector<std::string> operations, uses;
    std::vector<double> picojoules;
    for (const EnergyConstant& constant : energyConstants()) {
        operations.emplace_back(constant.operation);
        uses.emplace_back(constant.use);
        picojoules.push_back(constant.picojoules);
    }
    group.setAttribute("energy_source", energySource);
    group.writeStrings("operation", operations);
    group.writeStrings("use", uses);
    group.write("picojoules", picojoules);
    group.setAttributeOf("picojoules", "units", "pJ");
}

std::vector<const PartCost*> partsAndTotal(const DatapathCost& cost)
{
    std::vector<const PartCost*> parts;
    for (const PartCost& part : cost.parts)
        parts.push_back(&part);
    parts.push_back(&cost.total);
    return parts;
}

/// (datapath, part) row-major.
std::vector<double> valuesOf(const HardwareReport& report, const PartFigure& figure)
{
    std::vector<double> values;
    for (const DatapathCost& cost : report.datapaths)
        for (const PartCost* part : partsAndTotal(cost))
            values.push_back(figure.value(*part));
    return values;
}

std::vector<double> valuesOf(const HardwareReport& report, const DatapathFigure& figure)
{
    std::vector<double> values;
    for (const DatapathCost& cost : report.datapaths)
        values.push_back(figure.value(cost, report.design));
    return values;
}

h5::Shape shapeOf(const HardwareReport& report, const PartFigure&)
{
    return {report.datapaths.size(), report.datapaths.front().parts.size() + 1};
}

h5::Shape shapeOf(const HardwareReport& report, const DatapathFigure&)
{
    return {report.datapaths.size()};
}

std::vector<std::int64_t> wholeNumbers(const std::vector<double>& values)
{
    std::vector<std::int64_t> whole;
    for (const double value : values)
        whole.push_back(std::int64_t(value));
    return whole;
}

/// "estimated", or one word for each part of the coded datapath where they differ.
std::string basisText(const HardwareReport& report, std::string_view figure)
{
    std::vector<Basis> all;
    std::string text;
    for (const PartCost* part : partsAndTotal(report.of(Datapath::Coded))) {
        all.push_back(report.basisOf(Datapath::Coded, figure, part->cycles.name));
        text += (text.empty() ? "coded: " : ", ") + std::string(basisName(all.back()));
    }
    const bool estimated = std::ranges::all_of(all, [](Basis basis) { return basis == Basis::Estimated; });
    return estimated ? std::string(basisName(Basis::Estimated)) : text + "; others: estimated";
}

template <class Figure>
void writeFigure(const h5::Group& group, const HardwareReport& report, const Figure& figure)
{
    const std::string key(figure.key);
    const std::vector<double> values = valuesOf(report, figure);
    if (figure.whole)
        group.write<std::int64_t>(key, wholeNumbers(values), shapeOf(report, figure));
    else
        group.write<double>(key, values, shapeOf(report, figure));
    group.setAttributeOf(key, "units", std::string(figure.unit));
    group.setAttributeOf(key, "long_name", std::string(figure.title) + ": " + std::string(figure.meaning));
    group.setAttributeOf(key, "basis", basisText(report, figure.key));
}

void writeFigures(const h5::Group& group, const HardwareReport& report)
{
    std::vector<std::string> parts, datapaths;
    for (const PartCost* part : partsAndTotal(report.datapaths.front()))
        parts.push_back(part->cycles.name);
    for (const DatapathCost& cost : report.datapaths)
        datapaths.emplace_back(datapathKey(cost.datapath));
    group.setAttribute("NX_class", "NXdata");
    group.setAttribute("signal", "energy");
    group.setAttribute("axes", std::vector<std::string>{"datapath", "part"});
    group.writeStrings("datapath", datapaths);
    group.writeStrings("part", parts);
    for (const PartFigure& figure : partFigures())
        writeFigure(group, report, figure);
    for (const DatapathFigure& figure : datapathFigures())
        writeFigure(group, report, figure);
}

void writeCodings(const h5::Group& group, const CodingComparison& codings)
{
    std::vector<std::string> layers, keys, assumptions;
    std::vector<std::uint64_t> bits, bytes;
    for (const CodingSize& size : codings.total.sizes) {
        keys.emplace_back(codingKey(size.kind));
        assumptions.push_back(size.assumption);
    }
    const auto add = [&](const LayerCodings& layer, const std::string& name) {
        layers.push_back(name);
        for (const CodingSize& size : layer.sizes) {
            bits.push_back(size.bits);
            bytes.push_back(size.bytes);
        }
    };
    for (const LayerCodings& layer : codings.layers)
        add(layer, layer.layer);
    add(codings.total, totalName);
    const h5::Shape shape{layers.size(), keys.size()};
    group.writeStrings("layer", layers);
    group.writeStrings("coding", keys);
    group.writeStrings("assumption", assumptions);
    group.write<std::uint64_t>("bits", bits, shape);
    group.write<std::uint64_t>("bytes", bytes, shape);
    group.setAttributeOf("bits", "units", "bit");
    group.setAttributeOf("bytes", "units", "byte");
}

bool close(double a, double b)
{
    return std::abs(a - b) <= relativeTolerance * std::max(std::abs(a), std::abs(b));
}

template <class Figure>
void compareFigure(const h5::Group& group, const HardwareReport& report, const Figure& figure,
                   std::vector<std::string>& problems)
{
    const std::string key(figure.key);
    const std::vector<double> expected = valuesOf(report, figure);
    std::vector<double> stored;
    if (figure.whole) {
        const auto whole = group.read<std::int64_t>(key, shapeOf(report, figure));
        stored.assign(whole.begin(), whole.end());
    } else {
        stored = group.read<double>(key, shapeOf(report, figure));
    }
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (!close(stored[i], expected[i]))
            problems.push_back(key + ": entry " + std::to_string(i) + " is " + std::to_string(stored[i]) +
                               ", the network gives " + std::to_string(expected[i]));
}

} // namespace

void writeReport(const h5::Group& group, const HardwareReport& report)
{
    writeDesign(group, report.design);
    group.setAttribute("assumptions", report.assumptions);
    writeConstants(group);
    writeFigures(group.createGroup("figures"), report);
    writeCodings(group.createGroup("codings"), report.codings);
}

DesignPoint readReportDesign(const h5::Group& group)
{
    DesignPoint design;
    const auto whole = [&](const char* name) {
        const std::int64_t value = group.intAttribute(name);
        if (value < 0 || value > (std::int64_t{1} << 30))
            group.fail(std::string("@") + name, std::to_string(value) + " is not allowed");
        return int(value);
    };
    design.lanes = whole("lanes");
    design.parallelRows = whole("rows");
    const std::string table = group.stringAttribute("table");
    const auto known = tableFromName(table);
    if (!known)
        group.fail("@table", "'" + table + "' is not known: must be rom or logic");
    design.table = *known;
    design.clockMhz = group.doubleAttribute("clock_mhz");
    design.onChipBytes = group.intAttribute("on_chip_bytes");
    design.offChipBitsPerCycle = whole("off_chip_bits_per_cycle");
    if (group.hasAttribute(activationBitsName))
        design.activationBits = whole(activationBitsName);
    if (const auto problem = designPointProblem(design))
        group.fail("@lanes", *problem);
    return design;
}

std::vector<std::string> compareReport(const h5::Group& group, const HardwareReport& report, bool units)
{
    const h5::Group figures = group.openGroup("figures");
    std::vector<std::string> problems;
    for (const PartFigure& figure : partFigures())
        compareFigure(figures, report, figure, problems);
    for (const DatapathFigure& figure : datapathFigures())
        if (units || figure.unit != "unit")
            compareFigure(figures, report, figure, problems);
    return problems;
}

} // namespace ternbench
