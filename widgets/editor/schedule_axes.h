#pragma once

#include <QRectF>

#include <vector>

namespace ternbench {

/// Where epochs and bits per weight lie in a schedule strip.
///
/// Float's 32 bits would press all codes, which differ by fractions of a bit, to the bottom. The vertical
/// axis is therefore broken: linear from 0 to `codedTop` over most of the height, and one level for float
/// above the break (only if there is a float stage).
class ScheduleAxes
{
public:
    ScheduleAxes() = default;
    /// `epochs` is what the width stands for; `bits` are the levels to be shown.
    ScheduleAxes(const QRectF& plot, double epochs, const std::vector<double>& bits);

    double x(double epoch) const;
    double epoch(double x) const;
    double y(double bits) const;

    bool isBroken() const { return m_broken; }
    /// Middle of the gap in the axis.
    double breakY() const;
    /// Whole bits, at least 1: the upper end of the linear part.
    int codedTop() const { return m_codedTop; }
    const QRectF& plot() const { return m_plot; }

private:
    double linearTopY() const;

    QRectF m_plot;
    double m_epochs = 1.0;
    int m_codedTop = 1;
    bool m_broken = false;
};

} // namespace ternbench
