#pragma once

#include "widgets/plots/layer_statistic.h"
#include "widgets/plots/plot_style.h"

namespace ternbench {

/// A statistic of all layers over the epochs in one axis rect, with its entries in a legend, and a line at
/// the epoch that is shown elsewhere.
class LayerCurves
{
public:
    /// All three must outlive it.
    LayerCurves(QCustomPlot& plot, QCPAxisRect& rect, QCPLegend& legend);

    void set(const std::vector<StatisticCurve>& curves, const PlotTheme& theme);
    void markEpoch(int epoch);
    void applyTheme(const PlotTheme& theme);

private:
    QCustomPlot& m_plot;
    QCPAxisRect& m_rect;
    QCPLegend& m_legend;
    std::vector<QCPGraph*> m_graphs;
    QCPItemStraightLine* m_epochLine;
};

} // namespace ternbench
