#include "widgets/views/rtl_form.h"

#include "experiments/rtl_exporting.h"
#include "widgets/editor/number_field.h"
#include "widgets/views/rtl_table.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>

namespace ternbench {

RtlForm::RtlForm(QWidget* parent)
    : QWidget(parent), m_imagesField(new NumberField(QStringLiteral("rtl.images"), &m_images))
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(1);
    auto* caption = new QLabel(tr("Test &images"), this);
    caption->setBuddy(m_imagesField->control());
    m_imagesField->setWhat(tr("test images"));
    m_imagesField->control()->setToolTip(
        tr("Images of the test set that the test bench gets with their golden "
           "outputs"));
    m_imagesField->refresh();
    form->addRow(caption, m_imagesField);
    auto* boxes = new QWidget(this);
    auto* grid = new QGridLayout(boxes);
    grid->setContentsMargins(0, 0, 0, 0);
    const std::pair<RtlTool, QString> tools[] = {
        {RtlTool::Lint, tr("Verilator lint, all warnings")},
        {RtlTool::Verilator, tr("Compiled simulation over all images")},
        {RtlTool::Icarus, tr("Interpreted simulation over three images")},
        {RtlTool::Yosys, tr("Synthesis of decoder and processing element: cell counts")}};
    for (const auto& [tool, toolTip] : tools) {
        auto* box = new QCheckBox(rtlToolTitle(tool), boxes);
        const std::string_view name = rtlToolName(tool);
        box->setObjectName(QStringLiteral("rtl.") + QString::fromUtf8(name.data(), qsizetype(name.size())));
        box->setToolTip(toolTip);
        box->setChecked(true);
        const int at = int(m_boxes.size());
        grid->addWidget(box, at / 2, at % 2);
        m_boxes.emplace_back(tool, box);
        connect(box, &QCheckBox::toggled, this, &RtlForm::edited);
    }
    form->addRow(tr("Checks"), boxes);
    connect(m_imagesField, &Field::edited, this, &RtlForm::review);
    connect(m_imagesField, &Field::typingProblemChanged, this, &RtlForm::review);
}

void RtlForm::review()
{
    const bool allowed = m_images >= 1 && m_images <= maxTestImages;
    m_imagesField->setProblem(
        allowed ? QString() : tr("%1 is not allowed: must be 1..%2").arg(m_images).arg(maxTestImages));
    emit edited();
}

QString RtlForm::imagesProblem() const
{
    return m_imagesField->problem();
}

std::vector<RtlTool> RtlForm::tools() const
{
    std::vector<RtlTool> tools;
    for (const auto& [tool, box] : m_boxes)
        if (box->isChecked())
            tools.push_back(tool);
    return tools;
}

} // namespace ternbench
