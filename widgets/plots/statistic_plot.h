#pragma once

#include "widgets/plots/layer_curves.h"
#include "widgets/plots/plot_frame.h"

#include <memory>

namespace ternbench {

/// One statistic of all layers over the epochs, a curve for each layer.
class StatisticPlot : public PlotFrame
{
    Q_OBJECT
public:
    explicit StatisticPlot(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    void setHistory(const EpochHistory& history);
    void setStatistic(LayerStatistic statistic);
    /// Marks an epoch of the history by a vertical line.
    void setMarkedEpoch(int index);

    FigureTable table() const override;

protected:
    bool hasData() const override { return !m_history.empty(); }
    void rebuild() override;
    void applySeriesTheme(const PlotTheme& theme) override;
    void scaleChanged() override;
    void arrange() override;
    void prepareLayout() override;

private:
    void createAxes();
    void setRanges(const std::vector<StatisticCurve>& curves);

    QCPAxisRect* m_rect = nullptr;
    QCPLegend* m_legend = nullptr;
    QCPItemText* m_hint = nullptr; ///< why there are no curves
    std::unique_ptr<LayerCurves> m_curves;

    EpochHistory m_history;
    LayerStatistic m_statistic = LayerStatistic::IndexFlips;
    int m_marked = 0;
};

} // namespace ternbench
