#include "widgets/plots/plot_tickers.h"

#include <QTest>

using namespace ternbench;

class TestPlotTickers : public QObject
{
    Q_OBJECT

private slots:
    void ticksAreReadable_data();
    void ticksAreReadable();
    void logTicksStayInRangeAndCount_data();
    void logTicksStayInRangeAndCount();
    void countsAreCompact_data();
    void countsAreCompact();
    void linearAxesHaveTwoLabels_data();
    void linearAxesHaveTwoLabels();
};

void TestPlotTickers::ticksAreReadable_data()
{
    QTest::addColumn<double>("span");
    QTest::addColumn<int>("most");
    QTest::addColumn<double>("step");
    QTest::newRow("18 epochs, 10 ticks") << 18.0 << 10 << 2.0;
    QTest::newRow("0.3 by 3") << 0.3 << 3 << 0.1;
    QTest::newRow("0.3 by 2") << 0.3 << 2 << 0.2;
    QTest::newRow("7 by 2") << 7.0 << 2 << 5.0;
    QTest::newRow("9000 by 1") << 9000.0 << 1 << 10000.0;
}

void TestPlotTickers::ticksAreReadable()
{
    QFETCH(double, span);
    QFETCH(int, most);
    QTEST(niceStep(span, most), "step");
    QCOMPARE(niceIntegerStep(0.5, 5), 1.0);
}

void TestPlotTickers::logTicksStayInRangeAndCount_data()
{
    QTest::addColumn<double>("lower");
    QTest::addColumn<double>("upper");
    QTest::addColumn<int>("most");
    QTest::newRow("within a decade") << 0.2 << 0.9 << 6;
    QTest::newRow("a sliver") << 0.31 << 0.34 << 5;
    QTest::newRow("three decades") << 0.01 << 10.0 << 8;
    QTest::newRow("many decades, few ticks") << 1e-9 << 1e9 << 4;
}

void TestPlotTickers::logTicksStayInRangeAndCount()
{
    QFETCH(double, lower);
    QFETCH(double, upper);
    QFETCH(int, most);
    const auto ticks = logTicks(lower, upper, most);
    QVERIFY(ticks.size() >= 2 && ticks.size() <= static_cast<std::size_t>(most));
    QVERIFY(std::is_sorted(ticks.begin(), ticks.end()));
    QVERIFY(ticks.front() >= lower && ticks.back() <= upper);
}

void TestPlotTickers::countsAreCompact_data()
{
    QTest::addColumn<double>("count");
    QTest::addColumn<QString>("text");
    QTest::newRow("small") << 950.0 << "950";
    QTest::newRow("thousands") << 20000.0 << "20k";
    QTest::newRow("rounded into the next unit") << 999'600.0 << "1M";
    QTest::newRow("millions") << 1.5e6 << "1.5M";
}

void TestPlotTickers::countsAreCompact()
{
    QFETCH(double, count);
    QTEST(compactCount(count), "text");
}

void TestPlotTickers::linearAxesHaveTwoLabels_data()
{
    QTest::addColumn<double>("lower");
    QTest::addColumn<double>("upper");
    QTest::newRow("0.1 alone is a round value") << 0.06 << 0.19;
    QTest::newRow("no round value") << 0.31 << 0.34;
    QTest::newRow("from zero") << 0.0 << 0.7;
    QTest::newRow("halves would be 1.25 apart") << 13.2 << 17.4;
    QTest::newRow("far from zero") << 1'000'001.0 << 1'000'002.5;
}

void TestPlotTickers::linearAxesHaveTwoLabels()
{
    QFETCH(double, lower);
    QFETCH(double, upper);
    LinearTicker ticker(TickLabels::Plain);
    ticker.setTickCount(1); // room for no more
    QVector<double> ticks;
    ticker.generate({lower, upper}, QLocale::c(), QLatin1Char('g'), 6, ticks, nullptr, nullptr);
    const auto inRange = std::ranges::count_if(ticks, [&](double t) { return t >= lower && t <= upper; });
    const double step = ticks[1] - ticks[0];
    QCOMPARE(niceStep(step, 1), step); // 1, 2 or 5 times a power of ten
    QVERIFY2(inRange >= 2 && inRange <= 4, qPrintable(QString::number(inRange)));
}

QTEST_MAIN(TestPlotTickers)
#include "tst_plot_tickers.moc"
