#include "widgets/plots/curves_plot.h"
#include "widgets/plots/plot_tickers.h"

#include <QSignalSpy>
#include <QSlider>
#include <QTest>

#include <cmath>
#include <limits>

using namespace ternbench;

namespace {

std::vector<EpochPoint> fallingCurve(int epochs)
{
    std::vector<EpochPoint> points;
    for (int epoch = 1; epoch <= epochs; ++epoch)
        points.push_back({epoch, 1.0 / epoch, 1.2 / epoch, 0.2 / epoch, 0.25 / epoch});
    return points;
}

const std::vector<StageSpan> threeStages{{0, 4, "float"}, {4, 3, "(8,4)"}, {7, 3, "(8,2)"}};

void moveMouse(QWidget* widget, const QPointF& position)
{
    QMouseEvent event(QEvent::MouseMove, position, widget->mapToGlobal(position), Qt::NoButton, Qt::NoButton,
                      Qt::NoModifier);
    QCoreApplication::sendEvent(widget, &event);
}

/// Pixel of an epoch in the upper axis rect, at half its height.
QPointF pixelOfEpoch(const CurvesPlot& curves, double epoch)
{
    const QCPAxisRect* rect = curves.plot()->axisRect(0);
    return {rect->axis(QCPAxis::atBottom)->coordToPixel(epoch), static_cast<double>(rect->center().y())};
}

} // namespace

class TestCurves : public QObject
{
    Q_OBJECT

private slots:
    void movingAverageHasNoBias();
    void movingAveragePassesOverNan();
    void smoothingWindowGrowsFromNone();
    void decimationKeepsSpikes();
    void decimationOnLogAxis();
    void lossesAreReplacedAfterResume();
    void axesHaveAsManyTicksAsFit();
    void nearestEpochSnaps_data();
    void nearestEpochSnaps();
    void stagesFollowEachOther();
    void labelFits_data();
    void labelFits();
    void rangesLeaveOutWhatCannotBeDrawn();
    void colorsStandOut();
    void boxStaysInside();
    void hintUntilData();
    void longRunsDrawFewPoints();
    void crosshairSnapsAndStaysInside();
    void arrowKeysMoveCrosshair();
    void keysSwitchLogAndReset();
    void userZoomIsKept();
    void hiddenPlotIsNotPainted();
    void paintingKeepsItsBudget();
    void paletteChangeRestyles();
};

void TestCurves::movingAverageHasNoBias()
{
    MovingAverage average(100.0);
    for (int i = 0; i < 20; ++i)
        QVERIFY(std::abs(average.next(3.0) - 3.0) < 1e-12); // without the correction it would start at 0.03
    MovingAverage two(2.0);
    QCOMPARE(two.next(1.0), 1.0);
    QCOMPARE(two.next(4.0), (0.25 * 1.0 + 0.5 * 4.0) / 0.75);
}

void TestCurves::movingAveragePassesOverNan()
{
    MovingAverage average(2.0);
    QVERIFY(std::isnan(average.next(std::nan(""))));
    QCOMPARE(average.next(2.0), 2.0);
    QCOMPARE(average.next(std::numeric_limits<double>::infinity()), 2.0);
}

void TestCurves::smoothingWindowGrowsFromNone()
{
    QCOMPARE(smoothingWindow(0), 1);
    QCOMPARE(smoothingWindow(100), 1000);
    for (int position = 0; position < 100; ++position)
        QVERIFY(smoothingWindow(position) <= smoothingWindow(position + 1));
}

void TestCurves::decimationKeepsSpikes()
{
    std::vector<float> values(100'000, 1.0F);
    values[54'321] = 9.0F;
    values[54'322] = -9.0F;
    values[7] = std::numeric_limits<float>::quiet_NaN();
    const auto bounds = columnBounds(0, values.size(), 500, false);
    QCOMPARE(bounds.size(), std::size_t{501});
    QCOMPARE(bounds.back(), values.size());
    const auto points = decimateMinMax(values, bounds, 100.0);
    QVERIFY(points.size() <= 1000);
    QVERIFY(std::count(points.begin(), points.end(), CurvePoint{543.22, 9.0}) == 1);
    QVERIFY(std::count(points.begin(), points.end(), CurvePoint{543.23, -9.0}) == 1);
    QVERIFY(std::is_sorted(points.begin(), points.end(),
                           [](const CurvePoint& a, const CurvePoint& b) { return a.x < b.x; }));
    QVERIFY(std::none_of(points.begin(), points.end(), [](const CurvePoint& p) { return std::isnan(p.y); }));
}

void TestCurves::decimationOnLogAxis()
{
    const auto bounds = columnBounds(0, 10'000, 100, true);
    QCOMPARE(bounds.front(), std::size_t{0});
    QCOMPARE(bounds.back(), std::size_t{10'000});
    QVERIFY(std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) == bounds.end());
    QVERIFY(bounds[1] - bounds[0] < 10);                                  // fine where the axis is wide
    QVERIFY(bounds[bounds.size() - 1] - bounds[bounds.size() - 2] > 500); // coarse at its end
    QCOMPARE(columnBounds(5, 5, 10, false).size(), std::size_t{1});
}

void TestCurves::lossesAreReplacedAfterResume()
{
    BatchLosses losses;
    losses.setWindow(10);
    losses.append(0, std::vector<float>{5, 4, 3, 2});
    losses.append(2, std::vector<float>{7, 7});
    QCOMPARE(std::vector<float>(losses.raw().begin(), losses.raw().end()), (std::vector<float>{5, 4, 7, 7}));
    BatchLosses afresh;
    afresh.setWindow(10);
    afresh.append(0, std::vector<float>{5, 4, 7, 7});
    QVERIFY(std::ranges::equal(losses.smoothed(), afresh.smoothed()));
    losses.append(6, std::vector<float>{1});
    QCOMPARE(losses.raw().size(), std::size_t{7});
    QVERIFY(std::isnan(losses.raw()[4]) && std::isnan(losses.raw()[5]));
    QVERIFY(std::isfinite(losses.smoothed()[6]));
}

// Ticks are chosen before the layout says how long an axis is: at first for the one before.
void TestCurves::axesHaveAsManyTicksAsFit()
{
    CurvesPlot curves;
    curves.resize(1000, 700);
    curves.show();
    curves.setEpochs(fallingCurve(20));
    QCoreApplication::processEvents();
    for (const QCPAxisRect* rect : curves.plot()->axisRects())
        for (const QCPAxis* axis : rect->axes()) {
            if (!axis->visible() || !axis->tickLabels())
                continue;
            const int fitting = fittingTickCount(*axis);
            QVERIFY2(
                std::abs(axis->ticker()->tickCount() - fitting) <= 1,
                qPrintable(
                    QStringLiteral("%1 ticks, %2 would fit").arg(axis->ticker()->tickCount()).arg(fitting)));
        }
}

void TestCurves::nearestEpochSnaps_data()
{
    QTest::addColumn<double>("x");
    QTest::addColumn<int>("index");
    QTest::newRow("before the first") << -3.0 << 0;
    QTest::newRow("on one") << 2.0 << 1;
    QTest::newRow("just below the middle") << 2.49 << 1;
    QTest::newRow("on the middle, the earlier") << 2.5 << 1;
    QTest::newRow("above the middle") << 2.51 << 2;
    QTest::newRow("after the last") << 99.0 << 4;
}

void TestCurves::nearestEpochSnaps()
{
    QFETCH(double, x);
    const auto points = fallingCurve(5);
    QTEST(static_cast<int>(nearestEpoch(points, x).value()), "index");
    QVERIFY(!nearestEpoch({}, x));
}

void TestCurves::stagesFollowEachOther()
{
    const std::vector<Stage> schedule{
        {Stage::Kind::Float, {}, 10}, {Stage::Kind::Code, {8, 4}, 3}, {Stage::Kind::Final, {}, 6}};
    const auto spans = stageSpans(schedule);
    QCOMPARE(spans.size(), std::size_t{3});
    QCOMPARE(spans[1], (StageSpan{10, 3, "(8,4)"}));
    QCOMPARE(spans[2].firstEpoch, 13);
    QCOMPARE(spanOfEpoch(spans, 10).value(), std::size_t{0});
    QCOMPARE(spanOfEpoch(spans, 11).value(), std::size_t{1});
    QVERIFY(!spanOfEpoch(spans, 20));
}

void TestCurves::labelFits_data()
{
    QTest::addColumn<double>("span");
    QTest::addColumn<int>("fit");
    QTest::newRow("wide") << 50.0 << static_cast<int>(LabelFit::Horizontal);
    QTest::newRow("narrow") << 20.0 << static_cast<int>(LabelFit::Vertical);
    QTest::newRow("a few pixels") << 8.0 << static_cast<int>(LabelFit::Hidden);
}

void TestCurves::labelFits()
{
    QFETCH(double, span);
    QTEST(static_cast<int>(labelFit(span, 30.0, 12.0)), "fit");
}

void TestCurves::rangesLeaveOutWhatCannotBeDrawn()
{
    const double nan = std::nan(""), infinite = std::numeric_limits<double>::infinity();
    const ValueRange linear = paddedRange(std::vector{0.5, nan, 2.5, infinite}, false);
    QVERIFY(linear.lower > 0.2 && linear.lower < 0.5 && linear.upper > 2.5 && linear.upper < 3.0);
    QCOMPARE(paddedRange(std::vector{0.0, 1.0}, false).lower, 0.0);
    const ValueRange logarithmic = paddedRange(std::vector{0.0, 0.01, 1.0}, true);
    QVERIFY(logarithmic.lower > 0.0 && logarithmic.lower < 0.01 && logarithmic.upper > 1.0);
    for (bool log : {false, true}) {
        const ValueRange empty = paddedRange({}, log), single = paddedRange(std::vector{0.3}, log);
        QVERIFY(empty.lower < empty.upper && single.lower < 0.3 && single.upper > 0.3);
    }
    QCOMPARE(quantile(std::vector<float>{4, NAN, 1, 3, 2, 5}, 0.5).value(), 3.0);
    QVERIFY(!quantile(std::vector<float>{NAN}, 0.5));
}

void TestCurves::colorsStandOut()
{
    QPalette darkPalette;
    darkPalette.setColor(QPalette::Base, QColor(0x2a, 0x2a, 0x2c));
    darkPalette.setColor(QPalette::Text, Qt::white);
    const PlotTheme dark = themeFor(darkPalette, {}), light = paperTheme({});
    QVERIFY(dark.dark && !light.dark);
    for (const PlotTheme& theme : {dark, light}) {
        QVERIFY(contrastRatio(theme.text, theme.background) >= 7.0);
        for (int series = 0; series < seriesStyleCount; ++series) {
            const SeriesStyle style = seriesStyle(series, theme);
            QVERIFY2(contrastRatio(style.color, theme.background) >= 3.0, qPrintable(style.color.name()));
            for (int other = 0; other < series; ++other)
                QVERIFY(seriesStyle(other, theme).marker != style.marker); // told apart without colour
        }
    }
}

void TestCurves::boxStaysInside()
{
    const QRectF area(0, 0, 300, 200);
    for (double x : {0.0, 150.0, 299.0})
        for (double y : {0.0, 100.0, 199.0})
            QVERIFY(area.contains(QRectF(placeBeside({120, 60}, {x, y}, area), QSizeF(120, 60))));
    QCOMPARE(placeBeside({500, 300}, {150, 100}, area), area.topLeft());
}

void TestCurves::hintUntilData()
{
    CurvesPlot curves;
    curves.resize(600, 400);
    curves.show();
    QVERIFY(QTest::qWaitForWindowExposed(&curves));
    QVERIFY(!curves.plot()->isVisible());
    curves.setEpochs(fallingCurve(3));
    QTRY_VERIFY(curves.plot()->isVisible());
    curves.clear();
    QTRY_VERIFY(!curves.plot()->isVisible());
    QVERIFY(!curves.saveFigure(QStringLiteral("nothing.png")).isEmpty());
}

void TestCurves::longRunsDrawFewPoints()
{
    RepaintGovernor governor;
    CurvesPlot curves(&governor);
    curves.resize(1600, 900);
    curves.show();
    curves.appendBatchLosses(0, std::vector<float>(200'000, 0.5F), 469);
    QSignalSpy repainted(&governor, &RepaintGovernor::repainted);
    QTRY_VERIFY(!repainted.isEmpty());
    int drawn = 0;
    for (int i = 0; i < curves.plot()->graphCount(); ++i)
        drawn += curves.plot()->graph(i)->dataCount();
    QVERIFY(drawn > 500 && drawn <= 2000);
    QCOMPARE(curves.plot()->graph(0)->data()->at(curves.plot()->graph(0)->dataCount() - 1)->value, 0.5);
}

void TestCurves::crosshairSnapsAndStaysInside()
{
    CurvesPlot curves;
    curves.resize(500, 400);
    curves.show();
    curves.setStages(threeStages);
    curves.setEpochs(fallingCurve(10));
    QTRY_VERIFY(curves.plot()->isVisible());
    for (int epoch = 1; epoch <= 10; ++epoch) {
        moveMouse(curves.plot(), pixelOfEpoch(curves, epoch + 0.15));
        QCOMPARE(curves.crosshair().index().value(), static_cast<std::size_t>(epoch - 1));
        QVERIFY(QRectF(curves.plot()->rect()).contains(curves.crosshair().label().geometry()));
    }
    moveMouse(curves.plot(), pixelOfEpoch(curves, 5.0));
    const QString text = curves.crosshair().label().text();
    for (const char* part : {"epoch 5", "(8,4)", "0.2000", "0.2400", "4.00 %", "5.00 %"})
        QVERIFY2(text.contains(QLatin1String(part)), qPrintable(text));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(curves.plot(), &leave);
    QVERIFY(!curves.crosshair().index());
}

void TestCurves::arrowKeysMoveCrosshair()
{
    CurvesPlot curves;
    curves.resize(500, 400);
    curves.show();
    curves.setEpochs(fallingCurve(5));
    QTRY_VERIFY(curves.plot()->isVisible());
    QTest::keyClick(curves.plot(), Qt::Key_Left);
    QCOMPARE(curves.crosshair().index().value(), std::size_t{4});
    QTest::keyClick(curves.plot(), Qt::Key_Left);
    QCOMPARE(curves.crosshair().index().value(), std::size_t{3});
    QTest::keyClick(curves.plot(), Qt::Key_Escape);
    QVERIFY(!curves.crosshair().index());
}

void TestCurves::keysSwitchLogAndReset()
{
    CurvesPlot curves;
    curves.resize(500, 400);
    curves.show();
    QVERIFY(QTest::qWaitForWindowActive(&curves));
    curves.setEpochs(fallingCurve(5));
    QTRY_VERIFY(curves.plot()->isVisible());
    curves.plot()->setFocus();
    QCPAxis* loss = curves.plot()->axisRect(0)->axis(QCPAxis::atLeft);
    const QCPRange linear = loss->range();
    QTest::keyClick(curves.plot(), Qt::Key_L);
    QVERIFY(curves.logY());
    QCOMPARE(loss->scaleType(), QCPAxis::stLogarithmic);
    QVERIFY(loss->range().lower > 0.0);
    QTest::keyClick(curves.plot(), Qt::Key_L, Qt::ShiftModifier);
    QVERIFY(curves.logX());
    curves.setLogX(false);
    curves.setLogY(false);
    loss->setRange(0.4, 0.5);
    QTest::keyClick(curves.plot(), Qt::Key_R);
    QCOMPARE(loss->range().lower, linear.lower);
    QCOMPARE(loss->range().upper, linear.upper);
}

void TestCurves::userZoomIsKept()
{
    RepaintGovernor governor;
    CurvesPlot curves(&governor);
    curves.resize(500, 400);
    curves.show();
    curves.setEpochs(fallingCurve(5));
    QTRY_VERIFY(curves.plot()->isVisible());
    QCPAxis* epochs = curves.plot()->axisRect(0)->axis(QCPAxis::atBottom);
    epochs->setRange(2.0, 3.0);
    QCOMPARE(curves.plot()->axisRect(1)->axis(QCPAxis::atBottom)->range().lower, 2.0); // both follow
    QSignalSpy repainted(&governor, &RepaintGovernor::repainted);
    curves.appendEpoch({6, 0.1, 0.1, 0.1, 0.1});
    QTRY_VERIFY(!repainted.isEmpty());
    QCOMPARE(epochs->range().upper, 3.0);
    QTest::mouseDClick(curves.plot(), Qt::LeftButton, {}, QPoint(250, 200));
    QVERIFY(epochs->range().upper >= 6.0);
}

void TestCurves::hiddenPlotIsNotPainted()
{
    RepaintGovernor governor;
    CurvesPlot curves(&governor);
    QCoreApplication::processEvents(); // QCustomPlot draws itself once after its construction
    QSignalSpy replotted(curves.plot(), &QCustomPlot::afterReplot);
    curves.setEpochs(fallingCurve(3));
    QWidget other;
    QSignalSpy repainted(&governor, &RepaintGovernor::repainted);
    governor.addClient(&other, [] {});
    other.show();
    governor.markDirty(&other);
    QTRY_VERIFY(!repainted.isEmpty()); // a round has passed by the hidden plot
    QVERIFY(replotted.isEmpty());
    QVERIFY(governor.isDirty(&curves));
    curves.show();
    QTRY_VERIFY(!governor.isDirty(&curves));
    QVERIFY(!replotted.isEmpty());
}

void TestCurves::paintingKeepsItsBudget()
{
    QCOMPARE(repaintIntervalMs(0.1), 40);
    QCOMPARE(repaintIntervalMs(10.0), 1600);
    RepaintGovernor governor;
    QWidget widget;
    int rounds = 0;
    governor.addClient(&widget, [&rounds] {
        ++rounds;
        double sum = 0.0;
        QElapsedTimer busy; // burns real CPU time, which is what is budgeted
        busy.start();
        while (busy.elapsed() < 15)
            sum += std::sqrt(static_cast<double>(busy.nsecsElapsed()));
        QVERIFY(sum > 0.0);
    });
    widget.show();
    QSignalSpy repainted(&governor, &RepaintGovernor::repainted);
    for (int i = 0; i < 1000; ++i)
        governor.markDirty(&widget);
    QTRY_COMPARE(rounds, 1); // a thousand changes, one repaint
    const double cost = repainted.first().at(1).toDouble();
    QElapsedTimer pause;
    pause.start();
    governor.markDirty(&widget);
    QTRY_COMPARE(rounds, 2);
    QVERIFY(static_cast<double>(pause.elapsed()) > 30.0 * cost);
    governor.repaintNow(&widget);
    QCOMPARE(rounds, 3); // the user's own hand is not made to wait
}

void TestCurves::paletteChangeRestyles()
{
    CurvesPlot curves;
    curves.resize(500, 400);
    curves.show();
    curves.setEpochs(fallingCurve(5));
    QTRY_VERIFY(curves.plot()->isVisible());
    QPalette dark = curves.palette();
    dark.setColor(QPalette::Base, QColor(20, 20, 20));
    dark.setColor(QPalette::Text, Qt::white);
    curves.setPalette(dark);
    QTRY_COMPARE(curves.plot()->grab().toImage().pixelColor(2, curves.plot()->height() - 2),
                 QColor(20, 20, 20));
}

QTEST_MAIN(TestCurves)
#include "tst_curves.moc"
