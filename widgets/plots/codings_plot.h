#pragma once

#include "core/packed/coding_comparison.h"
#include "widgets/plots/hover_label.h"
#include "widgets/plots/plot_frame.h"

#include <array>
#include <memory>

namespace ternbench {

/// What a bar of the coding comparison stands for; told apart by pattern as well as by colour.
enum class CodingBar {
    Own,       ///< this project's indexes: solid
    Other,     ///< another coding: light, with an outline
    Unfitting, ///< a coding that these weights do not fit: empty, dashed outline
    Bound,     ///< an entropy, no coding: hatched
};
inline constexpr int codingBarCount = 4;
CodingBar codingBar(const CodingSize& size);

/// Bits a weight of each coding of the same ternary weights, one horizontal bar a coding, the number behind
/// it. The mouse shows bytes and assumption.
class CodingsPlot : public PlotFrame
{
    Q_OBJECT
public:
    explicit CodingsPlot(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    /// Of one layer, or the total; without sizes the plot is empty.
    void setCodings(const LayerCodings& codings);

    const HoverLabel& hoverLabel() const { return *m_hover; }
    /// Texts behind the bars, top to bottom.
    QStringList barTexts() const;
    /// Where the bar of a coding ends on the axis of bits.
    double barEnd(CodingKind kind) const;

    FigureTable table() const override;

protected:
    bool hasData() const override { return !m_codings.sizes.empty(); }
    void rebuild() override;
    void applySeriesTheme(const PlotTheme& theme) override;
    void scaleChanged() override;
    void arrange() override;
    void prepareLayout() override;
    void hover(const QPointF& position) override;
    void hoverEnded() override;

private:
    void createAxes();
    void setLabels();
    void setRanges();
    double bitsPerWeight(std::size_t row) const;
    double barBase() const;
    QFont rowFont() const;

    LayerCodings m_codings;
    QCPAxisRect* m_rect = nullptr;
    QCPAxis* m_names = nullptr;
    QCPAxis* m_bits = nullptr;
    QCPLegend* m_legend = nullptr;
    std::array<QCPBars*, codingBarCount> m_bars{};
    std::vector<QCPItemText*> m_labels;
    std::unique_ptr<HoverLabel> m_hover;
};

} // namespace ternbench
