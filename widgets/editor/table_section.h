#pragma once

#include "widgets/editor/section.h"

class QAction;
class QVBoxLayout;

namespace ternbench {

class EditableTableModel;
class FittedTableView;
class ProblemLine;

/// A section that is a table with its buttons and keys (Insert, Delete, Ctrl+D, Alt+Up, Alt+Down), and a line
/// below it that names each cell that is wrong.
class TableSection : public Section
{
    Q_OBJECT

public:
    /// `rowWord` as in "Add a layer". The model becomes the section's.
    TableSection(const QString& title, const QString& rowWord, EditableTableModel* model,
                 QWidget* parent = nullptr);

    void setProblems(const std::vector<Problem>& problems) override;
    std::vector<Problem> typingProblems() const override;
    void discardTypedText() override;
    void setLocked(bool locked) override;
    QWidget* focusPath(const QString& path) override;

protected:
    FittedTableView* table() const { return m_table; }
    QVBoxLayout* column() const { return m_column; }

private:
    QAction* addTableAction(const QString& name, const QString& text, const QString& toolTip,
                            const QKeySequence& key);
    void makeRowActions();
    void makeApplyActions();
    void addButtons();
    void showState();
    void nameApplyActions(const QString& value);
    void showProblemLines();
    std::vector<int> selectedRows() const;
    void select(int row);
    void removeSelected();
    void moveCurrent(int distance);

    QString m_rowWord;
    EditableTableModel* m_model;
    FittedTableView* m_table;
    ProblemLine* m_problemLine;
    QVBoxLayout* m_column;
    QAction *m_add = nullptr, *m_duplicate = nullptr, *m_remove = nullptr;
    QAction *m_up = nullptr, *m_down = nullptr, *m_applyAll = nullptr, *m_applySelected = nullptr;
    bool m_locked = false;
};

} // namespace ternbench
