#pragma once

#include "widgets/plots/plot_style.h"

#include <optional>
#include <vector>

namespace ternbench {

/// A place on the horizontal axis of a histogram that means something to the quantizer.
struct LevelMark
{
    enum class Kind {
        Threshold, ///< dashed line
        Level,     ///< solid line: a value of the code
    };
    Kind kind = Kind::Threshold;
    double position = 0.0;
    QString label; ///< above the axis rect; may be empty
};

/// A stretch of the horizontal axis, shaded.
struct LevelBand
{
    double from = 0.0, to = 0.0;
};

/// Which labels to show so that none overlaps another, in the order of importance in which they come.
/// `centres` and `widths` are in pixels. [i]: label i is shown.
std::vector<bool> labelsWithoutOverlap(const std::vector<double>& centres, const std::vector<double>& widths);

/// Vertical lines with labels above an axis rect, and shaded bands in it. The plot owns what is drawn.
class LevelMarks
{
public:
    LevelMarks(QCustomPlot& plot, QCPAxisRect& rect);

    /// In the order of importance of their labels.
    void set(std::vector<LevelMark> marks, std::vector<LevelBand> bands);
    /// Puts the labels above the lines that can be seen; to be called after the layout.
    void arrange();
    void applyTheme(const PlotTheme& theme);
    static QPen penOf(LevelMark::Kind kind, const PlotTheme& theme);
    static QBrush bandBrush(const PlotTheme& theme);

private:
    void adjustItems();

    QCustomPlot& m_plot;
    QCPAxisRect& m_rect;
    std::vector<LevelMark> m_marks;
    std::vector<LevelBand> m_bands;
    std::vector<QCPItemLine*> m_lines;
    std::vector<QCPItemText*> m_labels;
    std::vector<QCPItemRect*> m_shades;
    PlotTheme m_theme;
};

} // namespace ternbench
