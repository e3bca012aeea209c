#pragma once

#include <QAbstractTableModel>
#include <QString>

#include <vector>

namespace ternbench {

/// A table as texts: what the functions of report_tables.h, fault_table.h and rtl_table.h make of results.
struct PlainTable
{
    struct Column
    {
        QString title;
        bool number = false; ///< aligned right
        QString toolTip;
    };
    struct Cell
    {
        enum class Mark { None, Passed, Failed };
        QString text, toolTip;
        Mark mark = Mark::None; ///< an icon before the text, which says the same
    };
    struct Row
    {
        std::vector<Cell> cells;
        bool strong = false; ///< totals
    };
    std::vector<Column> columns;
    std::vector<Row> rows;
};

/// Shows a PlainTable.
class PlainTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit PlainTableModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    /// Of the same columns and number of rows as before, the view keeps selection and position.
    void setTable(PlainTable table);
    const PlainTable& table() const { return m_table; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    PlainTable m_table;
};

} // namespace ternbench
