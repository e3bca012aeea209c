#include "widgets/editor/form_section.h"

#include <QFormLayout>
#include <QLabel>

namespace ternbench {

FormSection::FormSection(const QString& title, QWidget* parent)
    : Section(title, parent), m_form(new QFormLayout(this))
{
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->setVerticalSpacing(2); // the fields bring their own margin, for the outline
}

void FormSection::addRow(const QString& label, const QString& what, Field* field)
{
    auto* caption = new QLabel(label, this);
    caption->setBuddy(field->control());
    field->setWhat(what);
    m_form->addRow(caption, field);
    m_fields.push_back(field);
    connect(field, &Field::edited, this, [this, field] {
        showNeededRows();
        emit edited(m_experiment, field->what());
    });
    connect(field, &Field::typingProblemChanged, this, &Section::typingProblemsChanged);
}

NumberField* FormSection::addNumber(const QString& label, const QString& path, const QString& what,
                                    NumberField::Target target)
{
    return addField(label, what, new NumberField(path, target));
}

QLabel* FormSection::addNote(const QString& objectName)
{
    auto* note = new QLabel(this);
    note->setObjectName(objectName);
    note->setWordWrap(true);
    note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_form->addRow(note);
    return note;
}

void FormSection::addWidget(QWidget* widget)
{
    m_form->addRow(widget);
}

void FormSection::refresh()
{
    for (Field* field : m_fields)
        field->refresh();
    showNeededRows();
}

void FormSection::showNeededRows()
{
    for (Field* field : m_fields)
        if (m_form->isRowVisible(field) != field->isNeeded())
            m_form->setRowVisible(field, field->isNeeded());
}

void FormSection::setProblems(const std::vector<Problem>& problems)
{
    for (Field* field : m_fields) {
        QStringList messages;
        for (const Problem& problem : problems)
            if (field->path() == QString::fromStdString(problem.path))
                messages << QString::fromStdString(problem.message);
        field->setProblem(messages.join(QLatin1Char('\n')));
    }
    showNeededRows();
}

std::vector<Problem> FormSection::typingProblems() const
{
    std::vector<Problem> problems;
    for (const Field* field : m_fields)
        if (!field->typingProblem().isEmpty())
            problems.push_back({field->path().toStdString(), field->typingProblem().toStdString()});
    return problems;
}

void FormSection::discardTypedText()
{
    for (Field* field : m_fields)
        field->discardTypedText();
}

void FormSection::setLocked(bool locked)
{
    for (Field* field : m_fields)
        field->setEnabled(!locked);
}

QWidget* FormSection::focusPath(const QString& path)
{
    for (Field* field : m_fields) {
        if (field->path() != path)
            continue;
        field->setFocus(Qt::OtherFocusReason);
        return field;
    }
    return nullptr;
}

} // namespace ternbench
