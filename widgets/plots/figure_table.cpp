#include "widgets/plots/figure_table.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

QString quoted(QString text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n'))
        return text;
    return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString headerOf(const FigureColumn& column)
{
    return quoted(column.unit.isEmpty() ? column.name
                                        : QStringLiteral("%1 [%2]").arg(column.name, column.unit));
}

QString cellOf(const FigureColumn& column, std::size_t row)
{
    if (row >= column.values.size() || std::isnan(column.values[row]))
        return {};
    return QString::number(column.values[row], 'g', QLocale::FloatingPointShortest);
}

} // namespace

QByteArray toCsv(const FigureTable& table)
{
    std::size_t rows = 0;
    QStringList header;
    for (const FigureColumn& column : table) {
        rows = std::max(rows, column.values.size());
        header << headerOf(column);
    }
    QByteArray text = header.join(u',').toUtf8() + "\r\n";
    for (std::size_t row = 0; row < rows; ++row) {
        QStringList cells;
        for (const FigureColumn& column : table)
            cells << cellOf(column, row);
        text += cells.join(u',').toUtf8() + "\r\n";
    }
    return text;
}

} // namespace ternbench
