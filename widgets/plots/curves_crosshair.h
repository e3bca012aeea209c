#pragma once

#include "widgets/plots/curve_data.h"
#include "widgets/plots/hover_label.h"

#include <array>

namespace ternbench {

/// What the read-out says about one epoch: a line per value, the stage it belongs to.
QString readOut(const EpochPoint& point, std::span<const StageSpan> stages);

/// A vertical line through stacked axis rects that snaps to the nearest epoch, with a read-out beside it.
class CurvesCrosshair
{
public:
    CurvesCrosshair(QCustomPlot& plot, QCPAxisRect& upper, QCPAxisRect& lower);

    /// The mouse is at `position`; snaps to the nearest of `points`. Hides itself outside the axis rects.
    void moveTo(const QPointF& position, std::span<const EpochPoint> points,
                std::span<const StageSpan> stages);
    /// Shows the epoch `offset` points after the present one (-1: the one before; without a present one the
    /// last).
    void step(int offset, std::span<const EpochPoint> points, std::span<const StageSpan> stages);
    void hide();
    /// Follows new ranges and values: to be called after the layout of a replot, which then draws it.
    void arrange(std::span<const EpochPoint> points, std::span<const StageSpan> stages);

    std::optional<std::size_t> index() const { return m_index; }
    const HoverLabel& label() const { return m_label; }
    void applyTheme(const PlotTheme& theme);

private:
    void showAt(std::size_t index, double y, std::span<const EpochPoint> points,
                std::span<const StageSpan> stages);
    bool place(std::size_t index, double y, std::span<const EpochPoint> points,
               std::span<const StageSpan> stages);
    void setVisible(bool visible);
    QRectF area() const;

    QCustomPlot& m_plot;
    QCPAxisRect& m_upper;
    QCPAxisRect& m_lower;
    std::array<QCPItemLine*, 2> m_lines{};
    HoverLabel m_label;
    std::optional<std::size_t> m_index;
    double m_y = 0.0; ///< where the read-out was last asked for, in pixels
};

} // namespace ternbench
