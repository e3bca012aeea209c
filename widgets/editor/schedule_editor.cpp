#include "widgets/editor/schedule_editor.h"

#include "widgets/editor/schedule_model.h"
#include "widgets/editor/schedule_strip.h"

#include <QVBoxLayout>

namespace ternbench {

ScheduleEditor::ScheduleEditor(QWidget* parent) : ScheduleEditor(new ScheduleModel, parent) {}

ScheduleEditor::ScheduleEditor(ScheduleModel* model, QWidget* parent)
    : TableSection(tr("Schedule"), tr("stage"), model, parent), m_stages(model),
      m_strip(new ScheduleStrip(this))
{
    m_strip->setObjectName(QStringLiteral("schedule.strip"));
    column()->insertWidget(0, m_strip);
    connect(m_stages, &EditableTableModel::edited, this, [this](const QString& what) {
        m_experiment.training.schedule = m_stages->stages();
        emit edited(m_experiment, what);
    });
    connect(m_strip, &ScheduleStrip::epochsDragged, this, [this](const std::vector<int>& epochs, int stage) {
        const bool isEnd = stage + 1 == static_cast<int>(epochs.size());
        m_stages->enterEpochs(epochs, isEnd ? tr("epochs of stage %1").arg(stage + 1)
                                            : tr("epochs of stages %1 and %2").arg(stage + 1).arg(stage + 2));
    });
}

void ScheduleEditor::setPlan(const std::vector<PlannedStage>& plan)
{
    m_strip->setPlan(plan);
    m_stages->setPlan(plan);
}

void ScheduleEditor::setLocked(bool locked)
{
    TableSection::setLocked(locked);
    m_strip->setEnabled(!locked);
}

void ScheduleEditor::refresh()
{
    m_stages->setStages(m_experiment.training.schedule);
}

} // namespace ternbench
