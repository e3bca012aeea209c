#pragma once

#include "widgets/plots/fault_display.h"
#include "widgets/plots/hover_label.h"
#include "widgets/plots/plot_frame.h"

#include <array>
#include <memory>

namespace ternbench {

/// Over the number of flipped bits: the class error (mean, and the band from least to most of all draws)
/// beside the level without faults, and the shares of draws that were caught, silent and harmless. "Log y"
/// acts on the class error.
class FaultsPlot : public PlotFrame
{
    Q_OBJECT
public:
    explicit FaultsPlot(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    /// Without points the plot is empty.
    void setCurve(const FaultCurve& curve);

    const HoverLabel& hoverLabel() const { return *m_hover; }

    FigureTable table() const override;

protected:
    bool hasData() const override { return !m_curves.flips.empty(); }
    void rebuild() override;
    void applySeriesTheme(const PlotTheme& theme) override;
    void scaleChanged() override;
    void prepareLayout() override;
    void hover(const QPointF& position) override;
    void hoverEnded() override;

private:
    void createAxes();
    void createGraphs();
    QCPGraph* addGraph(QCPAxisRect* rect, QCPLegend* legend, const QString& name);
    void setRanges();
    void place();

    FaultCurve m_curve;
    FaultCurves m_curves;
    QCPLayoutGrid* m_grid = nullptr;
    QCPLayoutGrid* m_shareCell = nullptr;
    QCPAxisRect* m_errorRect = nullptr;
    QCPAxisRect* m_shareRect = nullptr;
    QCPLegend* m_errorLegend = nullptr;
    QCPLegend* m_shareLegend = nullptr;
    QCPGraph* m_least = nullptr;
    QCPGraph* m_most = nullptr;
    QCPGraph* m_mean = nullptr;
    QCPGraph* m_sound = nullptr;
    std::array<QCPGraph*, 3> m_shares{};
    std::unique_ptr<HoverLabel> m_hover;
};

} // namespace ternbench
