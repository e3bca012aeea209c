#include "widgets/plots/groups_panel.h"

#include "widgets/plots/epoch_selector.h"
#include "widgets/plots/groups_plot.h"

#include <QCheckBox>
#include <QLabel>
#include <QVBoxLayout>

namespace ternbench {

GroupsPanel::GroupsPanel(RepaintGovernor* governor, QWidget* parent)
    : QWidget(parent), m_selector(new EpochSelector(this)), m_frozen(new QLabel(this)),
      m_plot(new GroupsPlot(governor, this))
{
    m_frozen->setObjectName(QStringLiteral("groups.frozen"));
    m_frozen->setMargin(2);
    m_frozen->setToolTip(
        tr("Frozen (\"trapped\"): groups with the same pattern as at the end of the epoch before. "
           "Held: groups under the stage's code while it grows; the others have a looser one."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_selector);
    column->addWidget(m_frozen);
    column->addWidget(m_plot, 1);
    m_plot->addTool(m_selector->followBox());
    connect(m_selector, &EpochSelector::selectionChanged, this, [this] {
        showSelection();
        m_plot->refreshNow();
    });
    showSelection();
}

void GroupsPanel::showSelection()
{
    const LayerSnapshot* layer = selectedLayer(m_history, m_selector->selection());
    m_frozen->setText(layer ? frozenText(*layer) : QString());
    m_plot->setSelection(m_history, m_selector->selection());
}

void GroupsPanel::setHistory(const EpochHistory& history)
{
    m_history = history;
    m_selector->setHistory(history);
    showSelection();
}

void GroupsPanel::setTotalEpochs(int epochs)
{
    m_selector->setTotalEpochs(epochs);
}

} // namespace ternbench
