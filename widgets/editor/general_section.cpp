#include "widgets/editor/general_section.h"

namespace ternbench {

GeneralSection::GeneralSection(QWidget* parent) : FormSection(tr("Experiment"), parent)
{
    addField(tr("N&ame"), tr("name"), new TextField(QStringLiteral("name"), &m_experiment.name));
    addField(tr("N&otes"), tr("notes"), new NotesField(QStringLiteral("notes"), &m_experiment.notes));
    NumberField* seed = addNumber(tr("See&d"), QStringLiteral("seed"), tr("seed"), &m_experiment.seed);
    seed->control()->setToolTip(
        tr("Decides every random choice: the same document, seed and machine give the same bits"));
}

} // namespace ternbench
