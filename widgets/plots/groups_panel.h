#pragma once

#include "widgets/plots/epoch_history.h"

#include <QWidget>

class QLabel;

namespace ternbench {

class EpochSelector;
class RepaintGovernor;
class GroupsPlot;

/// The groups plot with its layer box and its slider back through the epochs.
class GroupsPanel : public QWidget
{
    Q_OBJECT
public:
    explicit GroupsPanel(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    /// All finished epochs; an empty history clears the panel.
    void setHistory(const EpochHistory& history);
    /// Epochs of the whole schedule, for "epoch 7 of 18".
    void setTotalEpochs(int epochs);

    GroupsPlot* plot() const { return m_plot; }
    EpochSelector* selector() const { return m_selector; }

private:
    void showSelection();

    EpochHistory m_history;
    EpochSelector* m_selector;
    QLabel* m_frozen; ///< of the layer and epoch shown
    GroupsPlot* m_plot;
};

} // namespace ternbench
