#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <qcustomplot.h>

#include <vector>

/// How all plots look: derived from the palette in use, so that light and dark desktops both get readable
/// figures. Series differ by line and marker as well as by colour.
namespace ternbench {

struct PlotTheme
{
    QColor background;
    QColor text;
    QColor axis;
    QColor grid;
    QColor subGrid;
    QColor band; ///< every other stage lies on this
    QColor box;  ///< background of read-outs and legends inside a plot
    QColor boxBorder;
    bool dark = false;
    QFont font;
};

/// Follows the palette of the desktop.
PlotTheme themeFor(const QPalette& palette, const QFont& font);

/// White paper: for saved figures, whatever the desktop's palette.
PlotTheme paperTheme(const QFont& font);

struct SeriesStyle
{
    QColor color;
    Qt::PenStyle line = Qt::SolidLine;
    QCPScatterStyle::ScatterShape marker = QCPScatterStyle::ssNone;
};

/// Style of series 0, 1, ...; repeats after `seriesStyleCount`. The colours are those of M. Okabe and K. Ito,
/// "Color Universal Design" (2008), darkened or lightened until they stand out from the background with a
/// contrast of at least 3:1.
SeriesStyle seriesStyle(int series, const PlotTheme& theme);
inline constexpr int seriesStyleCount = 6;

/// Values as QCustomPlot takes them.
inline QVector<double> toQt(const std::vector<double>& values)
{
    return {values.begin(), values.end()};
}

/// Pen and markers of one series.
void applySeriesStyle(QCPGraph& graph, const SeriesStyle& style, double width);

/// (1-share)·a + share·b, per channel.
QColor mixed(const QColor& a, const QColor& b, double share);

/// Contrast of two opaque colours by WCAG 2.1, 1..21.
double contrastRatio(const QColor& a, const QColor& b);

/// Width in device-independent pixels of the widest line, and height of all lines.
QSizeF textSize(const QString& text, const QFont& font);

/// The most columns, filled row by row and each as wide as its widest entry, that fit into `width`; at
/// least 1.
int legendColumns(const std::vector<int>& entryWidths, int width);

/// Everything in the plot that belongs to no series: background, axes, grids and legends.
void applyTheme(QCustomPlot& plot, const PlotTheme& theme);

} // namespace ternbench
