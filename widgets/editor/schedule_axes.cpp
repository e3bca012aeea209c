#include "widgets/editor/schedule_axes.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {
constexpr double floatFrom = 8.5;    // no code stores more than 8 bits for a weight: the rest is float
constexpr double floatLevel = 0.06;  // of the height, from the top
constexpr double linearShare = 0.70; // of the height, when the axis is broken
} // namespace

ScheduleAxes::ScheduleAxes(const QRectF& plot, double epochs, const std::vector<double>& bits)
    : m_plot(plot), m_epochs(std::max(epochs, 1.0))
{
    for (const double level : bits) {
        if (level >= floatFrom)
            m_broken = true;
        else if (std::isfinite(level))
            m_codedTop = std::max(m_codedTop, static_cast<int>(std::ceil(level)));
    }
}

double ScheduleAxes::x(double epoch) const
{
    return m_plot.left() + m_plot.width() * epoch / m_epochs;
}

double ScheduleAxes::epoch(double x) const
{
    return m_plot.width() > 0.0 ? (x - m_plot.left()) / m_plot.width() * m_epochs : 0.0;
}

double ScheduleAxes::linearTopY() const
{
    return m_plot.bottom() - m_plot.height() * (m_broken ? linearShare : 0.95);
}

double ScheduleAxes::y(double bits) const
{
    if (bits >= floatFrom)
        return m_plot.top() + m_plot.height() * floatLevel;
    return m_plot.bottom() + (linearTopY() - m_plot.bottom()) * bits / m_codedTop;
}

double ScheduleAxes::breakY() const
{
    return (y(32.0) + linearTopY()) / 2.0;
}

} // namespace ternbench
