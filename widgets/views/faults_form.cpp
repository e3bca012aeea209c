#include "widgets/views/faults_form.h"

#include "widgets/editor/number_field.h"
#include "widgets/editor/text_field.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>

#include <algorithm>

namespace ternbench {

QString parseFlips(const QString& text, std::vector<std::int64_t>& flips)
{
    flips.clear();
    static const QRegularExpression separators(QStringLiteral("[,;\\s]+"));
    for (const QString& word : text.split(separators, Qt::SkipEmptyParts)) {
        bool ok = false;
        const qlonglong value = word.toLongLong(&ok);
        if (!ok || value < 0)
            return FaultsForm::tr("‘%1’ is not allowed: must be whole numbers from 0, such as 1, 10, 100")
                .arg(word);
        flips.push_back(value);
    }
    if (flips.size() > maxFaultPoints)
        return FaultsForm::tr("%1 numbers are not allowed: must be at most %2")
            .arg(flips.size())
            .arg(maxFaultPoints);
    return {};
}

FaultsForm::FaultsForm(QWidget* parent)
    : QWidget(parent), m_flipsField(new TextField(QStringLiteral("faults.flips"), &m_flips)),
      m_repeats(new NumberField(QStringLiteral("faults.repeats"), &m_spec.repeats)),
      m_images(new NumberField(QStringLiteral("faults.images"), &m_spec.images)),
      m_seed(new NumberField(QStringLiteral("faults.seed"), &m_spec.seed)), m_form(new QFormLayout(this))
{
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setVerticalSpacing(1);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_flipsField->edit()->setPlaceholderText(tr("0, 1, 2, 5, 10, …"));
    add(tr("Bits flipped"), tr("bits flipped"),
        tr("Numbers of bits flipped at once, each a point of the curve. Empty: 0, 1, 2, 5, 10, … up to a "
           "tenth "
           "of the bits"),
        m_flipsField);
    add(tr("&Draws"), tr("draws"), tr("Independent draws for each point"), m_repeats);
    add(tr("I&mages"), tr("images"), tr("The first so many images of the test set; 0: all"), m_images);
    add(tr("&Seed"), tr("seed of the draws"), tr("The same seed gives the same draws"), m_seed);
}

void FaultsForm::add(const QString& label, const QString& what, const QString& toolTip, Field* field)
{
    auto* caption = new QLabel(label, this);
    caption->setBuddy(field->control());
    caption->setToolTip(toolTip);
    field->setWhat(what);
    field->control()->setToolTip(toolTip);
    field->refresh();
    m_form->addRow(caption, field);
    m_fields.push_back(field);
    connect(field, &Field::edited, this, &FaultsForm::review);
    connect(field, &Field::typingProblemChanged, this, &FaultsForm::review);
}

void FaultsForm::review()
{
    m_flipsField->setProblem(parseFlips(QString::fromStdString(m_flips), m_spec.flips));
    m_repeats->setProblem(
        m_spec.repeats >= 1 && m_spec.repeats <= maxFaultRepeats
            ? QString()
            : tr("%1 is not allowed: must be 1..%2").arg(m_spec.repeats).arg(maxFaultRepeats));
    m_images->setProblem(m_spec.images >= 0 ? QString()
                                            : tr("%1 is not allowed: must be 0 or more").arg(m_spec.images));
    emit edited();
}

QString FaultsForm::problem() const
{
    const auto wrong =
        std::ranges::find_if(m_fields, [](const Field* field) { return !field->problem().isEmpty(); });
    return wrong == m_fields.end() ? QString() : (*wrong)->problem();
}

} // namespace ternbench
