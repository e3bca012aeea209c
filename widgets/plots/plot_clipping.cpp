#include "widgets/plots/plot_clipping.h"

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ternbench {

namespace {

const QPointF gap(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN());

bool isGap(const QPointF& point)
{
    return std::isnan(point.x()) || std::isnan(point.y());
}

/// Cuts a segment to the area; false if no part of it lies there.
bool clipSegment(QPointF& from, QPointF& to, const QRectF& area)
{
    const QPointF start = from, way = to - from;
    const std::array<double, 4> speed{-way.x(), way.x(), -way.y(), way.y()};
    const std::array<double, 4> distance{start.x() - area.left(), area.right() - start.x(),
                                         start.y() - area.top(), area.bottom() - start.y()};
    double enter = 0.0, leave = 1.0;
    for (std::size_t edge = 0; edge < speed.size(); ++edge) {
        if (speed[edge] == 0.0 && distance[edge] < 0.0)
            return false;
        if (speed[edge] < 0.0)
            enter = std::max(enter, distance[edge] / speed[edge]);
        if (speed[edge] > 0.0)
            leave = std::min(leave, distance[edge] / speed[edge]);
    }
    if (enter > leave)
        return false;
    from = start + enter * way;
    to = start + leave * way;
    return true;
}

std::vector<QPointF> pixelsOf(const QCPGraph& graph)
{
    std::vector<QPointF> pixels;
    for (const QCPGraphData& data : *graph.data())
        pixels.push_back(std::isnan(data.value) ? gap : graph.coordsToPixels(data.key, data.value));
    return pixels;
}

QSharedPointer<QCPGraphDataContainer> dataOf(const QCPGraph& graph, const std::vector<QPointF>& pixels)
{
    const auto container = QSharedPointer<QCPGraphDataContainer>::create();
    double key =
        -std::numeric_limits<double>::max(); // of a gap: the key of the point before it keeps the order
    QVector<QCPGraphData> points;
    for (const QPointF& pixel : pixels) {
        double value = gap.y();
        if (!isGap(pixel))
            graph.pixelsToCoords(pixel, key, value);
        points.append(QCPGraphData(key, value));
    }
    container->set(points, true);
    return container;
}

/// The markers of a graph whose points lie in the area, as a graph of their own: the ends of cut lines have
/// none.
QCPGraph* addMarkers(QCustomPlot& plot, const QCPGraph& graph, const std::vector<QPointF>& pixels,
                     const QRectF& area)
{
    std::vector<QPointF> inside;
    for (std::size_t i = 0; i < pixels.size(); i += static_cast<std::size_t>(graph.scatterSkip()) + 1)
        if (!isGap(pixels[i]) && area.contains(pixels[i]))
            inside.push_back(pixels[i]);
    QCPGraph* markers = plot.addGraph(graph.keyAxis(), graph.valueAxis());
    markers->setLineStyle(QCPGraph::lsNone);
    markers->setPen(graph.pen());
    markers->setScatterStyle(graph.scatterStyle());
    markers->setData(dataOf(graph, inside));
    return markers;
}

std::function<void()> clipGraph(QCustomPlot& plot, const QCPAxis& axis, QCPGraph& graph)
{
    const QRectF area(axis.axisRect()->rect());
    const std::vector<QPointF> pixels = pixelsOf(graph);
    const auto data = graph.data();
    const QCPScatterStyle scatter = graph.scatterStyle();
    QCPGraph* markers = nullptr;
    if (!scatter.isNone() && graph.visible()) {
        markers = addMarkers(plot, graph, pixels, area);
        graph.setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssNone));
    }
    const bool steps = graph.lineStyle() == QCPGraph::lsStepLeft;
    graph.setData(dataOf(graph, steps ? clippedSteps(pixels, area) : clippedLine(pixels, area)));
    return [&plot, &graph, data, scatter, markers] {
        if (markers)
            plot.removeGraph(markers);
        graph.setData(data);
        graph.setScatterStyle(scatter);
    };
}

std::function<void()> clipBars(const QCPAxis& keyAxis, const QCPAxis& valueAxis, QCPBars& bars)
{
    const QCPRange keys = keyAxis.range(), values = valueAxis.range();
    const auto data = bars.data();
    const auto clipped = QSharedPointer<QCPBarsDataContainer>::create();
    for (const QCPBarsData& bar : *data)
        if (keys.contains(bar.key) && bar.value > values.lower)
            clipped->add(QCPBarsData(bar.key, std::min(bar.value, values.upper)));
    const double base = bars.baseValue();
    bars.setData(clipped);
    bars.setBaseValue(std::max(base, values.lower));
    return [&bars, data, base] {
        bars.setData(data);
        bars.setBaseValue(base);
    };
}

} // namespace

std::vector<QPointF> clippedLine(const std::vector<QPointF>& line, const QRectF& area)
{
    std::vector<QPointF> parts;
    for (std::size_t i = 1; i < line.size(); ++i) {
        QPointF from = line[i - 1], to = line[i];
        if (isGap(from) || isGap(to) || !clipSegment(from, to, area))
            continue;
        if (parts.empty() || parts.back() != from) {
            if (!parts.empty())
                parts.push_back(gap);
            parts.push_back(from);
        }
        parts.push_back(to);
    }
    return parts;
}

std::vector<QPointF> clippedSteps(const std::vector<QPointF>& steps, const QRectF& area)
{
    std::vector<QPointF> cut;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool endsBefore = i + 1 < steps.size() && steps[i + 1].x() <= area.left();
        if (endsBefore || steps[i].x() > area.right() || isGap(steps[i]))
            continue;
        cut.emplace_back(std::max(steps[i].x(), area.left()),
                         std::clamp(steps[i].y(), area.top(), area.bottom()));
    }
    if (!cut.empty() && !steps.empty() && steps.back().x() > area.right())
        cut.emplace_back(area.right(), cut.back().y());
    return cut;
}

ClippedData::ClippedData(QCustomPlot& plot)
{
    std::vector<QCPAbstractPlottable*> plottables; // a copy: markers are added on the way
    for (int i = 0; i < plot.plottableCount(); ++i)
        plottables.push_back(plot.plottable(i));
    for (QCPAbstractPlottable* plottable : plottables) {
        const QCPAxis* keyAxis = plottable->keyAxis();
        const QCPAxis* valueAxis = plottable->valueAxis();
        if (!keyAxis || !valueAxis)
            continue;
        if (auto* graph = qobject_cast<QCPGraph*>(plottable))
            m_restore.push_back(clipGraph(plot, *keyAxis, *graph));
        else if (auto* bars = qobject_cast<QCPBars*>(plottable))
            m_restore.push_back(clipBars(*keyAxis, *valueAxis, *bars));
    }
}

ClippedData::~ClippedData()
{
    for (const auto& restore : m_restore)
        restore();
}

} // namespace ternbench
