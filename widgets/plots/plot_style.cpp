#include "widgets/plots/plot_style.h"

#include <QFontMetricsF>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace ternbench {

namespace {

struct SeriesColors
{
    QRgb light; // on a light background
    QRgb dark;  // on a dark background
};

// Okabe-Ito: blue, vermillion, bluish green, reddish purple, orange, sky blue. The bright ones are darkened
// for white paper, the deep ones lightened for dark desktops; the hues stay.
constexpr std::array<SeriesColors, seriesStyleCount> seriesColors{{
    {0xff0072b2, 0xff56b4e9},
    {0xffd55e00, 0xfff0883e},
    {0xff007d5c, 0xff2bc59a},
    {0xffa8467f, 0xffe39ac4},
    {0xff9a6a00, 0xfff0d442},
    {0xff2d6f9c, 0xff9ecbff},
}};

constexpr std::array<Qt::PenStyle, seriesStyleCount> seriesLines{
    Qt::SolidLine, Qt::DashLine, Qt::DashDotLine, Qt::DotLine, Qt::DashDotDotLine, Qt::SolidLine};

constexpr std::array<QCPScatterStyle::ScatterShape, seriesStyleCount> seriesMarkers{
    QCPScatterStyle::ssDisc,     QCPScatterStyle::ssSquare,
    QCPScatterStyle::ssTriangle, QCPScatterStyle::ssTriangleInverted,
    QCPScatterStyle::ssDiamond,  QCPScatterStyle::ssPlus};

double linearChannel(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double relativeLuminance(const QColor& color)
{
    return 0.2126 * linearChannel(color.redF()) + 0.7152 * linearChannel(color.greenF()) +
           0.0722 * linearChannel(color.blueF());
}

PlotTheme themeOf(const QColor& background, const QColor& text, const QFont& font)
{
    PlotTheme theme;
    theme.background = background;
    theme.text = text;
    theme.dark = relativeLuminance(background) < relativeLuminance(text);
    theme.axis = mixed(background, text, 0.55);
    theme.grid = mixed(background, text, theme.dark ? 0.17 : 0.13);
    theme.subGrid = mixed(background, text, theme.dark ? 0.08 : 0.06);
    theme.band = mixed(background, text, theme.dark ? 0.07 : 0.05);
    theme.box = mixed(background, text, theme.dark ? 0.10 : 0.0);
    theme.boxBorder = mixed(background, text, 0.35);
    theme.font = font;
    return theme;
}

void applyAxisTheme(QCPAxis& axis, const PlotTheme& theme)
{
    const QPen line(theme.axis, 1);
    axis.setBasePen(line);
    axis.setTickPen(line);
    axis.setSubTickPen(line);
    axis.setTickLabelColor(theme.text);
    axis.setLabelColor(theme.text);
    axis.setTickLabelFont(theme.font);
    axis.setLabelFont(theme.font);
    axis.setTickLabelPadding(4);
    axis.setLabelPadding(3);
    axis.setTickLength(0, 4);
    axis.setSubTickLength(0, 2);
    axis.grid()->setPen(QPen(theme.grid, 1));
    axis.grid()->setSubGridPen(QPen(theme.subGrid, 1));
    axis.grid()->setZeroLinePen(QPen(theme.grid, 1));
}

void applyLegendTheme(QCPLegend& legend, const PlotTheme& theme)
{
    legend.setFont(theme.font);
    legend.setIconSize(28, QFontMetrics(theme.font).height()); // so that icon and words share their middle
    legend.setTextColor(theme.text);
    legend.setBorderPen(Qt::NoPen);
    QColor brush = theme.background;
    brush.setAlpha(215); // inside a plot: what lies below stays visible, the words stay readable
    legend.setBrush(brush);
}

} // namespace

PlotTheme themeFor(const QPalette& palette, const QFont& font)
{
    return themeOf(palette.color(QPalette::Active, QPalette::Base),
                   palette.color(QPalette::Active, QPalette::Text), font);
}

PlotTheme paperTheme(const QFont& font)
{
    return themeOf(Qt::white, QColor(0x1a, 0x1a, 0x1a), font);
}

SeriesStyle seriesStyle(int series, const PlotTheme& theme)
{
    const auto index = static_cast<std::size_t>(std::max(series, 0) % seriesStyleCount);
    const SeriesColors& colors = seriesColors[index];
    return {QColor::fromRgb(theme.dark ? colors.dark : colors.light), seriesLines[index],
            seriesMarkers[index]};
}

void applySeriesStyle(QCPGraph& graph, const SeriesStyle& style, double width)
{
    graph.setPen(QPen(style.color, width, style.line));
    graph.setScatterStyle(QCPScatterStyle(style.marker, QPen(style.color, 1), style.color, 6));
}

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto channel = [share](float from, float to) {
        return static_cast<float>((1.0 - share) * static_cast<double>(from) +
                                  share * static_cast<double>(to));
    };
    return QColor::fromRgbF(channel(a.redF(), b.redF()), channel(a.greenF(), b.greenF()),
                            channel(a.blueF(), b.blueF()));
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const auto [darker, lighter] = std::minmax({relativeLuminance(a), relativeLuminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

QSizeF textSize(const QString& text, const QFont& font)
{
    return QFontMetricsF(font).size(0, text);
}

int legendColumns(const std::vector<int>& entryWidths, int width)
{
    for (std::size_t columns = entryWidths.size(); columns > 1; --columns) {
        std::vector<int> widest(columns, 0);
        for (std::size_t i = 0; i < entryWidths.size(); ++i)
            widest[i % columns] = std::max(widest[i % columns], entryWidths[i]);
        if (std::accumulate(widest.begin(), widest.end(), 0) <= width)
            return static_cast<int>(columns);
    }
    return 1;
}

void applyTheme(QCustomPlot& plot, const PlotTheme& theme)
{
    plot.setBackground(QBrush(theme.background));
    for (QCPAxisRect* rect : plot.axisRects())
        for (QCPAxis* axis : rect->axes())
            applyAxisTheme(*axis, theme);
    for (QCPLegend* legend : plot.findChildren<QCPLegend*>())
        applyLegendTheme(*legend, theme);
}

} // namespace ternbench
