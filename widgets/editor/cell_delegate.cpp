#include "widgets/editor/cell_delegate.h"

#include "widgets/editor/editable_table_model.h"
#include "widgets/editor/problem_style.h"

#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>

namespace ternbench {

namespace {

constexpr auto formerText = "ternbench_former_text"; // property: what Escape puts back

QLineEdit* lineEditOf(QWidget* editor)
{
    if (auto* box = qobject_cast<QComboBox*>(editor))
        return box->lineEdit();
    return qobject_cast<QLineEdit*>(editor);
}

void markEditor(QWidget* editor, const QString& problem)
{
    editor->setToolTip(problem);
    editor->setAccessibleDescription(problem);
    QLineEdit* edit = lineEditOf(editor);
    QPalette colors = editor->parentWidget()->palette();
    if (!problem.isEmpty())
        colors.setColor(QPalette::Text, errorColor(colors));
    edit->setPalette(colors);
    edit->setStyleSheet(problem.isEmpty()
                            ? QString()
                            : QStringLiteral("border: 2px solid %1").arg(errorColor(colors).name()));
    const QList<QAction*> icons = edit->actions();
    if (problem.isEmpty())
        qDeleteAll(icons);
    else if (icons.isEmpty())
        edit->addAction(warningIcon(colors), QLineEdit::TrailingPosition);
}

} // namespace

void CellDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.data(EditableTableModel::ProblemRole).toString().isEmpty())
        return;
    option->icon = warningIcon(option->palette);
    option->features |= QStyleOptionViewItem::HasDecoration;
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    if (index.data(EditableTableModel::ProblemRole).toString().isEmpty())
        return;
    painter->save();
    painter->setPen(QPen(errorColor(option.palette), 2));
    painter->drawRect(option.rect.adjusted(1, 1, -1, -1));
    painter->restore();
}

QWidget* CellDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                    const QModelIndex& index) const
{
    auto* self = const_cast<CellDelegate*>(this); // signals of a delegate are not const, its factory is
    const QStringList choices = index.data(EditableTableModel::ChoicesRole).toStringList();
    QWidget* editor = nullptr;
    if (choices.isEmpty()) {
        auto* edit = new QLineEdit(parent);
        edit->setFrame(false);
        editor = edit;
    } else {
        auto* box = new QComboBox(parent);
        box->setEditable(true);
        box->setInsertPolicy(QComboBox::NoInsert);
        box->setCompleter(nullptr); // "(8" must not grow into "(8,8)" by itself
        box->addItems(choices);
        connect(box, &QComboBox::textActivated, self, [self, box] {
            box->lineEdit()->setModified(true);
            emit self->commitData(box);
        });
        editor = box;
    }
    editor->setAutoFillBackground(true);
    editor->setAccessibleName(index.data(Qt::AccessibleTextRole).toString());
    connect(lineEditOf(editor), &QLineEdit::textEdited, self,
            [self, editor] { emit self->commitData(editor); });
    return editor;
}

void CellDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    QLineEdit* edit = lineEditOf(editor);
    markEditor(editor, index.data(EditableTableModel::ProblemRole).toString());
    if (edit->isModified())
        return; // what is being typed stays as typed: "8,2" must not turn into "(8,2)" under the cursor
    const QString text = index.data(Qt::EditRole).toString();
    if (!editor->property(formerText).isValid())
        editor->setProperty(formerText, text);
    if (auto* box = qobject_cast<QComboBox*>(editor))
        box->setCurrentIndex(box->findText(text));
    edit->setText(text);
    edit->selectAll();
}

void CellDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    const QLineEdit* edit = lineEditOf(editor);
    if (edit->isModified())
        model->setData(index, edit->text(), Qt::EditRole);
}

void CellDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                        const QModelIndex&) const
{
    // Columns are as narrow as what they hold; what is being typed, and a mark beside it, need more.
    const int least = option.fontMetrics.averageCharWidth() * 16;
    QRect place = option.rect;
    place.setWidth(std::max(place.width(), least));
    const int over = place.right() - editor->parentWidget()->rect().right();
    if (over > 0)
        place.translate(-std::min(over, place.left()), 0);
    editor->setGeometry(place);
}

bool CellDelegate::eventFilter(QObject* watched, QEvent* event)
{
    auto* editor = qobject_cast<QWidget*>(watched);
    if (editor && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        QLineEdit* edit = lineEditOf(editor);
        if (edit && edit->isModified()) {
            edit->setText(editor->property(formerText).toString());
            edit->setModified(true);
            emit commitData(editor);
        }
    }
    return QStyledItemDelegate::eventFilter(watched, event);
}

} // namespace ternbench
