#pragma once

#include "widgets/plots/epoch_history.h"

#include <QWidget>

class QComboBox;
class QSplitter;
class QTableView;

namespace ternbench {

class EpochSelector;
class PlainTableModel;
class RepaintGovernor;
class StatisticPlot;

/// What coding does to each layer: a table of all layers in one epoch, and one of its columns as curves over
/// the epochs.
class LayersView : public QWidget
{
    Q_OBJECT

public:
    explicit LayersView(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    /// All finished epochs; an empty history clears the view.
    void setHistory(const EpochHistory& history);
    /// Epochs of the whole schedule, for "epoch 7 of 18".
    void setTotalEpochs(int epochs);

    PlainTableModel* model() const { return m_model; }
    StatisticPlot* plot() const { return m_plot; }
    EpochSelector* selector() const { return m_selector; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showEpoch();

    EpochHistory m_history;
    EpochSelector* m_selector;
    QSplitter* m_parts;
    PlainTableModel* m_model;
    QTableView* m_table;
    QComboBox* m_statistic;
    StatisticPlot* m_plot;
};

} // namespace ternbench
