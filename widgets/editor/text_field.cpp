#include "widgets/editor/text_field.h"

#include <QLineEdit>
#include <QPlainTextEdit>

namespace ternbench {

TextField::TextField(const QString& path, std::string* target, QWidget* parent)
    : Field(path, new QLineEdit, parent), m_target(target), m_edit(qobject_cast<QLineEdit*>(control()))
{
    connect(m_edit, &QLineEdit::textChanged, this, [this](const QString& text) {
        // refresh() sets the text from the target, which then is equal: only a user's change gets further.
        if (text.toStdString() == *m_target)
            return;
        *m_target = text.toStdString();
        emit edited();
    });
}

void TextField::enter(const QString& text)
{
    m_edit->setText(text);
}

void TextField::refresh()
{
    const QString text = QString::fromStdString(*m_target);
    if (text == m_edit->text())
        return;
    const int cursor = m_edit->cursorPosition();
    m_edit->setText(text);
    if (m_edit->hasFocus())
        m_edit->setCursorPosition(cursor);
    else
        m_edit->home(false); // a long path shows its beginning
}

NotesField::NotesField(const QString& path, std::string* target, QWidget* parent)
    : Field(path, new QPlainTextEdit, parent), m_target(target),
      m_edit(qobject_cast<QPlainTextEdit*>(control()))
{
    m_edit->setTabChangesFocus(true);
    m_edit->setFixedHeight(m_edit->fontMetrics().lineSpacing() * 3 + 12);
    m_edit->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_edit->setUndoRedoEnabled(false); // the window's undo covers notes like every other edit
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        const std::string text = m_edit->toPlainText().toStdString();
        if (text == *m_target)
            return;
        *m_target = text;
        emit edited();
    });
}

void NotesField::refresh()
{
    const QString text = QString::fromStdString(*m_target);
    if (text != m_edit->toPlainText())
        m_edit->setPlainText(text);
}

} // namespace ternbench
