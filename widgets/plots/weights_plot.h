#pragma once

#include "widgets/plots/histogram_display.h"
#include "widgets/plots/level_marks.h"
#include "widgets/plots/plot_frame.h"

#include <memory>

namespace ternbench {

/// The weights of one layer in one epoch, as two histograms: shadow weights w with the bands in which the
/// threshold lies for most columns, and normalized weights u with the weights kept as ±1 filled in, the
/// threshold (dashed) and the code levels -D, 0, +D.
class WeightsPlot : public PlotFrame
{
    Q_OBJECT
public:
    explicit WeightsPlot(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    /// Shows the selected layer. The ranges follow the whole history, not the selected epoch.
    void setSelection(const EpochHistory& history, const HistorySelection& selection);

    FigureTable table() const override;

protected:
    bool hasData() const override;
    void rebuild() override;
    void applySeriesTheme(const PlotTheme& theme) override;
    void scaleChanged() override;
    void arrange() override;
    void prepareLayout() override;

private:
    void createAxes();
    void createGraphs();
    void createLegend();
    void placePanels();
    void setMarks(const LayerSnapshot& layer);
    void setRange(QCPAxisRect& rect, const HistogramRange& range);

    QCPAxisRect* m_shadowRect = nullptr;
    QCPAxisRect* m_normalizedRect = nullptr;
    QCPLegend* m_legend = nullptr;
    QCPGraph* m_shadow = nullptr;
    QCPGraph* m_normalized = nullptr;
    QCPGraph* m_kept = nullptr;
    QCPGraph* m_thresholdKey = nullptr; ///< legend entries for what are items, not graphs
    QCPGraph* m_bandKey = nullptr;
    QCPGraph* m_levelKey = nullptr;
    std::unique_ptr<LevelMarks> m_shadowMarks;
    std::unique_ptr<LevelMarks> m_normalizedMarks;
    bool m_sideBySide = true;

    EpochHistory m_history;
    HistorySelection m_selection;
};

} // namespace ternbench
