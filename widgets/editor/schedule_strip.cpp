#include "widgets/editor/schedule_strip.h"

#include <QHelpEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ternbench {

namespace {

constexpr double grabDistance = 5.0; // pixels to either side of a boundary
constexpr double spareShare = 1.08;  // room to the right, into which the end can be dragged

QString epochsText(int epochs)
{
    return epochs == 1 ? ScheduleStrip::tr("1 epoch") : ScheduleStrip::tr("%1 epochs").arg(epochs);
}

QString levelText(double bits)
{
    return bits >= 8.5 ? QStringLiteral("32") : QString::number(bits, 'f', 2);
}

/// "1.00", or "1.63–1.00" over a growing stage.
QString levelsText(const PlannedStage& stage)
{
    const QString end = levelText(stage.bitsPerWeight);
    if (stage.growth == Growth::AtOnce)
        return end;
    return levelText(stage.bitsPerWeightAt(0.0)) + QStringLiteral("–") + end;
}

/// Points of the curve that a growing stage follows: enough for the strip's width.
constexpr int curvePoints = 32;

/// Bits per weight from the stage's first epoch to its last: two points, or a curve.
QPolygonF levelLine(const ScheduleAxes& axes, const PlannedStage& stage, int firstEpoch, int epochs)
{
    const int steps = stage.growth == Growth::AtOnce ? 1 : curvePoints;
    QPolygonF line;
    for (int i = 0; i <= steps; ++i) {
        const double progress = static_cast<double>(i) / steps;
        line << QPointF(axes.x(firstEpoch + progress * epochs), axes.y(stage.bitsPerWeightAt(progress)));
    }
    return line;
}

} // namespace

ScheduleStrip::ScheduleStrip(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Bits per weight over the epochs"));
}

void ScheduleStrip::setPlan(const std::vector<PlannedStage>& plan)
{
    m_plan = plan;
    m_drag.reset();
    QStringList texts;
    for (int stage = 0; stage < static_cast<int>(plan.size()); ++stage)
        texts << stageText(stage);
    setAccessibleDescription(texts.join(QStringLiteral("; ")));
    update();
}

QSize ScheduleStrip::sizeHint() const
{
    return {300, fontMetrics().height() * 10};
}

QSize ScheduleStrip::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

std::vector<int> ScheduleStrip::shownEpochs() const
{
    if (m_drag)
        return m_drag->epochs;
    std::vector<int> epochs;
    for (const PlannedStage& stage : m_plan)
        epochs.push_back(stage.epochs);
    return epochs;
}

int ScheduleStrip::totalEpochs(const std::vector<int>& epochs) const
{
    return std::accumulate(epochs.begin(), epochs.end(), 0);
}

ScheduleAxes ScheduleStrip::axes() const
{
    const int line = fontMetrics().height();
    const int left = fontMetrics().horizontalAdvance(QStringLiteral("32")) + 10;
    const QRectF plot = QRectF(rect()).adjusted(left, line + 4, -2, -(line + 6));
    std::vector<double> bits;
    for (const PlannedStage& stage : m_plan)
        for (const double level : {stage.bitsPerWeightAt(0.0), stage.bitsPerWeight})
            bits.push_back(level);
    const double span = m_drag ? m_drag->spanEpochs : spareShare * totalEpochs(shownEpochs());
    return {plot, span, bits};
}

double ScheduleStrip::boundaryX(int stage) const
{
    const std::vector<int> epochs = shownEpochs();
    const int end = std::accumulate(epochs.begin(), epochs.begin() + stage + 1, 0);
    return axes().x(end);
}

std::optional<int> ScheduleStrip::boundaryAt(double x) const
{
    std::optional<int> nearest;
    double distance = grabDistance;
    for (int stage = 0; stage < static_cast<int>(m_plan.size()); ++stage) {
        const double away = std::abs(boundaryX(stage) - x);
        if (away <= distance) {
            distance = away;
            nearest = stage;
        }
    }
    return nearest;
}

int ScheduleStrip::stageAt(double x) const
{
    for (int stage = 0; stage < static_cast<int>(m_plan.size()); ++stage)
        if (x < boundaryX(stage))
            return stage;
    return -1;
}

QString ScheduleStrip::stageText(int stage) const
{
    const std::vector<int> all = shownEpochs();
    const int epochs = all[static_cast<std::size_t>(stage)];
    const PlannedStage& planned = m_plan[static_cast<std::size_t>(stage)];
    return tr("Stage %1, %2: %3, %4 bits per weight")
        .arg(stage + 1)
        .arg(QString::fromStdString(planned.label), epochsText(epochs), levelsText(planned));
}

// ---- dragging ----

void ScheduleStrip::mousePressEvent(QMouseEvent* event)
{
    const auto boundary = boundaryAt(event->position().x());
    if (event->button() != Qt::LeftButton || !boundary)
        return;
    const std::vector<int> epochs = shownEpochs();
    m_drag = Drag{*boundary, epochs, spareShare * totalEpochs(epochs)};
}

void ScheduleStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag)
        dragTo(event->position().x());
    else
        setCursor(boundaryAt(event->position().x()) ? Qt::SplitHCursor : Qt::ArrowCursor);
}

void ScheduleStrip::dragTo(double x)
{
    std::vector<int>& epochs = m_drag->epochs;
    const auto stage = static_cast<std::size_t>(m_drag->stage);
    const int start = std::accumulate(epochs.begin(), epochs.begin() + m_drag->stage, 0);
    const bool isEnd = stage + 1 == epochs.size();
    const int both = isEnd ? 0 : epochs[stage] + epochs[stage + 1];
    const int most = isEnd ? 100'000 : std::max(1, both - 1); // each stage keeps an epoch
    const double wanted = std::clamp(axes().epoch(x) - start, 1.0, static_cast<double>(most));
    epochs[stage] = static_cast<int>(std::lround(wanted));
    if (!isEnd)
        epochs[stage + 1] = both - epochs[stage];
    update();
}

void ScheduleStrip::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_drag)
        return;
    dragTo(event->position().x());
    const Drag drag = *m_drag;
    m_drag.reset();
    update();
    if (drag.epochs != shownEpochs())
        emit epochsDragged(drag.epochs, drag.stage);
}

bool ScheduleStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int stage = stageAt(help->pos().x());
    QToolTip::showText(help->globalPos(),
                       stage < 0 ? tr("Drag a boundary to change the epochs of a stage")
                                 : tr("%1\nDrag a boundary to change the epochs").arg(stageText(stage)),
                       this);
    return true;
}

// ---- painting ----

void ScheduleStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_plan.empty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Drawn as soon as all values are valid"));
        return;
    }
    const ScheduleAxes shown = axes();
    const std::vector<int> epochs = shownEpochs();
    int first = 0;
    for (int stage = 0; stage < static_cast<int>(m_plan.size()); ++stage) {
        const int length = epochs[static_cast<std::size_t>(stage)];
        paintStage(painter, shown, stage, first, length);
        first += length;
    }
    paintAxis(painter, shown);
    paintEpochNumbers(painter, shown);
}

void ScheduleStrip::paintAxis(QPainter& painter, const ScheduleAxes& axes) const
{
    const QRectF& plot = axes.plot();
    const QColor ink = palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::Text);
    const int line = fontMetrics().height();
    painter.setPen(ink);
    painter.drawText(QRectF(0, 0, width(), line), Qt::AlignLeft, tr("bits per weight"));
    painter.drawText(QRectF(0, 0, width() - 2, line), Qt::AlignRight, epochsText(totalEpochs(shownEpochs())));
    painter.drawLine(plot.topLeft(), plot.bottomLeft());
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());

    const auto label = [&](double bits) {
        const double y = axes.y(bits);
        painter.drawLine(QPointF(plot.left() - 3, y), QPointF(plot.left(), y));
        painter.drawText(QRectF(0, y - line / 2.0, plot.left() - 5, line), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(bits));
    };
    const int step = std::max(1, axes.codedTop() / 3);
    for (int bits = 0; bits <= axes.codedTop(); bits += step)
        label(bits);
    if (!axes.isBroken())
        return;
    label(32);
    // Two slanted strokes: the axis leaves something out here.
    const double y = axes.breakY();
    painter.setPen(QPen(palette().color(QPalette::Window), 3));
    painter.drawLine(QPointF(plot.left(), y - 2), QPointF(plot.left(), y + 2));
    painter.setPen(ink);
    for (const double offset : {-2.0, 2.0})
        painter.drawLine(QPointF(plot.left() - 4, y + offset + 2), QPointF(plot.left() + 4, y + offset - 2));
}

void ScheduleStrip::paintStage(QPainter& painter, const ScheduleAxes& axes, int stage, int firstEpoch,
                               int epochs) const
{
    const PlannedStage& planned = m_plan[static_cast<std::size_t>(stage)];
    const QPalette::ColorGroup group = isEnabled() ? QPalette::Active : QPalette::Disabled;
    const QRectF area(QPointF(axes.x(firstEpoch), axes.y(planned.bitsPerWeight)),
                      QPointF(axes.x(firstEpoch + epochs), axes.plot().bottom()));
    QColor fill = palette().color(group, QPalette::Highlight);
    fill.setAlphaF(stage % 2 == 0 ? 0.28F : 0.16F);
    const QPolygonF level = levelLine(axes, planned, firstEpoch, epochs);
    QPolygonF filled = level;
    filled << area.bottomRight() << area.bottomLeft();
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawPolygon(filled);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette().color(group, QPalette::Highlight), 2));
    painter.drawPolyline(level);
    QPen boundary(palette().color(group, QPalette::Text), m_drag && m_drag->stage == stage ? 2 : 1,
                  Qt::DashLine);
    painter.setPen(boundary);
    painter.drawLine(QPointF(area.right(), axes.plot().top()), QPointF(area.right(), axes.plot().bottom()));

    // What fits: label over bits, or the label alone turned by 90 degrees, or nothing (there is the tool
    // tip).
    painter.setPen(palette().color(group, QPalette::Text));
    const QString label = QString::fromStdString(planned.label);
    const QString bits = levelsText(planned);
    const double needed =
        std::max(fontMetrics().horizontalAdvance(label), fontMetrics().horizontalAdvance(bits));
    const double line = fontMetrics().height();
    if (needed + 4 <= area.width()) {
        const QRectF text(area.left(), axes.plot().bottom() - 2 * line - 2, area.width(), 2 * line);
        painter.drawText(text, Qt::AlignCenter, label + QLatin1Char('\n') + bits);
    } else if (line <= area.width()) {
        painter.save();
        painter.translate(area.center().x(), axes.plot().bottom() - 4);
        painter.rotate(-90);
        painter.drawText(QRectF(0, -line / 2.0, axes.plot().height(), line), Qt::AlignLeft | Qt::AlignVCenter,
                         label);
        painter.restore();
    }
}

void ScheduleStrip::paintEpochNumbers(QPainter& painter, const ScheduleAxes& axes) const
{
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::Text));
    const double top = axes.plot().bottom() + 4;
    double free = -1e9; // right end of the last number drawn
    const auto draw = [&](int epoch) {
        const QString text = QString::number(epoch);
        const double half = fontMetrics().horizontalAdvance(text) / 2.0;
        if (axes.x(epoch) - half < free + 4)
            return;
        free = axes.x(epoch) + half;
        painter.drawText(QRectF(axes.x(epoch) - half - 1, top, 2 * half + 2, fontMetrics().height()),
                         Qt::AlignCenter, text);
    };
    int epoch = 0;
    draw(0);
    for (const int length : shownEpochs())
        draw(epoch += length);
}

} // namespace ternbench
