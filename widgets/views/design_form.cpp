#include "widgets/views/design_form.h"

#include "widgets/editor/choice_field.h"
#include "widgets/editor/number_field.h"

#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>
#include <limits>

namespace ternbench {

DesignForm::DesignForm(QWidget* parent)
    : QWidget(parent), m_onChipBytes(std::uint64_t(m_design.onChipBytes)), m_form(new QFormLayout(this)),
      m_defaults(new QPushButton(tr("Defaults"), this))
{
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setVerticalSpacing(1);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addFields();
    m_defaults->setObjectName(QStringLiteral("designDefaults"));
    m_form->addRow(m_defaults);
    connect(m_defaults, &QPushButton::clicked, this, &DesignForm::restoreDefaults);
    showProblems();
}

void DesignForm::addFields()
{
    const auto number = [](const char* name, NumberField::Target target) {
        return new NumberField(QStringLiteral("design.") + QLatin1String(name), target);
    };
    const auto mark = [this](DesignField which, Field* field) { m_marked.emplace_back(which, field); };
    mark(DesignField::Lanes,
         add(tr("&Lanes"), tr("lanes"), tr("groups"), tr("Groups decoded per cycle along a row"),
             number("lanes", &m_design.lanes)));
    mark(DesignField::ParallelRows,
         add(tr("Rows"), tr("parallel rows"), tr("rows"), tr("Rows processed at once"),
             number("rows", &m_design.parallelRows)));
    add(tr("&Table"), tr("pattern table"), {}, tr("How each decoder holds the table of patterns"),
        new ChoiceField(
            QStringLiteral("design.table"),
            {{int(DesignPoint::Table::Rom), tr("ROM")}, {int(DesignPoint::Table::Logic), tr("logic")}},
            [this] { return int(m_design.table); },
            [this](int table) { m_design.table = DesignPoint::Table(table); }));
    mark(DesignField::Clock,
         add(tr("&Clock"), tr("clock"), tr("MHz"), {}, number("clock", &m_design.clockMhz)));
    mark(DesignField::OnChipBytes, add(tr("&On-chip"), tr("on-chip memory"), tr("bytes"),
                                       tr("On-chip memory; weights that do not fit stream in for each image"),
                                       number("onChipBytes", &m_onChipBytes)));
    mark(DesignField::OffChipBits, add(tr("Off-chip"), tr("off-chip port"), tr("bits/cycle"),
                                       tr("Width of the off-chip port; input images arrive through it"),
                                       number("offChipBits", &m_design.offChipBitsPerCycle)));
    auto* activations = number("activationBits", &m_design.activationBits);
    activations->setNoneText(QString::fromUtf8(asTrained.data(), qsizetype(asTrained.size())));
    mark(DesignField::ActivationBits,
         add(tr("&Activations"), tr("activation bits"), tr("bits"),
             tr("Width at which activations are stored and read, %1 to %2 bits. Empty: as trained, each "
                "layer's "
                "own. For the estimates alone: the RTL has the network's own widths")
                 .arg(leastActivationBits)
                 .arg(mostActivationBits),
             activations));
}

Field* DesignForm::add(const QString& label, const QString& what, const QString& unit, const QString& toolTip,
                       Field* field)
{
    auto* caption = new QLabel(label, this);
    caption->setBuddy(field->control());
    caption->setToolTip(toolTip);
    field->setWhat(what);
    field->control()->setToolTip(toolTip);
    if (!unit.isEmpty())
        field->setUnit(unit);
    field->refresh();
    m_form->addRow(caption, field);
    m_fields.push_back(field);
    connect(field, &Field::edited, this, &DesignForm::takeEdit);
    connect(field, &Field::typingProblemChanged, this, &DesignForm::takeEdit);
    return field;
}

QString DesignForm::problem() const
{
    for (const Field* field : m_fields)
        if (!field->problem().isEmpty())
            return field->problem();
    return {};
}

void DesignForm::takeEdit()
{
    const auto most = std::uint64_t(std::numeric_limits<std::int64_t>::max());
    m_design.onChipBytes = std::int64_t(std::min(m_onChipBytes, most));
    showProblems();
    emit problemChanged();
    if (!problem().isEmpty() || m_design == m_valid)
        return;
    m_valid = m_design;
    emit designChanged(m_valid);
}

void DesignForm::restoreDefaults()
{
    m_design = DesignPoint{};
    m_onChipBytes = std::uint64_t(m_design.onChipBytes);
    for (Field* field : m_fields) {
        field->discardTypedText();
        field->refresh();
    }
    takeEdit();
}

void DesignForm::showProblems()
{
    const std::vector<DesignProblem> problems = designPointProblems(m_design);
    for (const auto& [which, field] : m_marked) {
        const auto found = std::ranges::find(problems, which, &DesignProblem::field);
        field->setProblem(found == problems.end() ? QString() : QString::fromStdString(found->message));
    }
    m_defaults->setEnabled(!(m_design == DesignPoint{}) || !problem().isEmpty());
    m_defaults->setToolTip(m_defaults->isEnabled() ? tr("Back to the default design point")
                                                   : tr("All parameters have their defaults."));
}

} // namespace ternbench
