#include "widgets/plots/weights_panel.h"

#include "widgets/plots/epoch_selector.h"
#include "widgets/plots/weights_plot.h"

#include <QCheckBox>
#include <QVBoxLayout>

namespace ternbench {

WeightsPanel::WeightsPanel(RepaintGovernor* governor, QWidget* parent)
    : QWidget(parent), m_selector(new EpochSelector(this)), m_plot(new WeightsPlot(governor, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_selector);
    column->addWidget(m_plot, 1);
    m_plot->addTool(m_selector->followBox());
    connect(m_selector, &EpochSelector::selectionChanged, this, [this] {
        m_plot->setSelection(m_history, m_selector->selection());
        m_plot->refreshNow();
    });
}

void WeightsPanel::setHistory(const EpochHistory& history)
{
    m_history = history;
    m_selector->setHistory(history);
    m_plot->setSelection(m_history, m_selector->selection());
}

void WeightsPanel::setTotalEpochs(int epochs)
{
    m_selector->setTotalEpochs(epochs);
}

} // namespace ternbench
