#include "widgets/views/mask_canvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr double maxCellSize = 64.0;
constexpr double glyphCellSize = 12.0; // below it a sign is not legible
constexpr double borderCellSize = 4.0; // below it borders would cover the cells
constexpr double arrowKeyPixels = 48.0;
constexpr double wheelNotch = 120.0; // eighths of a degree, see QWheelEvent::angleDelta()

} // namespace

MaskCanvas::MaskCanvas(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::CrossCursor);
    setAccessibleName(tr("Ternary weight mask"));
}

void MaskCanvas::setMask(std::shared_ptr<const TernaryMatrix> mask, std::shared_ptr<const Grouping> grouping,
                         int groupSize)
{
    const int size = grouping ? groupSize : 0;
    if (mask == m_mask && grouping == m_grouping && size == m_groupSize)
        return;
    const bool sameSize = hasMask() && mask && mask->rows == m_mask->rows && mask->columns == m_mask->columns;
    m_mask = std::move(mask);
    m_grouping = std::move(grouping);
    m_groupSize = size;
    m_pyramid = {};
    if (!sameSize)
        fit();
    update();
}

void MaskCanvas::setShading(MaskShading shading)
{
    m_shading = shading;
    m_pyramid = {};
    update();
}

QImage MaskCanvas::fullImage()
{
    ensurePyramid();
    return m_pyramid.isEmpty() ? QImage() : m_pyramid.level(0);
}

std::span<const int> MaskCanvas::columnOrder() const
{
    return m_grouping ? std::span<const int>(m_grouping->order) : std::span<const int>();
}

void MaskCanvas::ensurePyramid()
{
    if (m_pyramid.isEmpty() && hasMask())
        m_pyramid = MaskPyramid(*m_mask, m_shading, columnOrder());
}

std::optional<MaskCanvas::Cell> MaskCanvas::cellAt(const QPointF& position) const
{
    if (!hasMask())
        return std::nullopt;
    const QPointF at = (position - m_origin) / m_cellSize;
    const Cell cell{int(std::floor(at.y())), int(std::floor(at.x()))};
    if (cell.row < 0 || cell.column < 0 || cell.row >= m_mask->rows || cell.column >= m_mask->columns)
        return std::nullopt;
    return cell;
}

double MaskCanvas::fittingCellSize() const
{
    if (!hasMask())
        return 1.0;
    const double size = std::min(double(width()) / m_mask->columns, double(height()) / m_mask->rows);
    return std::clamp(size, 1e-3, maxCellSize);
}

void MaskCanvas::fit()
{
    m_fitted = true;
    m_cellSize = fittingCellSize();
    keepInSight();
    emit cellSizeChanged(m_cellSize);
    update();
}

void MaskCanvas::zoomAt(const QPointF& position, double factor)
{
    if (!hasMask())
        return;
    const double least = std::min(fittingCellSize(), 1.0);
    const double size = std::clamp(m_cellSize * factor, least, maxCellSize);
    m_origin = position - (position - m_origin) * (size / m_cellSize);
    m_cellSize = size;
    m_fitted = false;
    keepInSight();
    emit cellSizeChanged(m_cellSize);
    emitHover(mapFromGlobal(QCursor::pos()));
    update();
}

void MaskCanvas::panBy(const QPointF& delta)
{
    m_origin += delta;
    m_fitted = false;
    keepInSight();
    update();
}

/// Along each axis: centred when the matrix is smaller than the widget, otherwise without a gap at the edges.
void MaskCanvas::keepInSight()
{
    if (!hasMask())
        return;
    const auto placed = [](double origin, double length, double space) {
        return length <= space ? (space - length) / 2.0 : std::clamp(origin, space - length, 0.0);
    };
    m_origin.setX(placed(m_origin.x(), m_cellSize * m_mask->columns, width()));
    m_origin.setY(placed(m_origin.y(), m_cellSize * m_mask->rows, height()));
}

void MaskCanvas::resizeEvent(QResizeEvent*)
{
    if (m_fitted)
        fit();
    else
        keepInSight();
}

void MaskCanvas::wheelEvent(QWheelEvent* event)
{
    const double notches = event->angleDelta().y() / wheelNotch;
    if (notches != 0.0)
        zoomAt(event->position(), std::pow(1.25, notches));
    event->accept();
}

void MaskCanvas::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_dragging = true;
    m_dragFrom = event->position();
    setCursor(Qt::ClosedHandCursor);
}

void MaskCanvas::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging) {
        panBy(event->position() - m_dragFrom);
        m_dragFrom = event->position();
    }
    emitHover(event->position());
}

void MaskCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_dragging = false;
    setCursor(Qt::CrossCursor);
}

void MaskCanvas::leaveEvent(QEvent*)
{
    emit hovered(-1, -1);
}

void MaskCanvas::emitHover(const QPointF& position)
{
    const std::optional<Cell> cell = rect().contains(position.toPoint()) ? cellAt(position) : std::nullopt;
    emit hovered(cell ? cell->row : -1, cell ? cell->column : -1);
}

void MaskCanvas::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomIn();
    case Qt::Key_Minus:
        return zoomOut();
    case Qt::Key_F:
    case Qt::Key_0:
        return fit();
    case Qt::Key_Left:
        return panBy({arrowKeyPixels, 0});
    case Qt::Key_Right:
        return panBy({-arrowKeyPixels, 0});
    case Qt::Key_Up:
        return panBy({0, arrowKeyPixels});
    case Qt::Key_Down:
        return panBy({0, -arrowKeyPixels});
    default:
        QWidget::keyPressEvent(event);
    }
}

void MaskCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().window());
    if (!hasMask())
        return paintHint(painter);
    ensurePyramid();
    paintImage(painter);
    if (m_cellSize >= borderCellSize)
        paintGroups(painter);
    if (m_cellSize >= glyphCellSize)
        paintGlyphs(painter);
    if (hasFocus()) {
        painter.setPen(palette().highlight().color());
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void MaskCanvas::paintHint(QPainter& painter) const
{
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(
        rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
        tr("The coded weights appear here after the first epoch of a coded stage. Floats have none."));
}

void MaskCanvas::paintImage(QPainter& painter) const
{
    const int index = m_pyramid.levelFor(m_cellSize * devicePixelRatioF());
    const QImage& image = m_pyramid.level(index);
    const double pixel = m_cellSize * std::exp2(index); // of this level, in the widget's units
    const QRectF seen = QRectF(-m_origin / pixel, QSizeF(size()) / pixel)
                            .intersected(QRectF(QPointF(), QSizeF(image.size())));
    const QRect source = seen.toAlignedRect().intersected(image.rect());
    const QRectF target(m_origin + QPointF(source.topLeft()) * pixel, QSizeF(source.size()) * pixel);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, pixel * devicePixelRatioF() < 2.0);
    painter.drawImage(target, image, source);
}

QRect MaskCanvas::visibleCells() const
{
    const QRectF seen(-m_origin / m_cellSize, QSizeF(size()) / m_cellSize);
    return seen.toAlignedRect().intersected(QRect(0, 0, m_mask->columns, m_mask->rows));
}

void MaskCanvas::paintGlyphs(QPainter& painter) const
{
    QFont font = painter.font();
    font.setPixelSize(std::max(8, int(m_cellSize * 0.7)));
    painter.setFont(font);
    const QRect cells = visibleCells();
    for (int row = cells.top(); row <= cells.bottom(); ++row)
        for (int column = cells.left(); column <= cells.right(); ++column) {
            const int input = m_grouping ? m_grouping->at(column) : column;
            const int weight =
                m_mask->values[std::size_t(row) * std::size_t(m_mask->columns) + std::size_t(input)];
            const bool onDark = maskLuminance(weight, m_shading) < 128;
            painter.setPen(onDark ? Qt::white : Qt::black);
            const QRectF cell(m_origin + QPointF(column, row) * m_cellSize, QSizeF(m_cellSize, m_cellSize));
            painter.drawText(cell, Qt::AlignCenter, weight > 0 ? tr("+") : weight < 0 ? tr("−") : tr("·"));
        }
}

void MaskCanvas::paintGroups(QPainter& painter) const
{
    const QRect cells = visibleCells();
    const double top = m_origin.y() + cells.top() * m_cellSize;
    const double bottom = m_origin.y() + (cells.bottom() + 1) * m_cellSize;
    const double left = m_origin.x() + cells.left() * m_cellSize;
    const double right = m_origin.x() + (cells.right() + 1) * m_cellSize;
    QPen pen(palette().color(QPalette::Highlight), m_cellSize >= glyphCellSize ? 2.0 : 1.0);
    painter.setPen(pen);
    const auto drawBorder = [&](int column) {
        const double x = m_origin.x() + column * m_cellSize;
        painter.drawLine(QPointF(x, top), QPointF(x, bottom));
    };
    if (m_groupSize > 0 && !cells.isEmpty()) {
        const int last = m_grouping->groupOf(cells.right(), m_groupSize);
        for (int group = m_grouping->groupOf(cells.left(), m_groupSize); group <= last; ++group)
            drawBorder(m_grouping->group(group, m_groupSize).first);
        if (cells.right() + 1 == m_mask->columns)
            drawBorder(m_mask->columns);
    }
    pen.setWidthF(0.5);
    painter.setPen(pen);
    for (int row = cells.top(); row <= cells.bottom() + 1; ++row) {
        const double y = m_origin.y() + row * m_cellSize;
        painter.drawLine(QPointF(left, y), QPointF(right, y));
    }
}

} // namespace ternbench
