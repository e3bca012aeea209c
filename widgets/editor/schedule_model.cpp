#include "widgets/editor/schedule_model.h"

#include "widgets/editor/value_text.h"

#include <array>

namespace ternbench {

ScheduleModel::ScheduleModel(QObject* parent)
    : EditableTableModel(QStringLiteral("schedule"), ColumnCount, parent)
{}

void ScheduleModel::setPlan(const std::vector<PlannedStage>& plan)
{
    m_plan = plan;
    notifyChanged();
}

void ScheduleModel::enterEpochs(const std::vector<int>& epochs, const QString& what)
{
    bool changed = false;
    for (int row = 0; row < valueCount() && row < static_cast<int>(epochs.size()); ++row) {
        int& current = m_stages[static_cast<std::size_t>(row)].epochs;
        const int wanted = epochs[static_cast<std::size_t>(row)];
        if (current == wanted)
            continue;
        current = wanted;
        changed = true;
        forgetTypedText(row, Epochs);
    }
    notifyChanged();
    if (changed)
        emit edited(what);
}

QVariant ScheduleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical || section < 0 || section >= ColumnCount)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::DisplayRole)
        return columnText(section);
    return role == Qt::ToolTipRole ? helpText(section) : QVariant();
}

QString ScheduleModel::columnText(int column)
{
    const std::array<QString, ColumnCount> texts{tr("Code"), tr("Growth"), tr("Epochs"), tr("Bits/w")};
    return texts[static_cast<std::size_t>(column)];
}

QString ScheduleModel::helpText(int column)
{
    switch (column) {
    case StageText:
        return tr(
            "float: no coding; final: each layer's own code; (N,K): each layer held to this code, or to "
            "its own where that admits more non-zeros");
    case GrowthText:
        return tr(
            "How the code takes hold of the groups: at-once, or by a curve over the stage's epochs along "
            "which the share of groups held to it grows from 0 to 1, those that lose least energy first: "
            "linear, cubic (Zhu & Gupta, arXiv:1710.01878) or exponential. The others stay at the code "
            "before, after float at plain ternary.");
    case Epochs:
        return tr("Length of the stage: passes over the training images");
    default:
        return tr("Mean bits per weight over all layers at the end of the stage");
    }
}

QString ScheduleModel::cellText(int row, int column) const
{
    if (column == StageText)
        return codeTextOf(stage(row));
    if (column == GrowthText)
        return hasGrowth(row) ? QString::fromUtf8(growthName(stage(row).growth)) : QStringLiteral("–");
    if (column == Epochs)
        return textOf(stage(row).epochs);
    if (row >= static_cast<int>(m_plan.size()))
        return QStringLiteral("–");
    return QString::number(m_plan[static_cast<std::size_t>(row)].bitsPerWeight, 'f', 3);
}

QVariant ScheduleModel::cellData(int row, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return cellText(row, column);
    case Qt::ToolTipRole:
        return headerData(column, Qt::Horizontal, Qt::ToolTipRole);
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(cellName(row, column), cellText(row, column));
    case ChoicesRole:
        if (column == StageText)
            return QStringList{QStringLiteral("float"), QStringLiteral("(8,8)"), QStringLiteral("(8,4)"),
                               QStringLiteral("(8,3)"), QStringLiteral("(8,2)"), QStringLiteral("final")};
        if (column == GrowthText)
            return growthTexts();
        return {};
    default:
        return {};
    }
}

QString ScheduleModel::storeCell(int row, int column, const QVariant& value, bool& changed)
{
    Stage& target = m_stages[static_cast<std::size_t>(row)];
    const Stage before = target;
    QString problem;
    if (column == StageText) {
        const Parsed<Stage> parsed = parseStage(value.toString());
        problem = parsed.problem;
        if (parsed.value) {
            target = *parsed.value;
            target.epochs = before.epochs;
            // A code chosen for a growing stage grows; float has nothing to grow.
            target.growth = target.kind == Stage::Kind::Float ? Growth::AtOnce : before.growth;
        }
    } else if (column == GrowthText) {
        const Parsed<Growth> parsed = parseGrowth(value.toString());
        problem = parsed.problem;
        target.growth = parsed.value.value_or(before.growth);
    } else if (column == Epochs) {
        const Parsed<int> parsed = parseInteger(value.toString());
        problem = parsed.problem;
        target.epochs = parsed.value.value_or(before.epochs);
    }
    changed = target != before;
    return problem;
}

bool ScheduleModel::isEditable(int row, int column) const
{
    return column != BitsPerWeight && (column != GrowthText || hasGrowth(row));
}

bool ScheduleModel::isCheckable(int, int) const
{
    return false;
}

QString ScheduleModel::cellPath(int row, int column) const
{
    const char* const field = column == Epochs ? "epochs" : column == GrowthText ? "growth" : "code";
    return QStringLiteral("schedule[%1].%2").arg(row).arg(QLatin1String(field));
}

std::optional<int> ScheduleModel::columnOfField(const QString& field) const
{
    if (field == QLatin1String("epochs"))
        return Epochs;
    return field == QLatin1String("growth") ? GrowthText : StageText;
}

QString ScheduleModel::cellName(int row, int column) const
{
    return tr("%1 of %2").arg(valueText(column), rowName(row));
}

QString ScheduleModel::valueText(int column)
{
    const std::array<QString, ColumnCount> texts{tr("code"), tr("growth"), tr("epochs"),
                                                 tr("bits per weight")};
    return texts[static_cast<std::size_t>(column)];
}

QString ScheduleModel::rowName(int row) const
{
    return tr("stage %1").arg(row + 1);
}

int ScheduleModel::addRow(int row)
{
    const int at = row < 0 || row >= valueCount() ? valueCount() : row + 1;
    insertValue(m_stages, at, Stage{});
    emit edited(tr("adding %1").arg(rowName(at)));
    return at;
}

int ScheduleModel::duplicateRow(int row)
{
    const Stage copy = stage(row);
    insertValue(m_stages, row + 1, copy);
    emit edited(tr("copy of %1").arg(rowName(row)));
    return row + 1;
}

void ScheduleModel::removeRowsAt(const std::vector<int>& rows)
{
    if (!canRemove(static_cast<int>(rows.size())))
        return;
    const QString what = rows.size() == 1 ? tr("removing %1").arg(rowName(rows.front()))
                                          : tr("removing %1 stages").arg(rows.size());
    removeValues(m_stages, rows);
    emit edited(what);
}

bool ScheduleModel::moveRowTo(int from, int to)
{
    if (from == to || from < 0 || to < 0 || from >= valueCount() || to >= valueCount())
        return false;
    moveValue(m_stages, from, to);
    emit edited(tr("order of %1").arg(rowName(from)));
    return true;
}

void ScheduleModel::applyToRows(const QModelIndex& source, const std::vector<int>& rows)
{
    const QString text = cellText(source.row(), source.column());
    bool changed = false;
    for (const int row : rows) {
        if (row == source.row() || !isEditable(row, source.column()))
            continue;
        bool rowChanged = false;
        storeCell(row, source.column(), text, rowChanged);
        forgetTypedText(row, source.column());
        changed = changed || rowChanged;
    }
    notifyChanged();
    if (changed)
        emit edited(tr("%1 of several stages").arg(valueText(source.column())));
}

} // namespace ternbench
