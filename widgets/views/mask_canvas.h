#pragma once

#include "widgets/views/mask_pyramid.h"

#include <QPointF>
#include <QWidget>

#include <memory>
#include <optional>

namespace ternbench {

/// Draws a ternary matrix, one cell a weight: rows downwards, to the right the columns in the order of the
/// groups, so that a group's weights stand side by side. Wheel zooms at the cursor,
/// dragging and arrow keys pan, + and - zoom, F or 0 fits. From 12 pixels a cell on, each cell shows +, − or
/// ·, and borders separate the groups. The image is built when first painted, so a hidden canvas
/// costs nothing.
class MaskCanvas : public QWidget
{
    Q_OBJECT

public:
    struct Cell
    {
        int row = 0, column = 0; ///< as drawn: a coded position of the grouping
        bool operator==(const Cell&) const = default;
    };

    explicit MaskCanvas(QWidget* parent = nullptr);

    /// Keeps zoom and position when the size of the matrix stays the same. `grouping` is of the matrix's rows
    /// and null where it is not known; `groupSize` is N; 0: no groups.
    void setMask(std::shared_ptr<const TernaryMatrix> mask, std::shared_ptr<const Grouping> grouping,
                 int groupSize);
    void setShading(MaskShading shading);
    MaskShading shading() const { return m_shading; }

    /// Pixels (device independent) per weight.
    double cellSize() const { return m_cellSize; }
    /// The weight under a position of the widget, or nothing outside the matrix.
    std::optional<Cell> cellAt(const QPointF& position) const;
    /// The whole matrix, a pixel per weight, as shown by the current shading.
    QImage fullImage();

    QSize minimumSizeHint() const override { return {120, 100}; }
    QSize sizeHint() const override { return {640, 400}; }

public slots:
    void zoomIn() { zoomAt(rect().toRectF().center(), 1.5); }
    void zoomOut() { zoomAt(rect().toRectF().center(), 1.0 / 1.5); }
    void fit();

signals:
    /// The weight under the mouse, as in Cell; (-1,-1) when there is none.
    void hovered(int row, int column);
    void cellSizeChanged(double pixels);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    std::span<const int> columnOrder() const;
    bool hasMask() const { return m_mask && m_mask->rows > 0 && m_mask->columns > 0; }
    double fittingCellSize() const;
    void zoomAt(const QPointF& position, double factor);
    void panBy(const QPointF& delta);
    void keepInSight();
    void emitHover(const QPointF& position);
    void ensurePyramid();
    QRect visibleCells() const;
    void paintHint(QPainter& painter) const;
    void paintImage(QPainter& painter) const;
    void paintGlyphs(QPainter& painter) const;
    void paintGroups(QPainter& painter) const;

    std::shared_ptr<const TernaryMatrix> m_mask;
    std::shared_ptr<const Grouping> m_grouping;
    int m_groupSize = 0;
    MaskShading m_shading = MaskShading::Signs;
    MaskPyramid m_pyramid;
    double m_cellSize = 1.0;
    QPointF m_origin;     ///< where the matrix's upper left corner lies in the widget
    bool m_fitted = true; ///< follow the widget's size until the user zooms or pans
    QPointF m_dragFrom;
    bool m_dragging = false;
};

} // namespace ternbench
