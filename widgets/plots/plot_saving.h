#pragma once

#include "widgets/plots/figure_table.h"

#include <QSize>
#include <QString>

class QCustomPlot;

namespace ternbench {

/// Writes the plot as it stands to a file of the kind that the path's extension names: .png (twice `size` in
/// pixels), .svg and .pdf (vector graphics), .csv (`table`, the data behind the plot). `size` is in
/// device-independent pixels. The file appears complete or not at all. The overlay layer (read-outs under the
/// mouse) is left out. Returns an empty string, or what went wrong, for the user to read.
QString saveFigure(QCustomPlot& plot, const QSize& size, const FigureTable& table, const QString& path);

/// Filters of a file dialog, one a kind, in the order png, svg, pdf, csv.
QStringList figureFilters();

} // namespace ternbench
