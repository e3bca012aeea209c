#include "widgets/views/plain_table_model.h"

#include <QApplication>
#include <QFont>
#include <QIcon>
#include <QStyle>

#include <utility>

namespace ternbench {

namespace {

bool sameShape(const PlainTable& a, const PlainTable& b)
{
    if (a.rows.size() != b.rows.size() || a.columns.size() != b.columns.size() || a.rows.empty())
        return false;
    for (std::size_t i = 0; i < a.columns.size(); ++i)
        if (a.columns[i].title != b.columns[i].title)
            return false;
    return true;
}

QVariant markIcon(PlainTable::Cell::Mark mark)
{
    if (mark == PlainTable::Cell::Mark::None)
        return {};
    const bool passed = mark == PlainTable::Cell::Mark::Passed;
    return qApp->style()->standardIcon(passed ? QStyle::SP_DialogApplyButton : QStyle::SP_MessageBoxCritical);
}

int alignmentOf(const PlainTable::Column& column)
{
    return int((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

} // namespace

void PlainTableModel::setTable(PlainTable table)
{
    if (sameShape(table, m_table)) {
        m_table = std::move(table);
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_table = std::move(table);
    endResetModel();
}

int PlainTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_table.rows.size());
}

int PlainTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_table.columns.size());
}

QVariant PlainTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const PlainTable::Row& row = m_table.rows[std::size_t(index.row())];
    const auto column = std::size_t(index.column());
    if (role == Qt::TextAlignmentRole)
        return alignmentOf(m_table.columns[column]);
    if (role == Qt::FontRole && row.strong) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (column >= row.cells.size())
        return {};
    const PlainTable::Cell& cell = row.cells[column];
    if (role == Qt::DisplayRole)
        return cell.text;
    if (role == Qt::ToolTipRole && !cell.toolTip.isEmpty())
        return cell.toolTip;
    return role == Qt::DecorationRole ? markIcon(cell.mark) : QVariant();
}

QVariant PlainTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const PlainTable::Column& column = m_table.columns[std::size_t(section)];
    if (role == Qt::DisplayRole)
        return column.title;
    if (role == Qt::TextAlignmentRole)
        return alignmentOf(column);
    if (role == Qt::ToolTipRole && !column.toolTip.isEmpty())
        return column.toolTip;
    return {};
}

} // namespace ternbench
