#include "widgets/views/report_tables.h"

#include "core/hardware/figures.h"
#include "experiments/number_text.h"
#include "widgets/views/number_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace ternbench {

namespace {

using Cell = PlainTable::Cell;

QString tr(const char* text)
{
    return QCoreApplication::translate("ternbench::report_tables", text);
}

QString toQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QString unitText(std::string_view unit)
{
    return unit == "1" ? QString() : unit == "us" ? QStringLiteral("µs") : toQt(unit);
}

QString numberText(double value, bool whole)
{
    return whole ? countText(std::llround(value)) : QString::fromStdString(significant(value, 4));
}

QString basisText(Basis basis)
{
    return toQt(basisName(basis));
}

QString useText(const CodingSize& size)
{
    if (size.bound)
        return tr("bound");
    return size.representable ? tr("yes") : tr("no");
}

const PartCost& partOf(const DatapathCost& cost, int part)
{
    return part < 0 ? cost.total : cost.parts[std::size_t(part)];
}

/// What a reader looks for first.
bool isHeadline(std::string_view key)
{
    constexpr std::array<std::string_view, 6> keys{"cycles", "utilisation", "energy",
                                                   "time",   "memory",      "fits_on_chip"};
    return std::ranges::find(keys, key) != keys.end();
}

/// Widths have no sum, and the input and the argmax have no weights.
bool isMissing(const PartFigure& figure, const HardwareReport& report, int part)
{
    return figure.key.ends_with("_bits") &&
           std::ranges::all_of(report.datapaths, [&](const DatapathCost& cost) {
               return figure.value(partOf(cost, part)) == 0.0;
           });
}

/// Name and unit of a figure, its value for each datapath, the basis of the coded one's.
template <class Figure, class Value>
PlainTable::Row figureRow(const Figure& figure, const HardwareReport& report, Basis basis, const Value& value)
{
    const QString meaning = toQt(figure.meaning);
    PlainTable::Row row{{{toQt(figure.title), meaning, {}}, {unitText(figure.unit), {}, {}}}, false};
    for (const DatapathCost& cost : report.datapaths) {
        const Basis own = cost.datapath == Datapath::Coded ? basis : Basis::Estimated;
        row.cells.push_back({value(cost), tr("%1: %2").arg(basisText(own), meaning), {}});
    }
    row.cells.insert(row.cells.begin() + 3, {basisText(basis), tr("of the coded datapath's figure"), {}});
    row.cells.push_back({meaning, meaning, {}});
    row.strong = isHeadline(figure.key);
    return row;
}

void addDatapathFigures(const HardwareReport& report, PlainTable& table)
{
    for (const DatapathFigure& figure : datapathFigures()) {
        const auto value = [&](const DatapathCost& cost) {
            if (figure.key == "fits_on_chip")
                return cost.fitsOnChip ? tr("yes") : tr("no");
            return numberText(figure.value(cost, report.design), figure.whole);
        };
        table.rows.push_back(figureRow(figure, report, Basis::Estimated, value));
    }
}

void addCells(const HardwareReport& report, PlainTable& table)
{
    for (const SynthesisResult& result : report.evidence.synthesis) {
        const QString command = QString::fromStdString(result.command);
        table.rows.push_back({{{tr("cells: %1").arg(QString::fromStdString(result.module)), command, {}},
                               {tr("cell"), {}, {}},
                               {countText(result.cells), command, {}},
                               {basisText(Basis::Synthesized), command, {}}},
                              false});
    }
}

struct PartColumn
{
    const char* key;
    bool basis; ///< followed by a column with its basis
};
constexpr std::array<PartColumn, 8> partColumns{{{"cycles", true},
                                                 {"utilisation", false},
                                                 {"bound_cycles", false},
                                                 {"energy", true},
                                                 {"weight_bits_fetched", false},
                                                 {"additions", false},
                                                 {"requantization_multiplications", false},
                                                 {"accumulator_bits", false}}};

const PartFigure& partFigure(std::string_view key)
{
    for (const PartFigure& figure : partFigures())
        if (figure.key == key)
            return figure;
    return partFigures().front();
}

PlainTable::Row partRow(const HardwareReport& report, Datapath datapath, const PartCost& part)
{
    PlainTable::Row row{{{QString::fromStdString(part.cycles.name), {}, {}}}, false};
    for (const PartColumn& column : partColumns) {
        const PartFigure& figure = partFigure(column.key);
        const double value = figure.value(part);
        const bool utilisation = figure.key == "utilisation";
        const QString why = figure.key == "accumulator_bits" ? QString::fromStdString(part.accumulatorReason)
                                                             : toQt(figure.meaning);
        row.cells.push_back({!hasFigure(figure, part) ? QString()
                             : utilisation            ? QString::fromStdString(percent(value))
                                                      : numberText(value, figure.whole),
                             why,
                             {}});
        if (column.basis)
            row.cells.push_back({basisText(report.basisOf(datapath, figure.key, part.cycles.name)), {}, {}});
    }
    const QString why = QString::fromStdString(part.accumulatorReason);
    row.cells.push_back({why, why, {}});
    return row;
}

} // namespace

PlainTable codingTable(const LayerCodings& codings)
{
    PlainTable table{{{tr("Coding"), false, {}},
                      {tr("Bytes"), true, {}},
                      {tr("Bits/weight"), true, {}},
                      {tr("Fits"), false, tr("whether these very weights can be stored like that")},
                      {tr("Assumption"), false, {}}},
                     {}};
    for (const CodingSize& size : codings.sizes) {
        const QString assumption = QString::fromStdString(size.assumption);
        table.rows.push_back({{{toQt(codingName(size.kind)), assumption, {}},
                               {countText(std::int64_t(size.bytes)),
                                tr("%1 bits").arg(countText(std::int64_t(size.bits))),
                                {}},
                               {QString::number(codings.bitsPerWeight(size.kind), 'f', 3), {}, {}},
                               {useText(size), {}, {}},
                               {assumption, assumption, {}}},
                              false});
    }
    return table;
}

PlainTable figuresTable(const HardwareReport& report, int part)
{
    PlainTable table{{{tr("Figure"), false, {}}, {tr("Unit"), false, {}}}, {}};
    for (const DatapathCost& cost : report.datapaths) {
        const bool coded = cost.datapath == Datapath::Coded;
        QString name = toQt(datapathName(cost.datapath));
        name[0] = name[0].toUpper();
        table.columns.push_back({name, true, coded ? QString() : tr("all figures estimated")});
        if (coded)
            table.columns.push_back({tr("Basis"), false, tr("where the coded datapath's figure comes from")});
    }
    table.columns.push_back({tr("Meaning"), false, {}});
    const std::string name = partOf(report.datapaths.front(), part).cycles.name;
    for (const PartFigure& figure : partFigures()) {
        if (isMissing(figure, report, part))
            continue;
        const auto value = [&](const DatapathCost& cost) {
            return numberText(figure.value(partOf(cost, part)), figure.whole);
        };
        table.rows.push_back(
            figureRow(figure, report, report.basisOf(Datapath::Coded, figure.key, name), value));
    }
    if (part < 0) {
        addDatapathFigures(report, table);
        addCells(report, table);
    }
    std::ranges::stable_partition(table.rows, &PlainTable::Row::strong);
    return table;
}

PlainTable partsTable(const HardwareReport& report, Datapath datapath)
{
    PlainTable table{{{tr("Part"), false, {}}}, {}};
    for (const PartColumn& column : partColumns) {
        const PartFigure& figure = partFigure(column.key);
        const QString unit = unitText(figure.unit);
        const bool self = unit.isEmpty() || toQt(figure.title).contains(unit);
        QString title = toQt(figure.title);
        title[0] = title[0].toUpper();
        table.columns.push_back(
            {self ? title : QStringLiteral("%1 [%2]").arg(title, unit), true, toQt(figure.meaning)});
        if (column.basis)
            table.columns.push_back({tr("Basis"), false, {}});
    }
    table.columns.push_back({tr("Why that accumulator"), false, {}});
    const DatapathCost& cost = report.of(datapath);
    for (const PartCost& part : cost.parts)
        table.rows.push_back(partRow(report, datapath, part));
    table.rows.push_back(partRow(report, datapath, cost.total));
    table.rows.back().strong = true;
    return table;
}

QString evidenceText(const HardwareReport& report)
{
    const HardwareEvidence& evidence = report.evidence;
    QStringList texts;
    if (!evidence.simulation.parts.empty())
        texts << tr("Cycles simulated over %1 images (%2).")
                     .arg(countText(evidence.simulation.images),
                          QString::fromStdString(evidence.simulation.command));
    if (!evidence.synthesis.empty())
        texts << tr("Cells of %1 modules synthesized (each module's tip says how).")
                     .arg(evidence.synthesis.size());
    if (!texts.isEmpty())
        texts << tr("All other figures are estimated.");
    else if (report.notInRtl().empty())
        texts << tr(
            "All figures are estimated: nothing of this design point was simulated or synthesized yet "
            "(tab RTL).");
    else
        texts << tr("All figures are estimated: %1.").arg(QString::fromStdString(report.notInRtl()));
    return texts.join(QLatin1Char(' '));
}

} // namespace ternbench
