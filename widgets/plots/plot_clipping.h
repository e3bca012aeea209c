#pragma once

#include <QPointF>
#include <QRectF>

#include <functional>
#include <vector>

class QCustomPlot;

namespace ternbench {

/// The parts of a polyline that lie in `area`, one after the other, with a NaN point between two parts
/// (Liang and Barsky, "A new concept and method for line clipping", ACM TOG 3(1), 1984). A NaN point in the
/// input is a gap.
std::vector<QPointF> clippedLine(const std::vector<QPointF>& line, const QRectF& area);

/// The same for steps, where point i holds its y until the x of point i+1; x ascending. Heights beyond the
/// area are cut off at its edge, and the last point stands at or before the right edge.
std::vector<QPointF> clippedSteps(const std::vector<QPointF>& steps, const QRectF& area);

/// While it lives, every graph and every bar of the plot is cut to its axis rect: for paint devices that
/// cannot clip (QSvgGenerator). Afterwards the plot has its own data back.
class ClippedData
{
public:
    explicit ClippedData(QCustomPlot& plot);
    ~ClippedData();
    ClippedData(const ClippedData&) = delete;
    ClippedData& operator=(const ClippedData&) = delete;

private:
    std::vector<std::function<void()>> m_restore;
};

} // namespace ternbench
