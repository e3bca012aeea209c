#include "widgets/plots/groups_plot.h"

#include "widgets/plots/curve_data.h"
#include "widgets/plots/plot_tickers.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr int mostBars = 600;      // pattern usage: more cannot be told apart on a screen
constexpr double barShare = 0.8;   // of the room between two bars
constexpr int lowPane = 300;       // pixels: two rows of axes below this have no room for their curves
constexpr int legendMargin = 80;   // pixels: the axis labels and numbers left of the curves
constexpr double emptyCount = 0.7; // a logarithmic axis begins below one group

} // namespace

GroupsPlot::GroupsPlot(RepaintGovernor* governor, QWidget* parent) : PlotFrame(governor, parent)
{
    createAxes();
    createItems();
    setHint(tr("From the end of the first epoch on: how the groups fill their code."));
    finishSetup(QStringLiteral("groups"));
}

void GroupsPlot::createAxes()
{
    plot()->plotLayout()->clear();
    m_shareRect = new QCPAxisRect(plot());
    m_flipRect = new QCPAxisRect(plot());
    m_usageRect = new QCPAxisRect(plot());
    m_upper = new QCPLayoutGrid;
    plot()->plotLayout()->addElement(0, 0, m_upper);
    m_upper->setColumnSpacing(8);
    m_upper->setRowSpacing(0);
    m_flipLegend = addLegendRow(*m_upper, 0, 1); // not inside the axis rect: there it would hide curves
    m_upper->addElement(1, 0, m_shareRect);
    m_upper->addElement(1, 1, m_flipRect);
    plot()->plotLayout()->addElement(1, 0, m_usageRect);
    plot()->plotLayout()->setRowSpacing(2);
    auto* group = new QCPMarginGroup(plot());
    m_shareRect->setMarginGroup(QCP::msLeft, group);
    m_usageRect->setMarginGroup(QCP::msLeft, group);
    auto* bottoms = new QCPMarginGroup(plot());
    m_shareRect->setMarginGroup(QCP::msBottom, bottoms);
    m_flipRect->setMarginGroup(QCP::msBottom, bottoms);
    m_flipRect->axis(QCPAxis::atBottom)->setLabel(tr("epoch"));
    m_flipRect->axis(QCPAxis::atLeft)->setLabel(tr("flips [%]"));
    m_shareRect->axis(QCPAxis::atLeft)->setLabel(tr("groups [%]"));
    m_usageRect->axis(QCPAxis::atBottom)->setLabel(tr("pattern index"));
    m_usageRect->axis(QCPAxis::atLeft)->setLabel(tr("groups"));
    m_shareRect->axis(QCPAxis::atBottom)->grid()->setVisible(false);
    m_usageRect->axis(QCPAxis::atBottom)->grid()->setVisible(false);
}

void GroupsPlot::createItems()
{
    plot()->setAutoAddPlottableToLegend(false);
    const auto addBars = [](QCPAxisRect* rect) {
        auto* bars = new QCPBars(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
        bars->setSelectable(QCP::stNone);
        bars->setAntialiased(false);
        return bars;
    };
    m_shares = addBars(m_shareRect);
    m_shares->setWidth(barShare);
    m_usage = addBars(m_usageRect);
    const auto addText = [this](Qt::Alignment alignment) {
        auto* text = new QCPItemText(plot());
        text->setLayer(QStringLiteral("legend"));
        text->setClipToAxisRect(false);
        text->setSelectable(false);
        text->setPositionAlignment(alignment);
        text->position->setType(QCPItemPosition::ptAbsolute);
        return text;
    };
    m_limit = addText(Qt::AlignLeft | Qt::AlignBottom);
    m_limitTag = addText(Qt::AlignLeft | Qt::AlignTop);
    m_limitTag->setPadding(QMargins(3, 0, 3, 0));
    m_shareHint = addText(Qt::AlignCenter);
    m_usageHint = addText(Qt::AlignCenter);
    m_flips = std::make_unique<LayerCurves>(*plot(), *m_flipRect, *m_flipLegend);
    m_limitMark = std::make_unique<LevelMarks>(*plot(), *m_shareRect);
    m_hover = std::make_unique<HoverLabel>(*plot());
}

void GroupsPlot::setSelection(const EpochHistory& history, const HistorySelection& selection)
{
    m_history = history;
    m_selection = selection;
    markDirty();
}

bool GroupsPlot::hasData() const
{
    return selectedLayer(m_history, m_selection) != nullptr;
}

void GroupsPlot::rebuild()
{
    const LayerSnapshot* layer = selectedLayer(m_history, m_selection);
    if (!layer)
        return;
    m_hover->hide(); // its numbers belong to the epoch before
    setShares(*layer);
    setFlips();
    if (!userRange())
        setRanges(*layer);
}

void GroupsPlot::setShares(const LayerSnapshot& layer)
{
    QVector<double> keys, values;
    for (double share : groupShares(layer)) {
        keys << static_cast<double>(keys.size());
        values << share;
    }
    m_shares->setData(keys, values, true);
    const bool ternary = layer.code && layer.code->isTernary();
    m_limitTag->setText(ternary ? QStringLiteral("K = %1").arg(layer.code->maxNonZeros) : QString());
    QString label = layer.code && !ternary ? tr("0: zeros, 1: others") : tr("non-zeros per group");
    std::vector<LevelMark> marks;
    if (ternary) {
        label += QStringLiteral(" (N = %1)").arg(layer.code->groupSize);
        // Right of the last bar that the code admits: the line is a wall, and hides no bar.
        marks.push_back({LevelMark::Kind::Threshold, layer.code->maxNonZeros + 0.5, {}});
    }
    m_shareRect->axis(QCPAxis::atBottom)->setLabel(label);
    m_limitMark->set(marks, {});
}

void GroupsPlot::setFlips()
{
    m_flips->set(statisticCurves(m_history, LayerStatistic::IndexFlips), theme());
    m_flips->markEpoch(m_history[static_cast<std::size_t>(m_selection.epoch)]->epoch);
}

void GroupsPlot::setRanges(const LayerSnapshot& layer)
{
    std::vector<double> flips;
    for (const StatisticCurve& curve : statisticCurves(m_history, LayerStatistic::IndexFlips))
        flips.insert(flips.end(), curve.values.begin(), curve.values.end());
    const ValueRange flipRange = paddedRange(flips, logY());
    const std::vector<double> shares = groupShares(layer);
    const double highestShare = shares.empty() ? 100.0 : *std::max_element(shares.begin(), shares.end());
    const auto& usage = layer.patternUsage;
    const double mostUsed = usage.empty() ? 10.0 : *std::max_element(usage.begin(), usage.end());
    const double lastPattern = usage.empty() ? 1.0 : static_cast<double>(usage.size() - 1);
    const double lastNonZeros = shares.empty() ? 8.0 : static_cast<double>(shares.size() - 1);
    beginAutoRange();
    m_shareRect->axis(QCPAxis::atBottom)->setRange(-0.6, lastNonZeros + 0.6);
    m_shareRect->axis(QCPAxis::atLeft)->setRange(0.0, std::max(1.0, highestShare) * 1.05);
    m_flipRect->axis(QCPAxis::atBottom)->setRange(0.5, std::max(2, m_history.back()->epoch) + 0.5);
    m_flipRect->axis(QCPAxis::atLeft)->setRange(logY() ? flipRange.lower : 0.0, flipRange.upper);
    m_usageRect->axis(QCPAxis::atBottom)->setRange(-0.6, lastPattern + 0.6);
    m_usageRect->axis(QCPAxis::atLeft)
        ->setRange(logY() ? emptyCount : 0.0, std::max(1.0, mostUsed) * (logY() ? 1.5 : 1.05));
    endAutoRange();
}

void GroupsPlot::setUsageBars()
{
    const LayerSnapshot* layer = selectedLayer(m_history, m_selection);
    if (!layer)
        return;
    const QCPRange range = m_usageRect->axis(QCPAxis::atBottom)->range();
    const auto first = static_cast<std::int64_t>(std::floor(range.lower));
    const auto last = static_cast<std::int64_t>(std::ceil(range.upper)) + 1;
    m_columns =
        usageColumns(layer->patternUsage, first, last, std::clamp(m_usageRect->width() / 2, 1, mostBars));
    QVector<double> keys, values;
    for (const UsageColumn& column : m_columns) {
        keys << 0.5 * (static_cast<double>(column.firstIndex) + static_cast<double>(column.lastIndex));
        values << column.count;
    }
    m_usage->setData(keys, values, true);
    const double span =
        m_columns.empty() ? 1.0 : m_columns.front().lastIndex - m_columns.front().firstIndex + 1.0;
    // Bars without gaps where they are narrow: gaps of unequal pixels would look like a pattern in the data.
    const double pixels = m_usageRect->width() * span / range.size();
    m_usage->setWidth(pixels < 5.0 ? span : barShare * span);
}

/// A low and wide pane has no room for two rows: the pattern usage then lies right of the others.
void GroupsPlot::placeUsage()
{
    const bool beside = plot()->height() < lowPane && plot()->width() > 2 * plot()->height();
    if (beside == (m_usageRect->layout() == m_upper))
        return;
    m_usageRect->layout()->take(m_usageRect);
    if (beside)
        m_upper->addElement(1, 2, m_usageRect);
    else
        plot()->plotLayout()->addElement(1, 0, m_usageRect);
    m_usageRect->setMarginGroup(QCP::msBottom, beside ? m_shareRect->marginGroup(QCP::msBottom) : nullptr);
    m_upper->simplify();
    plot()->plotLayout()->simplify();
}

void GroupsPlot::prepareLayout()
{
    placeUsage();
    // The text on the limit lies beside the legend, in the row above the axis rects.
    m_shareRect->setMinimumMargins(QMargins(0, 4, 8, 0));
    m_flipRect->setMinimumMargins(QMargins(0, 4, 8, 0));
    // The width that this layout will give: the one of the last may be that of another pane.
    wrapLegend(*m_flipLegend, plot()->width() / m_upper->columnCount() - legendMargin);
    m_usageRect->setMinimumMargins(QMargins(0, 6, 8, 0));
}

void GroupsPlot::arrange()
{
    setUsageBars();
    m_limitMark->arrange();
    if (const LayerSnapshot* layer = selectedLayer(m_history, m_selection))
        arrangeTexts(*layer);
}

void GroupsPlot::arrangeTexts(const LayerSnapshot& layer)
{
    const bool roomy = textSize(limitText(layer), theme().font).width() <= m_shareRect->width() + 10;
    m_limit->setText(roomy ? limitText(layer) : shortLimitText(layer));
    if (layer.code) {
        const double wall = m_shareRect->axis(QCPAxis::atBottom)->coordToPixel(layer.code->maxNonZeros + 0.5);
        const bool inside =
            wall + textSize(m_limitTag->text(), theme().font).width() + 8 < m_shareRect->right();
        m_limitTag->setPositionAlignment((inside ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignTop);
        m_limitTag->position->setPixelPosition(QPointF(wall, m_shareRect->top() + 2));
    }
    m_limit->position->setPixelPosition(QPointF(m_shareRect->left(), m_shareRect->top() - 3));
    m_shareHint->setText(layer.code ? QString() : tr("float:\nno groups"));
    m_shareHint->position->setPixelPosition(m_shareRect->rect().center());
    QString hint;
    if (!layer.code)
        hint = tr("float: no patterns");
    else if (layer.patternUsage.empty())
        hint = tr("not counted: the code has more than 65,536 patterns");
    m_usageHint->setText(hint);
    m_usageHint->position->setPixelPosition(m_usageRect->rect().center());
    for (QCPItemText* text : {m_limit, m_limitTag, m_shareHint, m_usageHint})
        text->setVisible(!text->text().isEmpty());
}

void GroupsPlot::hover(const QPointF& position)
{
    const LayerSnapshot* layer = selectedLayer(m_history, m_selection);
    std::optional<std::size_t> column;
    if (layer && m_usageRect->rect().contains(position.toPoint()))
        column = columnAt(m_columns, m_usageRect->axis(QCPAxis::atBottom)->pixelToCoord(position.x()));
    if (!column) {
        hoverEnded();
        return;
    }
    m_hover->show(usageText(m_columns[*column], *layer), position,
                  QRectF(plot()->viewport()).adjusted(2, 2, -2, -2));
    replotOverlay(*plot());
}

void GroupsPlot::hoverEnded()
{
    if (!m_hover->isVisible())
        return;
    m_hover->hide();
    replotOverlay(*plot());
}

void GroupsPlot::scaleChanged()
{
    for (QCPAxisRect* rect : {m_shareRect, m_flipRect, m_usageRect})
        rect->axis(QCPAxis::atBottom)->setTicker(QSharedPointer<IntegerTicker>::create());
    setAxisScale(*m_shareRect->axis(QCPAxis::atLeft), false, TickLabels::Plain);
    setAxisScale(*m_flipRect->axis(QCPAxis::atLeft), logY(), TickLabels::Plain);
    setAxisScale(*m_usageRect->axis(QCPAxis::atLeft), logY(), TickLabels::Count);
}

void GroupsPlot::applySeriesTheme(const PlotTheme& theme)
{
    const QColor color = seriesStyle(0, theme).color;
    for (QCPBars* bars : {m_shares, m_usage}) {
        bars->setPen(Qt::NoPen);
        bars->setBrush(color);
    }
    m_flips->applyTheme(theme);
    for (QCPItemText* text : {m_limit, m_limitTag, m_shareHint, m_usageHint}) {
        text->setFont(theme.font);
        text->setColor(theme.text);
    }
    m_limitMark->applyTheme(theme);
    m_hover->applyTheme(theme);
}

FigureTable GroupsPlot::table() const
{
    const LayerSnapshot* layer = selectedLayer(m_history, m_selection);
    if (!layer)
        return {};
    const auto indexes = [](std::size_t size) {
        std::vector<double> values(size);
        for (std::size_t i = 0; i < size; ++i)
            values[i] = static_cast<double>(i);
        return values;
    };
    FigureTable table{
        {tr("non-zeros per group"), {}, indexes(layer->nonZerosPerGroup.size())},
        {tr("groups with that many"),
         tr("groups"),
         {layer->nonZerosPerGroup.begin(), layer->nonZerosPerGroup.end()}},
        {tr("pattern index"), {}, indexes(layer->patternUsage.size())},
        {tr("pattern usage"), tr("groups"), {layer->patternUsage.begin(), layer->patternUsage.end()}}};
    const auto curves = statisticCurves(m_history, LayerStatistic::IndexFlips);
    if (!curves.empty())
        table.push_back({tr("epoch"), {}, curves.front().epochs});
    for (const StatisticCurve& curve : curves)
        table.push_back({tr("index flips %1").arg(curve.layer), tr("% of groups"), curve.values});
    return table;
}

} // namespace ternbench
