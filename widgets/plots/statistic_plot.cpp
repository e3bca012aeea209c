#include "widgets/plots/statistic_plot.h"

#include "widgets/plots/curve_data.h"
#include "widgets/plots/plot_tickers.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr int legendMargin = 80; // pixels: the axis label and numbers left of the curves

bool hasValues(const std::vector<StatisticCurve>& curves)
{
    return std::ranges::any_of(curves, [](const StatisticCurve& curve) {
        return std::ranges::any_of(curve.values, [](double value) { return std::isfinite(value); });
    });
}

} // namespace

StatisticPlot::StatisticPlot(RepaintGovernor* governor, QWidget* parent) : PlotFrame(governor, parent)
{
    createAxes();
    setHint(tr("From the end of the first epoch on: what coding does to each layer."));
    finishSetup(QStringLiteral("layers"));
}

void StatisticPlot::createAxes()
{
    plot()->plotLayout()->clear();
    m_legend = addLegendRow(*plot()->plotLayout(), 0, 0); // not inside the axis rect: it would hide curves
    m_rect = new QCPAxisRect(plot());
    plot()->plotLayout()->addElement(1, 0, m_rect);
    plot()->plotLayout()->setRowSpacing(0);
    plot()->setAutoAddPlottableToLegend(false);
    m_rect->axis(QCPAxis::atBottom)->setLabel(tr("epoch"));
    m_curves = std::make_unique<LayerCurves>(*plot(), *m_rect, *m_legend);
    m_hint = new QCPItemText(plot());
    m_hint->setLayer(QStringLiteral("legend"));
    m_hint->setClipToAxisRect(false);
    m_hint->setSelectable(false);
    m_hint->setPositionAlignment(Qt::AlignCenter);
    m_hint->position->setType(QCPItemPosition::ptAbsolute);
}

void StatisticPlot::setHistory(const EpochHistory& history)
{
    m_history = history;
    markDirty();
}

void StatisticPlot::setStatistic(LayerStatistic statistic)
{
    m_statistic = statistic;
    resetZoom(); // ranges of another unit
    markDirty();
}

void StatisticPlot::setMarkedEpoch(int index)
{
    m_marked = index;
    markDirty();
}

void StatisticPlot::rebuild()
{
    if (m_history.empty())
        return;
    const std::vector<StatisticCurve> curves = statisticCurves(m_history, m_statistic);
    m_curves->set(curves, theme());
    const QString unit = statisticUnit(m_statistic);
    const QString name = shortStatisticName(m_statistic);
    m_rect->axis(QCPAxis::atLeft)
        ->setLabel(unit.isEmpty() ? name : QStringLiteral("%1 [%2]").arg(name, unit));
    m_hint->setText(hasValues(curves) ? QString() : tr("nothing to show in these epochs"));
    m_hint->setVisible(!m_hint->text().isEmpty());
    const auto marked = std::size_t(std::clamp(m_marked, 0, int(m_history.size()) - 1));
    m_curves->markEpoch(m_history[marked]->epoch);
    if (!userRange())
        setRanges(curves);
}

void StatisticPlot::setRanges(const std::vector<StatisticCurve>& curves)
{
    std::vector<double> values;
    for (const StatisticCurve& curve : curves)
        values.insert(values.end(), curve.values.begin(), curve.values.end());
    const ValueRange range = paddedRange(values, logY());
    beginAutoRange();
    m_rect->axis(QCPAxis::atBottom)->setRange(0.5, std::max(2, m_history.back()->epoch) + 0.5);
    m_rect->axis(QCPAxis::atLeft)->setRange(range.lower, range.upper);
    endAutoRange();
}

void StatisticPlot::prepareLayout()
{
    m_rect->setMinimumMargins(QMargins(0, 4, 8, 0));
    wrapLegend(*m_legend, plot()->width() - legendMargin);
}

void StatisticPlot::arrange()
{
    m_hint->position->setPixelPosition(m_rect->rect().center());
}

void StatisticPlot::scaleChanged()
{
    m_rect->axis(QCPAxis::atBottom)->setTicker(QSharedPointer<IntegerTicker>::create());
    setAxisScale(*m_rect->axis(QCPAxis::atLeft), logY(), TickLabels::Plain);
}

void StatisticPlot::applySeriesTheme(const PlotTheme& theme)
{
    m_curves->applyTheme(theme);
    m_hint->setFont(theme.font);
    m_hint->setColor(theme.text);
}

FigureTable StatisticPlot::table() const
{
    const std::vector<StatisticCurve> curves = statisticCurves(m_history, m_statistic);
    FigureTable table;
    if (!curves.empty())
        table.push_back({tr("epoch"), {}, curves.front().epochs});
    for (const StatisticCurve& curve : curves)
        table.push_back({QStringLiteral("%1 %2").arg(shortStatisticName(m_statistic), curve.layer),
                         statisticUnit(m_statistic), curve.values});
    return table;
}

} // namespace ternbench
