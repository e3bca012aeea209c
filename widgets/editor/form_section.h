#pragma once

#include "widgets/editor/choice_field.h"
#include "widgets/editor/number_field.h"
#include "widgets/editor/section.h"
#include "widgets/editor/text_field.h"

class QFormLayout;
class QLabel;

namespace ternbench {

/// A section made of labelled fields. Fields are bound to members of m_experiment.
class FormSection : public Section
{
    Q_OBJECT

public:
    explicit FormSection(const QString& title, QWidget* parent = nullptr);

    void setProblems(const std::vector<Problem>& problems) override;
    std::vector<Problem> typingProblems() const override;
    void discardTypedText() override;
    void setLocked(bool locked) override;
    QWidget* focusPath(const QString& path) override;

protected:
    /// Adds a row; `label` has a mnemonic, `what` is the name in undo texts.
    template <class F>
    F* addField(const QString& label, const QString& what, F* field)
    {
        addRow(label, what, field);
        return field;
    }
    NumberField* addNumber(const QString& label, const QString& path, const QString& what,
                           NumberField::Target target);
    template <class E>
    ChoiceField* addChoice(const QString& label, const QString& path, const QString& what, E* target,
                           const QList<std::pair<E, QString>>& options)
    {
        QList<ChoiceField::Option> numbered;
        for (const auto& [value, text] : options)
            numbered.emplaceBack(static_cast<int>(value), text);
        return addField(label, what,
                        new ChoiceField(
                            path, numbered, [target] { return static_cast<int>(*target); },
                            [target](int value) { *target = static_cast<E>(value); }));
    }
    /// A line of explanation across the whole width.
    QLabel* addNote(const QString& objectName);
    void addWidget(QWidget* widget);

    void refresh() override;

private:
    void addRow(const QString& label, const QString& what, Field* field);
    void showNeededRows();

    QFormLayout* m_form;
    std::vector<Field*> m_fields;
};

} // namespace ternbench
