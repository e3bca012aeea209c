#include "widgets/editor/table_section.h"

#include "widgets/editor/cell_delegate.h"
#include "widgets/editor/editable_table_model.h"
#include "widgets/editor/fitted_table_view.h"
#include "widgets/editor/problem_line.h"

#include <QAction>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <numeric>
#include <set>

namespace ternbench {

namespace {

/// A disabled button says why; unlocked it says again what it does.
void tellLocked(QAction* action, bool locked)
{
    constexpr auto usual = "ternbench_usual_tool_tip";
    if (!action->property(usual).isValid())
        action->setProperty(usual, action->toolTip());
    action->setToolTip(locked ? TableSection::tr("Locked while the run is going: stop it to edit.")
                              : action->property(usual).toString());
}

} // namespace

TableSection::TableSection(const QString& title, const QString& rowWord, EditableTableModel* model,
                           QWidget* parent)
    : Section(title, parent), m_rowWord(rowWord), m_model(model), m_table(new FittedTableView(this)),
      m_problemLine(new ProblemLine(this)), m_column(new QVBoxLayout(this))
{
    model->setParent(this);
    m_table->setObjectName(model->listPath() + QStringLiteral(".table"));
    m_table->setAccessibleName(QString(title).remove(QLatin1Char('&')));
    m_table->setModel(model);
    m_table->setItemDelegate(new CellDelegate(m_table));
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_problemLine->setObjectName(model->listPath() + QStringLiteral(".problems"));

    m_column->addWidget(m_table);
    m_column->addWidget(m_problemLine);
    makeRowActions();
    makeApplyActions();
    addButtons();

    connect(model, &EditableTableModel::typingProblemsChanged, this, &Section::typingProblemsChanged);
    for (const auto signal :
         {&EditableTableModel::typingProblemsChanged, &EditableTableModel::problemsChanged})
        connect(model, signal, this, &TableSection::showProblemLines);
    connect(model, &QAbstractItemModel::rowsInserted, this, &TableSection::showState);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &TableSection::showState);
    connect(model, &QAbstractItemModel::rowsMoved, this, &TableSection::showState);
    connect(model, &QAbstractItemModel::dataChanged, this, &TableSection::showState);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &TableSection::showState);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &TableSection::showState);
    showState();
}

QAction* TableSection::addTableAction(const QString& name, const QString& text, const QString& toolTip,
                                      const QKeySequence& key)
{
    auto* action = new QAction(text, m_table);
    action->setObjectName(m_model->listPath() + QStringLiteral(".action.") + name);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(key.isEmpty() ? toolTip
                                     : tr("%1 (%2)").arg(toolTip, key.toString(QKeySequence::NativeText)));
    m_table->addAction(action);
    return action;
}

void TableSection::makeRowActions()
{
    m_add = addTableAction(QStringLiteral("add"), tr("Add"),
                           tr("Add a %1 after the current one").arg(m_rowWord), Qt::Key_Insert);
    m_remove = addTableAction(QStringLiteral("remove"), tr("Remove"),
                              tr("Remove the selected %1s").arg(m_rowWord), Qt::Key_Delete);
    m_duplicate = addTableAction(QStringLiteral("duplicate"), tr("Duplicate"),
                                 tr("Duplicate the current %1").arg(m_rowWord), Qt::CTRL | Qt::Key_D);
    m_up = addTableAction(QStringLiteral("up"), tr("Move up"), tr("Move the %1 up").arg(m_rowWord),
                          Qt::ALT | Qt::Key_Up);
    m_down = addTableAction(QStringLiteral("down"), tr("Move down"), tr("Move the %1 down").arg(m_rowWord),
                            Qt::ALT | Qt::Key_Down);
    connect(m_add, &QAction::triggered, this,
            [this] { select(m_model->addRow(m_table->currentIndex().row())); });
    connect(m_duplicate, &QAction::triggered, this,
            [this] { select(m_model->duplicateRow(m_table->currentIndex().row())); });
    connect(m_remove, &QAction::triggered, this, &TableSection::removeSelected);
    connect(m_up, &QAction::triggered, this, [this] { moveCurrent(-1); });
    connect(m_down, &QAction::triggered, this, [this] { moveCurrent(+1); });
}

void TableSection::makeApplyActions()
{
    m_applyAll = addTableAction(QStringLiteral("apply_all"), QString(),
                                tr("Give the current cell's value to all %1s").arg(m_rowWord), {});
    m_applySelected =
        addTableAction(QStringLiteral("apply_selected"), QString(),
                       tr("Give the current cell's value to the selected %1s").arg(m_rowWord), {});
    connect(m_applyAll, &QAction::triggered, this, [this] {
        std::vector<int> rows(static_cast<std::size_t>(m_model->rowCount()));
        std::iota(rows.begin(), rows.end(), 0);
        m_model->applyToRows(m_table->currentIndex(), rows);
    });
    connect(m_applySelected, &QAction::triggered, this,
            [this] { m_model->applyToRows(m_table->currentIndex(), selectedRows()); });
}

void TableSection::addButtons()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    for (QAction* action : {m_add, m_remove, m_duplicate, m_up, m_down}) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setObjectName(action->objectName().replace(QStringLiteral(".action."), QStringLiteral(".")));
        button->setAccessibleName(action->text());
        button->setFocusPolicy(Qt::TabFocus);
        if (action == m_up || action == m_down)
            button->setArrowType(action == m_up ? Qt::UpArrow : Qt::DownArrow);
        row->addWidget(button);
    }
    row->addStretch();
    m_column->addLayout(row);
}

void TableSection::showState()
{
    const QModelIndex current = m_table->currentIndex();
    const bool onRow = current.isValid() && !m_locked;
    const int selected = static_cast<int>(selectedRows().size());
    m_add->setEnabled(!m_locked);
    m_duplicate->setEnabled(onRow);
    m_remove->setEnabled(!m_locked && m_model->canRemove(selected));
    m_up->setEnabled(onRow && current.row() > 0);
    m_down->setEnabled(onRow && current.row() < m_model->rowCount() - 1);
    const bool givesValue = onRow && m_model->canApply(current);
    m_applyAll->setEnabled(givesValue);
    m_applySelected->setEnabled(givesValue && selected > 1);
    nameApplyActions(givesValue ? m_model->valueName(current) : tr("value"));
}

void TableSection::nameApplyActions(const QString& value)
{
    m_applyAll->setText(tr("Apply %1 to all %2s").arg(value, m_rowWord));
    m_applySelected->setText(tr("Apply %1 to the selected %2s").arg(value, m_rowWord));
}

std::vector<int> TableSection::selectedRows() const
{
    std::set<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedIndexes())
        rows.insert(index.row());
    return {rows.begin(), rows.end()};
}

void TableSection::select(int row)
{
    const int column = std::max(0, m_table->currentIndex().column());
    m_table->setCurrentIndex(m_model->index(row, column));
    m_table->setFocus();
}

void TableSection::removeSelected()
{
    const std::vector<int> rows = selectedRows();
    if (rows.empty() || !m_model->canRemove(static_cast<int>(rows.size())))
        return;
    m_model->removeRowsAt(rows);
    select(std::min(rows.front(), m_model->rowCount() - 1));
}

void TableSection::moveCurrent(int distance)
{
    const int row = m_table->currentIndex().row();
    if (m_model->moveRowTo(row, row + distance))
        select(row + distance);
}

void TableSection::setProblems(const std::vector<Problem>& problems)
{
    m_model->setProblems(problems);
}

std::vector<Problem> TableSection::typingProblems() const
{
    return m_model->typingProblems();
}

void TableSection::discardTypedText()
{
    m_model->discardTypedText();
}

void TableSection::setLocked(bool locked)
{
    m_locked = locked;
    if (locked)
        m_table->closeOpenEditor();
    // The view itself stays enabled, so that a locked table can still be scrolled and read.
    m_model->setLocked(locked);
    for (QAction* action : {m_add, m_remove, m_duplicate, m_up, m_down, m_applyAll, m_applySelected})
        tellLocked(action, locked);
    showState();
}

QWidget* TableSection::focusPath(const QString& path)
{
    if (!m_model->ownsPath(path))
        return nullptr;
    m_table->setFocus(Qt::OtherFocusReason);
    const QModelIndex index = m_model->indexOfPath(path);
    if (index.isValid())
        m_table->setCurrentIndex(index);
    return m_table;
}

void TableSection::showProblemLines()
{
    m_problemLine->setText(m_model->problemLines().join(QLatin1Char('\n')));
}

} // namespace ternbench
