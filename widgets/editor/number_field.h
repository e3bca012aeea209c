#pragma once

#include "widgets/editor/field.h"
#include "widgets/editor/value_text.h"

#include <cstdint>
#include <optional>
#include <variant>

class QLineEdit;

namespace ternbench {

/// A number that is typed. Anything may be typed: a text that is no number is marked, kept, and never
/// stored; a spin box would refuse it without a word.
class NumberField : public Field
{
    Q_OBJECT

public:
    /// Where the number is stored; must outlive the field.
    using Target = std::variant<int*, std::uint64_t*, double*, std::optional<int>*>;

    NumberField(const QString& path, Target target, QWidget* parent = nullptr);

    /// What it means that an optional number is not there: shown in the empty field, and may be typed as
    /// well.
    void setNoneText(const QString& text);

    void refresh() override;
    void discardTypedText() override;

private:
    void store(const QString& text);
    template <class T>
    Parsed<T> parse(const QString& text) const;
    template <class T>
    void storeParsed(T* target, const QString& text);
    QString targetText() const;

    Target m_target;
    QLineEdit* m_edit;
    QString m_shown; ///< canonical text of the value last shown or stored
};

} // namespace ternbench
