#include "widgets/editor/number_field.h"

#include <QLineEdit>

#include <type_traits>

namespace ternbench {

NumberField::NumberField(const QString& path, Target target, QWidget* parent)
    : Field(path, new QLineEdit, parent), m_target(target), m_edit(qobject_cast<QLineEdit*>(control()))
{
    connect(m_edit, &QLineEdit::textEdited, this, &NumberField::store);
}

void NumberField::setNoneText(const QString& text)
{
    m_edit->setPlaceholderText(text);
}

void NumberField::refresh()
{
    const QString text = targetText();
    if (text == m_shown)
        return;
    discardTypedText();
}

void NumberField::discardTypedText()
{
    m_shown = targetText();
    const int cursor = m_edit->cursorPosition();
    m_edit->setText(m_shown);
    if (m_edit->hasFocus())
        m_edit->setCursorPosition(cursor);
    setTypingProblem({});
}

void NumberField::store(const QString& text)
{
    std::visit([&](auto* target) { storeParsed(target, text); }, m_target);
}

template <class T>
Parsed<T> NumberField::parse(const QString& text) const
{
    if constexpr (std::is_same_v<T, int>) {
        return parseInteger(text);
    } else if constexpr (std::is_same_v<T, double>) {
        return parseReal(text);
    } else if constexpr (std::is_same_v<T, std::optional<int>>) {
        const QString word = text.trimmed();
        if (word.isEmpty() || word.compare(m_edit->placeholderText(), Qt::CaseInsensitive) == 0)
            return {std::make_optional<T>(), {}};
        const Parsed<int> number = parseInteger(text);
        return {number.value ? std::make_optional<T>(number.value) : std::nullopt, number.problem};
    } else {
        return parseUnsigned(text);
    }
}

template <class T>
void NumberField::storeParsed(T* target, const QString& text)
{
    const Parsed<T> parsed = parse<T>(text);
    setTypingProblem(parsed.problem);
    if (!parsed.value || *parsed.value == *target)
        return;
    *target = *parsed.value;
    m_shown = targetText();
    emit edited();
}

QString NumberField::targetText() const
{
    return std::visit([](const auto* target) { return textOf(*target); }, m_target);
}

} // namespace ternbench
