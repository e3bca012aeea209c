#pragma once

#include "core/network/spec.h"
#include "experiments/plan.h"
#include "widgets/editor/editable_table_model.h"

namespace ternbench {

/// The stages of a schedule as a table.
class ScheduleModel : public EditableTableModel
{
    Q_OBJECT

public:
    enum Column { StageText, GrowthText, Epochs, BitsPerWeight, ColumnCount };

    explicit ScheduleModel(QObject* parent = nullptr);

    void setStages(const std::vector<Stage>& stages) { syncValues(m_stages, stages); }
    const std::vector<Stage>& stages() const { return m_stages; }
    /// Fills the bits-per-weight column; empty: "–".
    void setPlan(const std::vector<PlannedStage>& plan);
    /// As if the user had typed them, as one edit; `what` is its name. Has one number a stage.
    void enterEpochs(const std::vector<int>& epochs, const QString& what);

    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    int addRow(int row) override;
    int duplicateRow(int row) override;
    bool canRemove(int count) const override { return count > 0 && count < valueCount(); }
    void removeRowsAt(const std::vector<int>& rows) override;
    bool moveRowTo(int from, int to) override;
    void applyToRows(const QModelIndex& source, const std::vector<int>& rows) override;

protected:
    QVariant cellData(int row, int column, int role) const override;
    QString storeCell(int row, int column, const QVariant& value, bool& changed) override;
    bool isEditable(int row, int column) const override;
    bool isCheckable(int row, int column) const override;
    QString cellPath(int row, int column) const override;
    std::optional<int> columnOfField(const QString& field) const override;
    QString cellName(int row, int column) const override;
    QString rowName(int row) const override;
    int valueCount() const override { return static_cast<int>(m_stages.size()); }

private:
    const Stage& stage(int row) const { return m_stages[static_cast<std::size_t>(row)]; }
    /// A float stage has nothing to grow; a value from elsewhere is shown, to be put right.
    bool hasGrowth(int row) const
    {
        return stage(row).kind != Stage::Kind::Float || stage(row).growth != Growth::AtOnce;
    }
    QString cellText(int row, int column) const;
    static QString columnText(int column);
    static QString helpText(int column);
    static QString valueText(int column); ///< in undo texts

    std::vector<Stage> m_stages;
    std::vector<PlannedStage> m_plan;
};

} // namespace ternbench
