#include "widgets/editor/section.h"

namespace ternbench {

void Section::setExperiment(const Experiment& experiment)
{
    m_experiment = experiment;
    refresh();
}

} // namespace ternbench
