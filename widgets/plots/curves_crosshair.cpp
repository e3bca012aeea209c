#include "widgets/plots/curves_crosshair.h"

#include <QCoreApplication>

#include <algorithm>

namespace ternbench {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ternbench::CurvesCrosshair", text);
}

QString lossText(double nats)
{
    return QString::number(nats, 'f', 4);
}

QString errorText(double share)
{
    return QString::number(100.0 * share, 'f', 2) + QStringLiteral(" %");
}

} // namespace

QString readOut(const EpochPoint& point, std::span<const StageSpan> stages)
{
    QString title = tr("epoch %1").arg(point.epoch);
    if (const auto stage = spanOfEpoch(stages, point.epoch))
        title += QStringLiteral(" · ") + stages[*stage].label;
    const QStringList lines{title, tr("train loss  %1").arg(lossText(point.trainLoss)),
                            tr("test loss  %1").arg(lossText(point.testLoss)),
                            tr("train error  %1").arg(errorText(point.trainError)),
                            tr("test error  %1").arg(errorText(point.testError))};
    return lines.join(u'\n');
}

CurvesCrosshair::CurvesCrosshair(QCustomPlot& plot, QCPAxisRect& upper, QCPAxisRect& lower)
    : m_plot(plot), m_upper(upper), m_lower(lower), m_label(plot)
{
    for (QCPItemLine*& line : m_lines) {
        line = new QCPItemLine(&plot);
        line->setLayer(QStringLiteral("overlay"));
        line->setClipToAxisRect(false);
        line->setSelectable(false);
        line->setVisible(false);
        line->setAntialiased(false);
        line->start->setType(QCPItemPosition::ptAbsolute);
        line->end->setType(QCPItemPosition::ptAbsolute);
    }
}

QRectF CurvesCrosshair::area() const
{
    return QRectF(m_upper.rect().united(m_lower.rect())).adjusted(2, 2, -2, -2);
}

void CurvesCrosshair::moveTo(const QPointF& position, std::span<const EpochPoint> points,
                             std::span<const StageSpan> stages)
{
    const bool inside =
        m_upper.rect().contains(position.toPoint()) || m_lower.rect().contains(position.toPoint());
    const double x = m_upper.axis(QCPAxis::atBottom)->pixelToCoord(position.x());
    const auto index = inside ? nearestEpoch(points, x) : std::nullopt;
    if (index)
        showAt(*index, position.y(), points, stages);
    else
        hide();
}

void CurvesCrosshair::step(int offset, std::span<const EpochPoint> points, std::span<const StageSpan> stages)
{
    if (points.empty())
        return;
    const auto last = static_cast<std::ptrdiff_t>(points.size()) - 1;
    const auto wanted = m_index ? static_cast<std::ptrdiff_t>(*m_index) + offset : last;
    showAt(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(wanted, 0, last)), area().center().y(), points,
           stages);
}

void CurvesCrosshair::showAt(std::size_t index, double y, std::span<const EpochPoint> points,
                             std::span<const StageSpan> stages)
{
    if (!place(index, y, points, stages)) {
        hide();
        return;
    }
    m_index = index;
    m_y = y;
    setVisible(true);
    replotOverlay(m_plot);
}

bool CurvesCrosshair::place(std::size_t index, double y, std::span<const EpochPoint> points,
                            std::span<const StageSpan> stages)
{
    const double x = m_upper.axis(QCPAxis::atBottom)->coordToPixel(points[index].epoch);
    if (x < m_upper.left() || x > m_upper.right() + 1) // zoomed in between two epochs
        return false;
    const std::array<const QCPAxisRect*, 2> rects{&m_upper, &m_lower};
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        m_lines[i]->start->setCoords(x, rects[i]->top());
        m_lines[i]->end->setCoords(x, rects[i]->bottom());
    }
    m_label.show(readOut(points[index], stages), QPointF(x, y), area());
    return true;
}

void CurvesCrosshair::arrange(std::span<const EpochPoint> points, std::span<const StageSpan> stages)
{
    if (m_index && (*m_index >= points.size() || !place(*m_index, m_y, points, stages))) {
        m_index.reset();
        setVisible(false);
    }
}

void CurvesCrosshair::setVisible(bool visible)
{
    for (QCPItemLine* line : m_lines)
        line->setVisible(visible);
    if (!visible)
        m_label.hide();
}

void CurvesCrosshair::hide()
{
    if (!m_index)
        return;
    m_index.reset();
    setVisible(false);
    replotOverlay(m_plot);
}

void CurvesCrosshair::applyTheme(const PlotTheme& theme)
{
    for (QCPItemLine* line : m_lines)
        line->setPen(QPen(theme.axis, 1));
    m_label.applyTheme(theme);
}

} // namespace ternbench
