#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

namespace ternbench {

/// One column of the data behind a figure. Columns of a table may differ in length.
struct FigureColumn
{
    QString name;               ///< "train loss"
    QString unit;               ///< "nats", "%"; empty for plain numbers
    std::vector<double> values; ///< NaN: no value in this row
};

using FigureTable = std::vector<FigureColumn>;

/// RFC 4180 text in UTF-8: a header row "train loss [nats],...", then one row per value, the shortest digits
/// that read back to the same double, empty cells where a column has no value.
QByteArray toCsv(const FigureTable& table);

} // namespace ternbench
