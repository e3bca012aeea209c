#pragma once

#include "widgets/editor/field.h"

#include <string>

class QLineEdit;
class QPlainTextEdit;

namespace ternbench {

/// One line of free text.
class TextField : public Field
{
    Q_OBJECT

public:
    /// `target` must outlive the field.
    TextField(const QString& path, std::string* target, QWidget* parent = nullptr);

    QLineEdit* edit() const { return m_edit; }
    /// As if the user had typed it.
    void enter(const QString& text);
    void refresh() override;

private:
    std::string* m_target;
    QLineEdit* m_edit;
};

/// Several lines of free text.
class NotesField : public Field
{
    Q_OBJECT

public:
    NotesField(const QString& path, std::string* target, QWidget* parent = nullptr);

    void refresh() override;

private:
    std::string* m_target;
    QPlainTextEdit* m_edit;
};

} // namespace ternbench
