#include "widgets/plots/hover_label.h"

#include <algorithm>

namespace ternbench {

namespace {

constexpr int padding = 5;
constexpr double distance = 12.0; // from the mouse to the box

} // namespace

QPointF placeBeside(const QSizeF& box, const QPointF& anchor, const QRectF& area)
{
    double x = anchor.x() + distance;
    if (x + box.width() > area.right())
        x = anchor.x() - distance - box.width();
    const double lastX = std::max(area.left(), area.right() - box.width());
    const double lastY = std::max(area.top(), area.bottom() - box.height());
    return {std::clamp(x, area.left(), lastX),
            std::clamp(anchor.y() - 0.5 * box.height(), area.top(), lastY)};
}

HoverLabel::HoverLabel(QCustomPlot& plot) : m_item(new QCPItemText(&plot))
{
    m_item->setLayer(QStringLiteral("overlay"));
    m_item->setClipToAxisRect(false);
    m_item->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_item->setTextAlignment(Qt::AlignLeft);
    m_item->setPadding(QMargins(padding, padding, padding, padding));
    m_item->position->setType(QCPItemPosition::ptAbsolute);
    m_item->setSelectable(false);
    m_item->setVisible(false);
}

void HoverLabel::show(const QString& text, const QPointF& anchor, const QRectF& area)
{
    const QSizeF box = textSize(text, m_item->font()) + QSizeF(2 * padding + 2, 2 * padding + 2);
    m_geometry = QRectF(placeBeside(box, anchor, area), box);
    m_item->setText(text);
    m_item->position->setCoords(m_geometry.topLeft());
    m_item->setVisible(true);
}

void HoverLabel::hide()
{
    m_item->setVisible(false);
}

void HoverLabel::applyTheme(const PlotTheme& theme)
{
    m_item->setFont(theme.font);
    m_item->setColor(theme.text);
    m_item->setBrush(theme.box);
    m_item->setPen(QPen(theme.boxBorder, 1));
}

void replotOverlay(QCustomPlot& plot)
{
    plot.layer(QStringLiteral("overlay"))->replot();
}

} // namespace ternbench
