#include "widgets/editor/editable_table_model.h"

#include <QRegularExpression>

namespace ternbench {

namespace {

/// "[2].code.K" -> 2 and "code.K".
struct RowPath
{
    int row = -1;
    QString field;
};

std::optional<RowPath> rowPath(const QString& path, const QString& list)
{
    static const QRegularExpression pattern(QStringLiteral("^\\[(\\d+)\\](?:\\.(.*))?$"));
    if (!path.startsWith(list))
        return std::nullopt;
    const QRegularExpressionMatch match = pattern.match(path.mid(list.size()));
    if (!match.hasMatch())
        return std::nullopt;
    return RowPath{match.captured(1).toInt(), match.captured(2)};
}

} // namespace

EditableTableModel::EditableTableModel(QString listPath, int columns, QObject* parent)
    : QAbstractTableModel(parent), m_listPath(std::move(listPath)),
      m_columns(static_cast<std::size_t>(columns))
{}

int EditableTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : valueCount();
}

int EditableTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns);
}

EditableTableModel::CellMark& EditableTableModel::mark(int row, int column)
{
    return m_marks[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
}

const EditableTableModel::CellMark& EditableTableModel::mark(int row, int column) const
{
    return m_marks[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
}

QString EditableTableModel::problemAt(int row, int column) const
{
    const CellMark& cell = mark(row, column);
    return cell.typingProblem.isEmpty() ? cell.problem : cell.typingProblem;
}

QVariant EditableTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const CellMark& cell = mark(index.row(), index.column());
    const QString problem = problemAt(index.row(), index.column());
    const bool isText = role == Qt::DisplayRole || role == Qt::EditRole;
    if (isText && !cell.typingProblem.isEmpty())
        return cell.typedText;
    if (role == ProblemRole)
        return problem;
    if ((role == Qt::ToolTipRole || role == Qt::AccessibleDescriptionRole) && !problem.isEmpty())
        return problem;
    return cellData(index.row(), index.column(), role);
}

bool EditableTableModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || m_locked)
        return false;
    const int row = index.row(), column = index.column();
    const bool accepted = (role == Qt::EditRole && isEditable(row, column)) ||
                          (role == Qt::CheckStateRole && isCheckable(row, column));
    if (!accepted)
        return false;
    const QString what = cellName(row, column); // by the name that a layer had before it is renamed
    bool changed = false;
    CellMark& cell = mark(row, column);
    const QString before = cell.typingProblem;
    cell.typingProblem = storeCell(row, column, value, changed);
    cell.typedText = cell.typingProblem.isEmpty() ? QString() : value.toString();
    cell.valueWhenTyped = cellData(row, column, Qt::EditRole).toString();
    const bool typingChanged = before != cell.typingProblem;
    notifyChanged(row, column);
    if (typingChanged)
        emit typingProblemsChanged();
    if (changed) {
        notifyChanged(); // other columns and rows may follow from this cell
        emit edited(what);
    }
    return true;
}

Qt::ItemFlags EditableTableModel::flags(const QModelIndex& index) const
{
    if (!index.isValid() || m_locked)
        return Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    flags.setFlag(Qt::ItemIsEditable, isEditable(index.row(), index.column()));
    flags.setFlag(Qt::ItemIsUserCheckable, isCheckable(index.row(), index.column()));
    return flags;
}

bool EditableTableModel::canApply(const QModelIndex& index) const
{
    const int row = index.row(), column = index.column();
    return index.isValid() && !m_locked && !isUnique(column) && mark(row, column).typingProblem.isEmpty() &&
           (isEditable(row, column) || isCheckable(row, column));
}

QString EditableTableModel::valueName(const QModelIndex& index) const
{
    const QString column = headerData(index.column(), Qt::Horizontal).toString();
    const QVariant check = index.data(Qt::CheckStateRole);
    if (!check.isValid())
        return tr("%1 %2").arg(column, index.data().toString());
    return check.toInt() == Qt::Checked ? tr("%1 on").arg(column) : tr("%1 off").arg(column);
}

void EditableTableModel::setLocked(bool locked)
{
    m_locked = locked;
    notifyChanged();
}

void EditableTableModel::setProblems(const std::vector<Problem>& problems)
{
    for (RowMarks& row : m_marks)
        for (CellMark& cell : row)
            cell.problem.clear();
    m_listProblems.clear();
    for (const Problem& problem : problems)
        place(problem);
    notifyChanged();
    emit problemsChanged();
}

void EditableTableModel::place(const Problem& problem)
{
    const QString path = QString::fromStdString(problem.path);
    const QString message = QString::fromStdString(problem.message);
    if (!ownsPath(path))
        return;
    const QModelIndex index = indexOfPath(path);
    if (!index.isValid()) {
        m_listProblems << message;
        return;
    }
    QString& text = mark(index.row(), index.column()).problem;
    text = text.isEmpty() ? message : text + QLatin1Char('\n') + message;
}

bool EditableTableModel::ownsPath(const QString& path) const
{
    return path == m_listPath || rowPath(path, m_listPath);
}

QModelIndex EditableTableModel::indexOfPath(const QString& path) const
{
    const auto place = rowPath(path, m_listPath);
    if (!place || place->row >= rowCount())
        return {};
    return index(place->row, columnOfField(place->field).value_or(0));
}

std::vector<Problem> EditableTableModel::typingProblems() const
{
    std::vector<Problem> problems;
    for (int row = 0; row < rowCount(); ++row)
        for (int column = 0; column < columnCount(); ++column)
            if (const QString& text = mark(row, column).typingProblem; !text.isEmpty())
                problems.push_back({cellPath(row, column).toStdString(), text.toStdString()});
    return problems;
}

QStringList EditableTableModel::problemLines() const
{
    QStringList lines = m_listProblems;
    for (int row = 0; row < rowCount(); ++row)
        for (int column = 0; column < columnCount(); ++column)
            if (const QString problem = problemAt(row, column); !problem.isEmpty())
                lines << tr("%1, %2: %3")
                             .arg(rowName(row), headerData(column, Qt::Horizontal).toString().toLower(),
                                  problem);
    return lines;
}

void EditableTableModel::discardTypedText()
{
    for (int row = 0; row < rowCount(); ++row)
        for (int column = 0; column < columnCount(); ++column)
            forgetTypedText(row, column);
    notifyChanged();
}

void EditableTableModel::forgetTypedText(int row, int column)
{
    CellMark& cell = mark(row, column);
    if (cell.typingProblem.isEmpty())
        return;
    cell.typingProblem.clear();
    cell.typedText.clear();
    emit typingProblemsChanged();
}

void EditableTableModel::forgetOutdatedTexts(int row)
{
    for (int column = 0; column < columnCount(); ++column)
        if (cellData(row, column, Qt::EditRole).toString() != mark(row, column).valueWhenTyped)
            forgetTypedText(row, column);
}

void EditableTableModel::notifyChanged()
{
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void EditableTableModel::notifyChanged(int row, int column)
{
    emit dataChanged(index(row, column), index(row, column));
}

} // namespace ternbench
