#include "widgets/views/rtl_table.h"

#include "widgets/views/number_text.h"

#include <QCoreApplication>

namespace ternbench {

namespace {

using Cell = PlainTable::Cell;

QString tr(const char* text)
{
    return QCoreApplication::translate("ternbench::rtl_table", text);
}

Cell resultCell(const RtlCheck& check)
{
    if (check.cancelled)
        return {tr("cancelled"), {}, {}};
    return check.passed ? Cell{tr("passed"), {}, Cell::Mark::Passed}
                        : Cell{tr("FAILED"), {}, Cell::Mark::Failed};
}

QString cyclesText(std::int64_t least, std::int64_t most)
{
    return least == most ? countText(most) : tr("%1 to %2").arg(countText(least), countText(most));
}

/// Counts of a simulation; empty texts where there was none.
PlainTable::Row checkRow(const RtlCheck& check)
{
    const bool simulated = check.images > 0;
    std::int64_t compared = 0, different = 0, cells = 0;
    for (const RtlLayerCheck& layer : check.layers) {
        compared += layer.compared;
        different += layer.different;
    }
    for (const RtlCellCount& count : check.cells)
        cells += count.cells;
    QStringList problems;
    for (const std::string& problem : check.problems)
        problems << QString::fromStdString(problem);
    const auto number = [](bool known, std::int64_t value) {
        return Cell{known ? countText(value) : QString(), {}, {}};
    };
    return {{{rtlToolTitle(check.tool), QString::fromStdString(check.command), {}},
             resultCell(check),
             number(simulated, check.images),
             number(simulated, compared),
             number(simulated, different),
             {simulated ? cyclesText(check.leastCycles, check.mostCycles) : QString(), {}, {}},
             number(simulated, check.expectedCycles),
             number(!check.cells.empty(), cells),
             {durationText(check.seconds), {}, {}},
             {problems.join(QStringLiteral("; ")), problems.join(QLatin1Char('\n')), {}}},
            true};
}

/// `layer`: null for input and argmax, whose values are not compared.
PlainTable::Row partRow(const RtlPartCheck& part, const RtlLayerCheck* layer)
{
    return {{{QStringLiteral("    ") + QString::fromStdString(part.name), {}, {}},
             {},
             {},
             {layer ? countText(layer->compared) : QString(), {}, {}},
             {layer ? countText(layer->different) : QString(), {}, {}},
             {cyclesText(part.least, part.most), {}, {}},
             {countText(part.expected), {}, {}}},
            false};
}

/// The layers lie between input and argmax.
void addParts(const RtlCheck& check, PlainTable& table)
{
    for (std::size_t p = 0; p < check.parts.size(); ++p) {
        const bool layer = p > 0 && p <= check.layers.size();
        table.rows.push_back(partRow(check.parts[p], layer ? &check.layers[p - 1] : nullptr));
    }
}

PlainTable::Row cellRow(const RtlCellCount& count)
{
    QStringList types;
    for (const auto& [type, cells] : count.byType)
        types << QStringLiteral("%1 %2").arg(countText(cells), QString::fromStdString(type));
    PlainTable::Row row;
    row.cells.resize(8);
    row.cells[0].text = QStringLiteral("    ") + QString::fromStdString(count.module);
    row.cells[7] = {countText(count.cells), types.join(QLatin1Char('\n')), {}};
    row.cells[0].toolTip = QString::fromStdString(count.command);
    return row;
}

} // namespace

QString rtlToolTitle(RtlTool tool)
{
    switch (tool) {
    case RtlTool::Lint:
        return tr("Lint");
    case RtlTool::Verilator:
        return tr("Verilator");
    case RtlTool::Icarus:
        return tr("Icarus");
    case RtlTool::Yosys:
        return tr("Yosys");
    }
    return {};
}

PlainTable rtlTable(const std::vector<RtlCheck>& checks)
{
    PlainTable table{{{tr("Check"), false, {}},
                      {tr("Result"), false, {}},
                      {tr("Images"), true, {}},
                      {tr("Outputs"), true, tr("outputs of layers compared with the reference model")},
                      {tr("Different"), true, tr("of these, different from the reference model")},
                      {tr("Cycles"), true, tr("counted from start to done, for an image")},
                      {tr("Model"), true, tr("cycles of the cost model, which the counted ones must equal")},
                      {tr("Cells"), true, {}},
                      {tr("Time"), true, {}},
                      {tr("Problems"), false, {}}},
                     {}};
    for (const RtlCheck& check : checks) {
        table.rows.push_back(checkRow(check));
        addParts(check, table);
        for (const RtlCellCount& count : check.cells)
            table.rows.push_back(cellRow(count));
    }
    return table;
}

} // namespace ternbench
