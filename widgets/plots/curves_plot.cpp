#include "widgets/plots/curves_plot.h"

#include "widgets/plots/plot_tickers.h"

#include <QAction>
#include <QKeyEvent>
#include <QLabel>
#include <QSlider>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ternbench {

namespace {

constexpr int mostColumns = 600;     // 2 raw points and 1 smoothed point each: 1,800 drawn at most
constexpr double shownShare = 0.99;  // of the mini-batches: the first few would flatten all that follows
constexpr double markerSpacing = 14; // pixels below which the markers of neighbouring epochs would touch

QVector<double> valuesOf(const std::vector<CurvePoint>& points, double CurvePoint::*field)
{
    QVector<double> values(static_cast<qsizetype>(points.size()));
    std::transform(points.begin(), points.end(), values.begin(),
                   [field](const CurvePoint& point) { return point.*field; });
    return values;
}

void setPoints(QCPGraph& graph, const std::vector<CurvePoint>& points)
{
    graph.setData(valuesOf(points, &CurvePoint::x), valuesOf(points, &CurvePoint::y), true);
}

void setEpochValues(QCPGraph& graph, const std::vector<EpochPoint>& points, double EpochPoint::*field,
                    double factor)
{
    QVector<double> keys, values;
    for (const EpochPoint& point : points) {
        keys << point.epoch;
        values << factor * point.*field;
    }
    graph.setData(keys, values, true);
}

std::vector<double> pooled(const std::vector<EpochPoint>& points, double EpochPoint::*first,
                           double EpochPoint::*second)
{
    std::vector<double> values;
    for (const EpochPoint& point : points) {
        values.push_back(point.*first);
        values.push_back(point.*second);
    }
    return values;
}

} // namespace

CurvesPlot::CurvesPlot(RepaintGovernor* governor, QWidget* parent) : PlotFrame(governor, parent)
{
    createAxes();
    createGraphs();
    createTools();
    m_stages = std::make_unique<StageShading>(*plot(), std::vector{m_lossRect, m_errorRect});
    m_crosshair = std::make_unique<CurvesCrosshair>(*plot(), *m_lossRect, *m_errorRect);
    setHint(tr("Press Start to watch loss and error fall, epoch by epoch."));
    finishSetup(QStringLiteral("curves"));
}

void CurvesPlot::createAxes()
{
    plot()->plotLayout()->clear();
    m_legend = addLegendRow(*plot()->plotLayout(), 0, 0);
    m_lossRect = new QCPAxisRect(plot());
    m_errorRect = new QCPAxisRect(plot());
    plot()->plotLayout()->addElement(1, 0, m_lossRect);
    plot()->plotLayout()->addElement(2, 0, m_errorRect);
    plot()->plotLayout()->setRowStretchFactor(1, 1.15);
    plot()->plotLayout()->setRowSpacing(2);

    auto* group = new QCPMarginGroup(plot());
    for (QCPAxisRect* rect : {m_lossRect, m_errorRect}) {
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, group);
        rect->setMinimumMargins(QMargins(0, 6, 8, 0));
    }
    m_lossRect->axis(QCPAxis::atBottom)->setTickLabels(false);
    m_lossRect->axis(QCPAxis::atLeft)->setLabel(tr("loss [nats]"));
    m_errorRect->axis(QCPAxis::atLeft)->setLabel(tr("error [%]"));
    m_errorRect->axis(QCPAxis::atBottom)->setLabel(tr("epoch"));
    for (auto [from, to] : {std::pair{m_lossRect, m_errorRect}, std::pair{m_errorRect, m_lossRect}})
        connect(from->axis(QCPAxis::atBottom), qOverload<const QCPRange&>(&QCPAxis::rangeChanged),
                to->axis(QCPAxis::atBottom), qOverload<const QCPRange&>(&QCPAxis::setRange));
}

void CurvesPlot::createGraphs()
{
    plot()->setAutoAddPlottableToLegend(false);
    const auto add = [this](QCPAxisRect* rect, const QString& name) {
        QCPGraph* graph = plot()->addGraph(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
        graph->setName(name);
        graph->setSelectable(QCP::stNone);
        return graph;
    };
    m_batchRaw = add(m_lossRect, tr("mini-batch"));
    m_batchSmoothed = add(m_lossRect, tr("mini-batch, smoothed"));
    m_trainLoss = add(m_lossRect, tr("train"));
    m_testLoss = add(m_lossRect, tr("test"));
    m_trainError = add(m_errorRect, tr("train"));
    m_testError = add(m_errorRect, tr("test"));
    m_batchRaw->setAntialiased(false); // dense: nothing to gain, much to pay
    for (QCPGraph* graph : {m_batchRaw, m_batchSmoothed})
        graph->setAdaptiveSampling(false); // decimated already
    // One legend for both rects: train and test look the same in each.
    for (QCPGraph* graph : {m_trainLoss, m_testLoss, m_batchRaw, m_batchSmoothed})
        graph->addToLegend(m_legend);
}

void CurvesPlot::createTools()
{
    m_logX = addToggle(tr("Log x"), tr("Logarithmic epoch axis"), Qt::SHIFT | Qt::Key_L);
    connect(m_logX, &QAction::toggled, this, &CurvesPlot::rescale);
    auto* caption = new QLabel(tr("Smoothing"), this);
    caption->setContentsMargins(8, 0, 4, 0);
    addTool(caption);
    m_smoothing = new QSlider(Qt::Horizontal, this);
    m_smoothing->setRange(0, 100);
    m_smoothing->setFixedWidth(90);
    m_smoothing->setAccessibleName(tr("Smoothing of the mini-batch loss"));
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int position) {
        m_losses.setWindow(smoothingWindow(position));
        m_smoothing->setToolTip(tr("Moving average over about %n mini-batches; the raw curve stays visible",
                                   nullptr, m_losses.window()));
        refreshNow();
    });
    m_smoothing->setValue(57); // about 50 mini-batches
    addTool(m_smoothing);
}

void CurvesPlot::setStages(std::vector<StageSpan> stages)
{
    m_stages->setStages(std::move(stages));
    markDirty();
}

void CurvesPlot::setEpochs(std::vector<EpochPoint> points)
{
    m_crosshair->hide();
    m_points = std::move(points);
    markDirty();
}

void CurvesPlot::appendEpoch(const EpochPoint& point)
{
    while (!m_points.empty() && m_points.back().epoch >= point.epoch)
        m_points.pop_back();
    m_points.push_back(point);
    markDirty();
}

void CurvesPlot::appendBatchLosses(std::int64_t firstStep, std::span<const float> losses, int stepsPerEpoch)
{
    m_stepsPerEpoch = std::max(1, stepsPerEpoch);
    m_losses.append(firstStep, losses);
    markDirty();
}

void CurvesPlot::clear()
{
    m_crosshair->hide();
    m_points.clear();
    m_losses.clear();
    m_stages->setStages({});
    markDirty();
}

bool CurvesPlot::logX() const
{
    return m_logX->isChecked();
}

void CurvesPlot::setLogX(bool on)
{
    m_logX->setChecked(on);
}

void CurvesPlot::setSmoothing(int sliderPosition)
{
    m_smoothing->setValue(sliderPosition);
}

bool CurvesPlot::hasData() const
{
    return !m_points.empty() || !m_losses.raw().empty();
}

void CurvesPlot::rebuild()
{
    setEpochData();
    if (!userRange())
        setRanges();
}

void CurvesPlot::setEpochData()
{
    setEpochValues(*m_trainLoss, m_points, &EpochPoint::trainLoss, 1.0);
    setEpochValues(*m_testLoss, m_points, &EpochPoint::testLoss, 1.0);
    setEpochValues(*m_trainError, m_points, &EpochPoint::trainError, 100.0);
    setEpochValues(*m_testError, m_points, &EpochPoint::testError, 100.0);
}

ValueRange CurvesPlot::lossRange() const
{
    std::vector<double> values = pooled(m_points, &EpochPoint::trainLoss, &EpochPoint::testLoss);
    // Half of the rest on either side: a few outliers of the mini-batches may leave the picture.
    for (double share : {0.5 * (1.0 - shownShare), shownShare})
        if (const auto bound = quantile(m_losses.raw(), share))
            values.push_back(*bound);
    return paddedRange(values, logY());
}

void CurvesPlot::setRanges()
{
    const double seen = m_points.empty() ? 0.0 : m_points.back().epoch;
    const double steps = static_cast<double>(m_losses.raw().size());
    const double last = std::max(
        {1.0, seen, std::ceil(steps / m_stepsPerEpoch), static_cast<double>(m_stages->totalEpochs())});
    // From the middle of the first tenth of an epoch: a logarithmic axis has no zero.
    const double first = logX() ? (steps > 0.0 ? 0.05 : 0.8) : 0.0;
    const ValueRange loss = lossRange();
    std::vector<double> errors = pooled(m_points, &EpochPoint::trainError, &EpochPoint::testError);
    std::transform(errors.begin(), errors.end(), errors.begin(), [](double share) { return 100.0 * share; });
    const ValueRange error = paddedRange(errors, logY());
    beginAutoRange();
    m_lossRect->axis(QCPAxis::atBottom)->setRange(first, logX() ? 1.05 * last : last + 0.02 * last);
    m_lossRect->axis(QCPAxis::atLeft)->setRange(loss.lower, loss.upper);
    m_errorRect->axis(QCPAxis::atLeft)->setRange(error.lower, error.upper);
    endAutoRange();
}

void CurvesPlot::setBatchData()
{
    const QCPAxis& axis = *m_lossRect->axis(QCPAxis::atBottom);
    const auto stepAt = [this](double epoch) {
        const double step = std::floor(epoch * m_stepsPerEpoch);
        return static_cast<std::size_t>(std::clamp(step, 0.0, static_cast<double>(m_losses.raw().size())));
    };
    // One step more on either side, so that lines run to the edge of the picture.
    const std::size_t first = stepAt(axis.range().lower - 2.0 / m_stepsPerEpoch);
    const std::size_t last = stepAt(axis.range().upper + 2.0 / m_stepsPerEpoch);
    const int columns = std::clamp(m_lossRect->width(), 1, mostColumns);
    const std::vector<std::size_t> bounds = columnBounds(first, last, columns, logX());
    setPoints(*m_batchRaw, decimateMinMax(m_losses.raw(), bounds, m_stepsPerEpoch));
    const bool smooth = m_losses.window() > 1;
    m_batchSmoothed->setVisible(smooth);
    if (smooth)
        setPoints(*m_batchSmoothed, decimateLast(m_losses.smoothed(), bounds, m_stepsPerEpoch));
}

void CurvesPlot::prepareLayout()
{
    wrapLegend(*m_legend, plot()->viewport().width() - 20);
    m_stages->reserveLabelRoom();
}

void CurvesPlot::arrange()
{
    m_stages->arrange();
    m_crosshair->arrange(m_points, m_stages->stages());
    setBatchData();
    const QCPRange range = m_lossRect->axis(QCPAxis::atBottom)->range();
    const double pixelsPerEpoch = m_lossRect->width() / std::max(range.size(), 1e-9);
    const int skip = static_cast<int>(std::min(1000.0, std::ceil(markerSpacing / pixelsPerEpoch)) - 1.0);
    for (QCPGraph* graph : {m_trainLoss, m_testLoss, m_trainError, m_testError})
        graph->setScatterSkip(std::max(0, skip));
}

void CurvesPlot::hover(const QPointF& position)
{
    m_crosshair->moveTo(position, m_points, m_stages->stages());
}

void CurvesPlot::hoverEnded()
{
    m_crosshair->hide();
}

bool CurvesPlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right) {
            m_crosshair->step(key == Qt::Key_Left ? -1 : 1, m_points, m_stages->stages());
            return true;
        }
        if (key == Qt::Key_Escape)
            m_crosshair->hide();
    }
    return PlotFrame::eventFilter(watched, event);
}

void CurvesPlot::scaleChanged()
{
    for (QCPAxisRect* rect : {m_lossRect, m_errorRect}) {
        setAxisScale(*rect->axis(QCPAxis::atLeft), logY(), TickLabels::Plain);
        setAxisScale(*rect->axis(QCPAxis::atBottom), logX(), TickLabels::Plain);
        if (!logX())
            rect->axis(QCPAxis::atBottom)->setTicker(QSharedPointer<IntegerTicker>::create());
    }
}

void CurvesPlot::applySeriesTheme(const PlotTheme& theme)
{
    const SeriesStyle train = seriesStyle(0, theme);
    const SeriesStyle test = seriesStyle(1, theme);
    for (QCPGraph* graph : {m_trainLoss, m_trainError})
        applySeriesStyle(*graph, train, 2.0);
    for (QCPGraph* graph : {m_testLoss, m_testError})
        applySeriesStyle(*graph, test, 2.0);
    m_batchRaw->setPen(QPen(mixed(theme.background, theme.text, 0.28), 1));
    m_batchSmoothed->setPen(QPen(seriesStyle(2, theme).color, 1.6));
    m_stages->applyTheme(theme);
    m_crosshair->applyTheme(theme);
}

FigureTable CurvesPlot::table() const
{
    FigureTable table{{tr("epoch"), {}, {}},
                      {tr("train loss"), tr("nats"), {}},
                      {tr("test loss"), tr("nats"), {}},
                      {tr("train error"), QStringLiteral("%"), {}},
                      {tr("test error"), QStringLiteral("%"), {}}};
    for (const EpochPoint& point : m_points) {
        const std::array<double, 5> row{static_cast<double>(point.epoch), point.trainLoss, point.testLoss,
                                        100.0 * point.trainError, 100.0 * point.testError};
        for (std::size_t column = 0; column < row.size(); ++column)
            table[column].values.push_back(row[column]);
    }
    FigureColumn position{tr("mini-batch position"), tr("epochs"), {}};
    for (std::size_t step = 0; step < m_losses.raw().size(); ++step)
        position.values.push_back(static_cast<double>(step + 1) / m_stepsPerEpoch);
    table.push_back(std::move(position));
    table.push_back({tr("mini-batch loss"), tr("nats"), {m_losses.raw().begin(), m_losses.raw().end()}});
    table.push_back({tr("smoothed over %1 mini-batches").arg(m_losses.window()),
                     tr("nats"),
                     {m_losses.smoothed().begin(), m_losses.smoothed().end()}});
    return table;
}

} // namespace ternbench
