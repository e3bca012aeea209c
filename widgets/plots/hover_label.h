#pragma once

#include "widgets/plots/plot_style.h"

namespace ternbench {

/// Top left corner for a box beside `anchor` (pixels): right of it where there is room, else left, always
/// inside `area` (at its top left corner if the box is larger than the area).
QPointF placeBeside(const QSizeF& box, const QPointF& anchor, const QRectF& area);

/// A small box of text beside the mouse, on the overlay layer: that layer has a buffer of its own, so that
/// moving the box does not draw the plot again.
class HoverLabel
{
public:
    explicit HoverLabel(QCustomPlot& plot);

    void show(const QString& text, const QPointF& anchor, const QRectF& area);
    void hide();
    bool isVisible() const { return m_item->visible(); }
    QString text() const { return m_item->text(); }
    /// Where the box lies, in pixels of the plot.
    QRectF geometry() const { return m_geometry; }
    void applyTheme(const PlotTheme& theme);

private:
    QCPItemText* m_item; ///< owned by the plot
    QRectF m_geometry;
};

/// Draws the overlay layer alone.
void replotOverlay(QCustomPlot& plot);

} // namespace ternbench
