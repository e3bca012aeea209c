#pragma once

#include "experiments/validation.h"

#include <QAbstractTableModel>

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

namespace ternbench {

/// What the tables of the editor have in common: rows that can be added, copied, moved and removed; cells
/// that keep a text that stands for no value, marked and explained; problems found by validate().
///
/// Rows are values of a subclass's own type; their marks travel with them.
class EditableTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        ProblemRole = Qt::UserRole + 1, ///< QString: what is wrong with the cell; empty: nothing
        ChoicesRole,                    ///< QStringList: texts offered beside free typing
    };

    /// `listPath` is the rows' place in the document: "layers" for layers[2].code.K.
    EditableTableModel(QString listPath, int columns, QObject* parent);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    /// Always takes the text of an editable cell; one that stands for no value is kept as a marked text.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    void setProblems(const std::vector<Problem>& problems);
    std::vector<Problem> typingProblems() const;
    void discardTypedText();
    /// A locked table is shown greyed and takes no edits.
    void setLocked(bool locked);

    /// One line for each cell that is marked, and for the list as a whole: "fc2, code: 9 is not allowed ...".
    QStringList problemLines() const;
    /// The cell of a path of this list: its row's first cell if no column shows it; invalid for other paths.
    QModelIndex indexOfPath(const QString& path) const;
    bool ownsPath(const QString& path) const;
    const QString& listPath() const { return m_listPath; }

    /// Adds a row after `row` (-1: at the end), and returns where it went.
    virtual int addRow(int row) = 0;
    virtual int duplicateRow(int row) = 0;
    virtual bool canRemove(int count) const = 0;
    virtual void removeRowsAt(const std::vector<int>& rows) = 0;
    virtual bool moveRowTo(int from, int to) = 0;
    /// Whether the cell holds a value that other rows may take over.
    bool canApply(const QModelIndex& index) const;
    /// "code (8,2)".
    QString valueName(const QModelIndex& index) const;
    /// Gives the cell's value to other rows (where they have such a cell).
    virtual void applyToRows(const QModelIndex& source, const std::vector<int>& rows) = 0;

signals:
    /// The user changed the rows; `what` as in undo texts: "width of fc2".
    void edited(const QString& what);
    void typingProblemsChanged();
    void problemsChanged();

protected:
    /// Values of a cell as the model knows it, without marks.
    virtual QVariant cellData(int row, int column, int role) const = 0;
    /// Stores a text or a check state. Returns why it cannot; `changed` tells whether the row is another now.
    virtual QString storeCell(int row, int column, const QVariant& value, bool& changed) = 0;
    virtual bool isEditable(int row, int column) const = 0;
    virtual bool isCheckable(int row, int column) const = 0;
    /// Whether rows must differ in this column.
    virtual bool isUnique(int column) const { return column < 0; }
    virtual QString cellPath(int row, int column) const = 0;
    /// The column that shows "code.K" of a row; nothing if none does.
    virtual std::optional<int> columnOfField(const QString& field) const = 0;
    /// "code of fc2".
    virtual QString cellName(int row, int column) const = 0;
    /// "fc2".
    virtual QString rowName(int row) const = 0;
    virtual int valueCount() const = 0;

    // Row operations of subclasses go through these, so that views and marks follow.
    template <class T>
    void insertValue(std::vector<T>& values, int row, const T& value)
    {
        beginInsertRows({}, row, row);
        values.insert(values.begin() + row, value);
        m_marks.insert(m_marks.begin() + row, RowMarks(m_columns));
        endInsertRows();
    }
    template <class T>
    void removeValue(std::vector<T>& values, int row)
    {
        beginRemoveRows({}, row, row);
        values.erase(values.begin() + row);
        m_marks.erase(m_marks.begin() + row);
        endRemoveRows();
    }
    template <class T>
    void removeValues(std::vector<T>& values, std::vector<int> rows)
    {
        std::sort(rows.begin(), rows.end(), std::greater<>());
        const bool hadTexts = !typingProblems().empty();
        for (const int row : rows)
            removeValue(values, row);
        if (hadTexts)
            emit typingProblemsChanged();
    }
    template <class T>
    void moveValue(std::vector<T>& values, int from, int to)
    {
        beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
        rotate(values, from, to);
        rotate(m_marks, from, to);
        endMoveRows();
    }
    /// Makes `values` equal to `wanted` with the fewest signals, so that selection and open editors survive.
    template <class T>
    void syncValues(std::vector<T>& values, const std::vector<T>& wanted)
    {
        const auto common = std::mismatch(values.begin(), values.end(), wanted.begin(), wanted.end());
        const int first = static_cast<int>(common.first - values.begin());
        while (values.size() > wanted.size())
            removeValue(values, std::min(first, static_cast<int>(values.size()) - 1));
        while (values.size() < wanted.size())
            insertValue(values, first, wanted[static_cast<std::size_t>(first)]);
        for (int row = first; row < static_cast<int>(values.size()); ++row) {
            T& value = values[static_cast<std::size_t>(row)];
            const T& next = wanted[static_cast<std::size_t>(row)];
            if (value == next)
                continue;
            value = next;
            forgetOutdatedTexts(row);
        }
        notifyChanged();
    }
    void notifyChanged();
    void notifyChanged(int row, int column);
    /// Removes marks of texts from cells that are no longer editable or whose value was set by other means.
    void forgetTypedText(int row, int column);

private:
    struct CellMark
    {
        QString typedText, typingProblem; ///< a text that stands for no value, and why
        QString valueWhenTyped;           ///< what the cell stood for then
        QString problem;                  ///< from validate()
    };
    using RowMarks = std::vector<CellMark>;

    template <class T>
    static void rotate(std::vector<T>& values, int from, int to)
    {
        if (from < to)
            std::rotate(values.begin() + from, values.begin() + from + 1, values.begin() + to + 1);
        else
            std::rotate(values.begin() + to, values.begin() + from, values.begin() + from + 1);
    }
    CellMark& mark(int row, int column);
    const CellMark& mark(int row, int column) const;
    QString problemAt(int row, int column) const;
    void forgetOutdatedTexts(int row);
    void place(const Problem& problem);

    QString m_listPath;
    std::size_t m_columns;
    std::vector<RowMarks> m_marks; ///< one a row
    QStringList m_listProblems;    ///< of the list as a whole
    bool m_locked = false;
};

} // namespace ternbench
