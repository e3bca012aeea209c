#pragma once

#include "widgets/plots/group_display.h"
#include "widgets/plots/hover_label.h"
#include "widgets/plots/layer_curves.h"
#include "widgets/plots/level_marks.h"
#include "widgets/plots/plot_frame.h"

#include <memory>

namespace ternbench {

/// The groups of one layer in one epoch: non-zeros per group against the limit K, and how often each pattern
/// of the code is used, in the order of the pattern table (the mouse shows index, pattern and count); and for
/// all layers the share of groups whose pattern changed, over the epochs. "Log y" acts on the latter two.
class GroupsPlot : public PlotFrame
{
    Q_OBJECT
public:
    explicit GroupsPlot(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    void setSelection(const EpochHistory& history, const HistorySelection& selection);

    const HoverLabel& hoverLabel() const { return *m_hover; }
    QCPAxisRect* usageRect() const { return m_usageRect; }

    FigureTable table() const override;

protected:
    bool hasData() const override;
    void rebuild() override;
    void applySeriesTheme(const PlotTheme& theme) override;
    void scaleChanged() override;
    void arrange() override;
    void prepareLayout() override;
    void hover(const QPointF& position) override;
    void hoverEnded() override;

private:
    void createAxes();
    void createItems();
    void setShares(const LayerSnapshot& layer);
    void setFlips();
    void setRanges(const LayerSnapshot& layer);
    void setUsageBars();
    void placeUsage();
    void arrangeTexts(const LayerSnapshot& layer);

    QCPLayoutGrid* m_upper = nullptr;
    QCPAxisRect* m_shareRect = nullptr;
    QCPAxisRect* m_flipRect = nullptr;
    QCPAxisRect* m_usageRect = nullptr;
    QCPLegend* m_flipLegend = nullptr;
    QCPBars* m_shares = nullptr;
    QCPBars* m_usage = nullptr;
    std::unique_ptr<LayerCurves> m_flips;
    QCPItemText* m_limit = nullptr;     ///< above the share panel
    QCPItemText* m_limitTag = nullptr;  ///< "K = 2" at the dashed line
    QCPItemText* m_shareHint = nullptr; ///< why the share panel is empty
    QCPItemText* m_usageHint = nullptr; ///< why the usage panel is empty
    std::unique_ptr<LevelMarks> m_limitMark;
    std::unique_ptr<HoverLabel> m_hover;
    std::vector<UsageColumn> m_columns;

    EpochHistory m_history;
    HistorySelection m_selection;
};

} // namespace ternbench
