#include "widgets/plots/weights_plot.h"

#include "widgets/plots/plot_tickers.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr double narrowest = 560.0; // two panels side by side need this many pixels
constexpr double emptyBin = 0.7;    // a logarithmic axis begins below a bin with one weight

void setSteps(QCPGraph& graph, const Histogram& histogram)
{
    QVector<double> keys, values;
    for (const CurvePoint& point : histogramSteps(histogram)) {
        keys << point.x;
        values << point.y;
    }
    graph.setData(keys, values, true);
}

QString number(double value)
{
    return QString::number(value, 'g', 3);
}

} // namespace

WeightsPlot::WeightsPlot(RepaintGovernor* governor, QWidget* parent) : PlotFrame(governor, parent)
{
    createAxes();
    createGraphs();
    createLegend();
    m_shadowMarks = std::make_unique<LevelMarks>(*plot(), *m_shadowRect);
    m_normalizedMarks = std::make_unique<LevelMarks>(*plot(), *m_normalizedRect);
    setHint(tr("From the end of the first epoch on: the weights on their way to the code levels."));
    finishSetup(QStringLiteral("weights"));
}

void WeightsPlot::createAxes()
{
    plot()->plotLayout()->clear();
    m_legend = addLegendRow(*plot()->plotLayout(), 0, 0);
    m_shadowRect = new QCPAxisRect(plot());
    m_normalizedRect = new QCPAxisRect(plot());
    plot()->plotLayout()->setRowSpacing(2);
    auto* panels = new QCPLayoutGrid;
    plot()->plotLayout()->addElement(1, 0, panels);
    panels->setColumnSpacing(8);
    panels->setRowSpacing(2);
    panels->addElement(0, 0, m_shadowRect);
    panels->addElement(0, 1, m_normalizedRect);
    m_shadowRect->axis(QCPAxis::atBottom)->setLabel(tr("shadow weight w"));
    m_normalizedRect->axis(QCPAxis::atBottom)->setLabel(tr("normalized weight u"));
    for (QCPAxisRect* rect : {m_shadowRect, m_normalizedRect})
        rect->axis(QCPAxis::atLeft)->setLabel(tr("weights per bin"));
}

void WeightsPlot::createGraphs()
{
    plot()->setAutoAddPlottableToLegend(false);
    const auto add = [this](QCPAxisRect* rect, const QString& name) {
        QCPGraph* graph = plot()->addGraph(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
        graph->setName(name);
        graph->setSelectable(QCP::stNone);
        graph->setAntialiased(false);
        graph->setLineStyle(QCPGraph::lsStepLeft);
        return graph;
    };
    m_shadow = add(m_shadowRect, tr("all weights"));
    m_normalized = add(m_normalizedRect, tr("all weights"));
    m_kept = add(m_normalizedRect, tr("kept, not 0"));
    m_thresholdKey = add(m_normalizedRect, tr("threshold"));
    m_bandKey = add(m_shadowRect, tr("threshold in w, 10–90 %"));
    m_levelKey = add(m_normalizedRect, tr("code level"));
}

void WeightsPlot::createLegend()
{
    for (QCPGraph* graph : {m_normalized, m_kept, m_thresholdKey, m_levelKey, m_bandKey})
        graph->addToLegend(m_legend);
}

void WeightsPlot::setSelection(const EpochHistory& history, const HistorySelection& selection)
{
    m_history = history;
    m_selection = selection;
    markDirty();
}

bool WeightsPlot::hasData() const
{
    return selectedLayer(m_history, m_selection) != nullptr;
}

void WeightsPlot::rebuild()
{
    const LayerSnapshot* layer = selectedLayer(m_history, m_selection);
    if (!layer)
        return;
    setSteps(*m_shadow, layer->shadow);
    setSteps(*m_normalized, layer->normalized);
    setSteps(*m_kept, layer->code ? layer->kept : Histogram{});
    setMarks(*layer);
    if (userRange())
        return;
    const WeightRanges ranges = weightRanges(m_history, m_selection.layer);
    beginAutoRange();
    setRange(*m_shadowRect, ranges.shadow);
    setRange(*m_normalizedRect, ranges.normalized);
    endAutoRange();
}

void WeightsPlot::setRange(QCPAxisRect& rect, const HistogramRange& range)
{
    rect.axis(QCPAxis::atBottom)->setRange(range.lower, range.upper);
    if (logY())
        rect.axis(QCPAxis::atLeft)->setRange(emptyBin, range.highest * 2.0);
    else
        rect.axis(QCPAxis::atLeft)->setRange(0.0, range.highest * 1.05);
}

void WeightsPlot::setMarks(const LayerSnapshot& layer)
{
    if (!layer.code) {
        m_shadowMarks->set({}, {});
        m_normalizedMarks->set({}, {});
        m_thresholdKey->setName(tr("threshold"));
        m_levelKey->setName(tr("code level"));
        return;
    }
    using Kind = LevelMark::Kind;
    const double threshold = layer.threshold;
    const double scale = layer.scale * layer.code->largestValue(); // of 8-bit weights the outermost level
    const bool ternary = layer.code->isTernary();
    const QString plus = ternary ? tr("+D") : tr("+127 D"), minus = ternary ? tr("−D") : tr("−127 D");
    m_normalizedMarks->set({{Kind::Level, scale, plus},
                            {Kind::Level, -scale, minus},
                            {Kind::Level, 0.0, QStringLiteral("0")},
                            {Kind::Threshold, threshold, QStringLiteral("+") + number(threshold)},
                            {Kind::Threshold, -threshold, QStringLiteral("−") + number(threshold)}},
                           {});
    // In original weights both differ from row to row or column to column: the median, and how far they go.
    const double median = threshold * layer.normalizerMedian, level = scale * layer.normalizerMedian;
    const double low = threshold * layer.normalizerLow, high = threshold * layer.normalizerHigh;
    std::vector<LevelBand> bands;
    if (low < high)
        bands = {{low, high}, {-high, -low}};
    m_shadowMarks->set({{Kind::Threshold, median, QStringLiteral("±") + number(median)},
                        {Kind::Threshold, -median, {}},
                        {Kind::Level, level, plus},
                        {Kind::Level, -level, minus}},
                       bands);
    m_thresholdKey->setName(tr("threshold ±%1").arg(number(threshold)));
    m_levelKey->setName(ternary ? tr("code levels, D = %1").arg(number(layer.scale))
                                : tr("255 levels, D = %1").arg(number(layer.scale)));
}

void WeightsPlot::placePanels()
{
    const QSize size = plot()->viewport().size();
    const bool sideBySide = size.width() >= narrowest && size.width() >= 1.2 * size.height();
    if (sideBySide == m_sideBySide)
        return;
    m_sideBySide = sideBySide;
    auto* panels = static_cast<QCPLayoutGrid*>(plot()->plotLayout()->element(1, 0));
    panels->take(m_normalizedRect);
    panels->simplify();
    panels->addElement(sideBySide ? 0 : 1, sideBySide ? 1 : 0, m_normalizedRect);
}

void WeightsPlot::prepareLayout()
{
    placePanels();
    const int top = static_cast<int>(std::ceil(textSize(QStringLiteral("+D"), theme().font).height())) + 4;
    for (QCPAxisRect* rect : {m_shadowRect, m_normalizedRect})
        rect->setMinimumMargins(QMargins(0, top, 8, 0));
    wrapLegend(*m_legend, plot()->viewport().width() - 20);
}

void WeightsPlot::arrange()
{
    m_shadowMarks->arrange();
    m_normalizedMarks->arrange();
}

void WeightsPlot::scaleChanged()
{
    for (QCPAxisRect* rect : {m_shadowRect, m_normalizedRect}) {
        setAxisScale(*rect->axis(QCPAxis::atBottom), false, TickLabels::Plain);
        setAxisScale(*rect->axis(QCPAxis::atLeft), logY(), TickLabels::Count);
    }
}

void WeightsPlot::applySeriesTheme(const PlotTheme& theme)
{
    const QColor outline = mixed(theme.background, theme.text, 0.7);
    const QColor faint = mixed(theme.background, theme.text, theme.dark ? 0.16 : 0.12);
    for (QCPGraph* graph : {m_shadow, m_normalized}) {
        graph->setPen(QPen(outline, 1));
        graph->setBrush(faint);
    }
    const QColor kept = seriesStyle(0, theme).color;
    m_kept->setPen(QPen(kept, 1));
    m_kept->setBrush(mixed(theme.background, kept, theme.dark ? 0.65 : 0.6));
    m_thresholdKey->setPen(LevelMarks::penOf(LevelMark::Kind::Threshold, theme));
    m_levelKey->setPen(LevelMarks::penOf(LevelMark::Kind::Level, theme));
    m_bandKey->setPen(Qt::NoPen);
    m_bandKey->setBrush(LevelMarks::bandBrush(theme));
    m_shadowMarks->applyTheme(theme);
    m_normalizedMarks->applyTheme(theme);
}

FigureTable WeightsPlot::table() const
{
    const LayerSnapshot* layer = selectedLayer(m_history, m_selection);
    if (!layer)
        return {};
    FigureTable table;
    const auto addBins = [&table](const QString& name, const Histogram& histogram) {
        const auto& edges = histogram.edges;
        if (edges.empty())
            return;
        table.push_back({name + tr(" from"), {}, {edges.begin(), edges.end() - 1}});
        table.push_back({name + tr(" to"), {}, {edges.begin() + 1, edges.end()}});
        table.push_back(
            {name + tr(" count"), tr("weights"), {histogram.counts.begin(), histogram.counts.end()}});
    };
    addBins(tr("shadow"), layer->shadow);
    addBins(tr("normalized"), layer->normalized);
    if (layer->code)
        table.push_back({tr("kept, not 0, count"),
                         tr("weights"),
                         {layer->kept.counts.begin(), layer->kept.counts.end()}});
    return table;
}

} // namespace ternbench
