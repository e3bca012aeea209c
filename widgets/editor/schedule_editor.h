#pragma once

#include "experiments/plan.h"
#include "widgets/editor/table_section.h"

namespace ternbench {

class ScheduleModel;
class ScheduleStrip;

/// The stages of the schedule: as a strip and as a table.
class ScheduleEditor : public TableSection
{
    Q_OBJECT

public:
    explicit ScheduleEditor(QWidget* parent = nullptr);

    /// What the strip shows; empty when the experiment cannot be planned.
    void setPlan(const std::vector<PlannedStage>& plan);
    void setLocked(bool locked) override;

protected:
    void refresh() override;

private:
    ScheduleEditor(ScheduleModel* model, QWidget* parent);

    ScheduleModel* m_stages;
    ScheduleStrip* m_strip;
};

} // namespace ternbench
