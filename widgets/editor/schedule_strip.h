#pragma once

#include "experiments/plan.h"
#include "widgets/editor/schedule_axes.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace ternbench {

/// Bits per weight over the epochs of a schedule, as steps. The boundary between two stages can be dragged:
/// epochs go from one stage to the other; dragging the end of the schedule changes the last stage.
class ScheduleStrip : public QWidget
{
    Q_OBJECT

public:
    explicit ScheduleStrip(QWidget* parent = nullptr);

    /// Shows the stages; a drag under way is given up.
    void setPlan(const std::vector<PlannedStage>& plan);

    /// Horizontal position of a stage's right boundary, in the widget's coordinates.
    double boundaryX(int stage) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// A drag has ended: the epochs of every stage. Emitted once a drag, and only if something changed.
    void epochsDragged(const std::vector<int>& epochs, int stage);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Drag
    {
        int stage = 0; ///< its right boundary
        std::vector<int> epochs;
        double spanEpochs = 1.0; ///< the axis stays as it was when the drag began
    };

    int totalEpochs(const std::vector<int>& epochs) const;
    std::vector<int> shownEpochs() const;
    ScheduleAxes axes() const;
    std::optional<int> boundaryAt(double x) const;
    int stageAt(double x) const;
    QString stageText(int stage) const;
    void dragTo(double x);

    void paintAxis(QPainter& painter, const ScheduleAxes& axes) const;
    void paintStage(QPainter& painter, const ScheduleAxes& axes, int stage, int firstEpoch, int epochs) const;
    void paintEpochNumbers(QPainter& painter, const ScheduleAxes& axes) const;

    std::vector<PlannedStage> m_plan;
    std::optional<Drag> m_drag;
};

} // namespace ternbench
