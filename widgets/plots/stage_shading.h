#pragma once

#include "widgets/plots/curve_data.h"
#include "widgets/plots/plot_style.h"

namespace ternbench {

/// Stages as bands behind stacked axis rects that share their horizontal axis, with labels above the topmost.
class StageShading
{
public:
    /// `rects` from top to bottom; the plot owns what is drawn.
    StageShading(QCustomPlot& plot, std::vector<QCPAxisRect*> rects);

    void setStages(std::vector<StageSpan> stages);
    const std::vector<StageSpan>& stages() const { return m_stages; }
    /// Epochs of all stages together.
    int totalEpochs() const;

    /// Reserves the room above the topmost rect that the labels need at its present width and range.
    void reserveLabelRoom();
    /// Puts the labels over the visible part of each stage.
    void arrange();
    void applyTheme(const PlotTheme& theme);

private:
    struct Extent ///< visible part of a stage in pixels
    {
        double left = 0.0, right = 0.0;
    };
    Extent visibleExtent(const StageSpan& stage) const;
    LabelFit fitOf(const StageSpan& stage) const;
    void createItems();

    QCustomPlot& m_plot;
    std::vector<QCPAxisRect*> m_rects;
    std::vector<StageSpan> m_stages;
    std::vector<QCPItemRect*> m_bands; ///< stage-major: one for each rect
    std::vector<QCPItemText*> m_labels;
    PlotTheme m_theme;
};

} // namespace ternbench
