#include "widgets/plots/faults_plot.h"

#include "widgets/plots/curve_data.h"
#include "widgets/plots/plot_tickers.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr int legendMargin = 12; // pixels around a legend

} // namespace

FaultsPlot::FaultsPlot(RepaintGovernor* governor, QWidget* parent) : PlotFrame(governor, parent)
{
    createAxes();
    createGraphs();
    m_hover = std::make_unique<HoverLabel>(*plot());
    setHint(tr("Start a study to see what flipped bits of the indexes do to the classes."));
    finishSetup(QStringLiteral("faults"));
}

void FaultsPlot::createAxes()
{
    plot()->plotLayout()->clear();
    m_grid = new QCPLayoutGrid;
    plot()->plotLayout()->addElement(0, 0, m_grid);
    m_grid->setRowSpacing(2);
    m_grid->setColumnSpacing(8);
    const auto addCell = [this](int row, QCPLegend*& legend, QCPAxisRect*& rect) {
        auto* cell = new QCPLayoutGrid;
        m_grid->addElement(row, 0, cell);
        cell->setRowSpacing(0);
        legend = addLegendRow(*cell, 0, 0);
        rect = new QCPAxisRect(plot());
        cell->addElement(1, 0, rect);
        return cell;
    };
    addCell(0, m_errorLegend, m_errorRect);
    m_shareCell = addCell(1, m_shareLegend, m_shareRect);
    m_errorRect->axis(QCPAxis::atLeft)->setLabel(tr("class error [%]"));
    m_shareRect->axis(QCPAxis::atLeft)->setLabel(tr("draws [%]"));
    for (QCPAxisRect* rect : {m_errorRect, m_shareRect})
        rect->axis(QCPAxis::atBottom)->setLabel(tr("bits flipped"));
    // Both show the same numbers of flips, whatever the user zooms into.
    QCPAxis* error = m_errorRect->axis(QCPAxis::atBottom);
    QCPAxis* share = m_shareRect->axis(QCPAxis::atBottom);
    connect(error, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), share,
            qOverload<const QCPRange&>(&QCPAxis::setRange));
    connect(share, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), error,
            qOverload<const QCPRange&>(&QCPAxis::setRange));
}

QCPGraph* FaultsPlot::addGraph(QCPAxisRect* rect, QCPLegend* legend, const QString& name)
{
    QCPGraph* graph = plot()->addGraph(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
    graph->setSelectable(QCP::stNone);
    graph->setName(name);
    if (legend)
        graph->addToLegend(legend);
    return graph;
}

void FaultsPlot::createGraphs()
{
    plot()->setAutoAddPlottableToLegend(false);
    m_most = addGraph(m_errorRect, m_errorLegend, tr("least–most"));
    m_least = addGraph(m_errorRect, nullptr, {});
    m_most->setChannelFillGraph(m_least);
    m_sound = addGraph(m_errorRect, m_errorLegend, tr("no faults"));
    m_mean = addGraph(m_errorRect, m_errorLegend, tr("mean"));
    const QStringList names{tr("caught"), tr("silent"), tr("harmless")};
    for (std::size_t i = 0; i < m_shares.size(); ++i)
        m_shares[i] = addGraph(m_shareRect, m_shareLegend, names[qsizetype(i)]);
}

void FaultsPlot::setCurve(const FaultCurve& curve)
{
    m_curve = curve;
    m_curves = faultCurves(curve);
    markDirty();
}

void FaultsPlot::rebuild()
{
    m_hover->hide();
    const QVector<double> flips = toQt(m_curves.flips);
    m_mean->setData(flips, toQt(m_curves.meanError), true);
    m_least->setData(flips, toQt(m_curves.leastError), true);
    m_most->setData(flips, toQt(m_curves.mostError), true);
    const double sound = 100.0 * m_curve.soundClassError;
    // As wide as any axis of flips can be zoomed to.
    m_sound->setData({1e-3, 1e12}, {sound, sound}, true);
    const std::array shares{&m_curves.caught, &m_curves.silent, &m_curves.harmless};
    for (std::size_t i = 0; i < m_shares.size(); ++i)
        m_shares[i]->setData(flips, toQt(*shares[i]), true);
    if (!userRange())
        setRanges();
}

void FaultsPlot::setRanges()
{
    std::vector<double> errors = m_curves.leastError;
    errors.insert(errors.end(), m_curves.mostError.begin(), m_curves.mostError.end());
    errors.push_back(100.0 * m_curve.soundClassError);
    const ValueRange range = paddedRange(errors, logY());
    beginAutoRange();
    const auto [least, most] = std::ranges::minmax(m_curves.flips);
    m_errorRect->axis(QCPAxis::atBottom)->setRange(least / 1.5, most * 1.5);
    m_shareRect->axis(QCPAxis::atBottom)->setRange(least / 1.5, most * 1.5);
    m_errorRect->axis(QCPAxis::atLeft)->setRange(range.lower, range.upper);
    m_shareRect->axis(QCPAxis::atLeft)->setRange(-4.0, 104.0);
    endAutoRange();
}

/// A low and wide pane has no room for two rows.
void FaultsPlot::place()
{
    const bool beside = plot()->width() > 2 * plot()->height();
    if (beside == (m_grid->columnCount() == 2))
        return;
    m_grid->take(m_shareCell);
    m_grid->simplify();
    m_grid->addElement(beside ? 0 : 1, beside ? 1 : 0, m_shareCell);
}

void FaultsPlot::prepareLayout()
{
    place();
    const int width = plot()->width() / m_grid->columnCount() - legendMargin;
    wrapLegend(*m_errorLegend, width);
    wrapLegend(*m_shareLegend, width);
    for (QCPAxisRect* rect : {m_errorRect, m_shareRect})
        rect->setMinimumMargins(QMargins(0, 4, 10, 0));
}

void FaultsPlot::hover(const QPointF& position)
{
    const FaultPoint* nearest = nullptr;
    for (const QCPAxisRect* rect : {m_errorRect, m_shareRect}) {
        if (!rect->rect().contains(position.toPoint()))
            continue;
        const double flips = std::max(rect->axis(QCPAxis::atBottom)->pixelToCoord(position.x()), 1e-9);
        const auto distance = [flips](const FaultPoint& point) {
            return point.flips < 1 ? 1e300 : std::abs(std::log(double(point.flips) / flips));
        };
        nearest = &*std::ranges::min_element(m_curve.points, {}, distance);
    }
    if (!nearest) {
        hoverEnded();
        return;
    }
    m_hover->show(faultText(*nearest), position, QRectF(plot()->viewport()).adjusted(2, 2, -2, -2));
    replotOverlay(*plot());
}

void FaultsPlot::hoverEnded()
{
    if (!m_hover->isVisible())
        return;
    m_hover->hide();
    replotOverlay(*plot());
}

void FaultsPlot::scaleChanged()
{
    for (QCPAxisRect* rect : {m_errorRect, m_shareRect})
        setAxisScale(*rect->axis(QCPAxis::atBottom), true, TickLabels::Count);
    setAxisScale(*m_errorRect->axis(QCPAxis::atLeft), logY(), TickLabels::Plain);
    setAxisScale(*m_shareRect->axis(QCPAxis::atLeft), false, TickLabels::Plain);
}

void FaultsPlot::applySeriesTheme(const PlotTheme& theme)
{
    const SeriesStyle mean = seriesStyle(0, theme);
    applySeriesStyle(*m_mean, mean, 2.0);
    for (QCPGraph* edge : {m_least, m_most})
        edge->setPen(QPen(mixed(theme.background, mean.color, 0.6), 1));
    m_most->setBrush(mixed(theme.background, mean.color, 0.22));
    m_sound->setPen(QPen(theme.axis, 1.5, Qt::DashLine));
    for (std::size_t i = 0; i < m_shares.size(); ++i)
        applySeriesStyle(*m_shares[i], seriesStyle(int(i) + 1, theme), 1.5);
    m_hover->applyTheme(theme);
}

FigureTable FaultsPlot::table() const
{
    FigureTable table{{tr("bits flipped"), {}, {}},
                      {tr("draws"), {}, {}},
                      {tr("caught"), tr("draws"), {}},
                      {tr("silent"), tr("draws"), {}},
                      {tr("harmless"), tr("draws"), {}},
                      {tr("illegal groups, mean"), {}, {}},
                      {tr("changed classes, mean"), tr("images"), {}},
                      {tr("class error, mean"), QStringLiteral("%"), {}},
                      {tr("class error, least"), QStringLiteral("%"), {}},
                      {tr("class error, most"), QStringLiteral("%"), {}}};
    for (const FaultPoint& point : m_curve.points) {
        const std::array row{
            double(point.flips),          double(point.repeats),         double(point.caught),
            double(point.silent),         double(point.harmless),        point.illegalGroups.mean,
            point.changedClasses.mean,    100.0 * point.classError.mean, 100.0 * point.classError.least,
            100.0 * point.classError.most};
        for (std::size_t i = 0; i < row.size(); ++i)
            table[i].values.push_back(row[i]);
    }
    return table;
}

} // namespace ternbench
