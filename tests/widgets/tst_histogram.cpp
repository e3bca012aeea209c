#include "widgets/plots/epoch_selector.h"
#include "widgets/plots/weights_panel.h"
#include "widgets/plots/weights_plot.h"

#include <QCheckBox>
#include <QSignalSpy>
#include <QTest>

using namespace ternbench;

namespace {

Histogram flat(double lower, double upper, std::size_t bins, std::uint64_t count)
{
    Histogram histogram;
    for (std::size_t i = 0; i <= bins; ++i)
        histogram.edges.push_back(lower +
                                  (upper - lower) * static_cast<double>(i) / static_cast<double>(bins));
    histogram.counts.assign(bins, count);
    return histogram;
}

LayerSnapshot layerOf(const std::string& name, std::optional<Code> code, double width)
{
    LayerSnapshot layer;
    layer.name = name;
    layer.code = code;
    layer.shadow = flat(-0.1 * width, 0.1 * width, 200, 30);
    layer.normalized = flat(-width, width, 256, 20);
    if (code) {
        layer.kept = flat(-width, width, 256, 5);
        layer.scale = 1.2;
        layer.threshold = 0.6;
        layer.normalizerLow = 0.03;
        layer.normalizerMedian = 0.05;
        layer.normalizerHigh = 0.08;
    }
    return layer;
}

/// Epochs 1..count of two layers; the first two are float; the histograms grow wider.
EpochHistory history(int count)
{
    EpochHistory epochs;
    for (int epoch = 1; epoch <= count; ++epoch) {
        auto snapshot = std::make_shared<EpochSnapshot>();
        snapshot->epoch = epoch;
        const auto code = epoch > 2 ? std::optional(Code{8, 2}) : std::nullopt;
        snapshot->layers = {layerOf("fc1", code, 2.0 + 0.1 * epoch), layerOf("fc2", code, 1.0)};
        epochs.push_back(snapshot);
    }
    return epochs;
}

QCPAxisRect* rectOf(const WeightsPanel& panel, int index)
{
    return panel.plot()->plot()->axisRect(index);
}

int visibleLines(const WeightsPanel& panel, QCPAxisRect* rect)
{
    int lines = 0;
    for (int i = 0; i < panel.plot()->plot()->itemCount(); ++i)
        if (auto* line = qobject_cast<QCPItemLine*>(panel.plot()->plot()->item(i)))
            lines += line->clipAxisRect() == rect;
    return lines;
}

} // namespace

class TestHistogram : public QObject
{
    Q_OBJECT

private slots:
    void stepsFollowTheBins();
    void rangesCoverAllEpochs();
    void labelsNeverOverlap();
    void legendFillsTheWidth();
    void selectorFollowsOrStays();
    void selectorKeepsLayerByName();
    void selectionIsToldInWords();
    void rangeStaysWhileSliding();
    void marksStandAtThresholdsAndLevels();
    void floatStageHasNoMarks();
    void logScaleBeginsAboveZero();
};

void TestHistogram::stepsFollowTheBins()
{
    const auto steps = histogramSteps({{-1.0, 0.0, 2.0}, {3, 7}});
    QCOMPARE(steps, (std::vector<CurvePoint>{{-1.0, 3.0}, {0.0, 7.0}, {2.0, 0.0}}));
    QVERIFY(histogramSteps({}).empty());
    QVERIFY(histogramSteps({{0.0, 1.0}, {3, 7}}).empty()); // edges that do not belong to the counts
}

void TestHistogram::rangesCoverAllEpochs()
{
    const WeightRanges ranges = weightRanges(history(10), 0);
    QCOMPARE(ranges.normalized.lower, -3.0);
    QCOMPARE(ranges.normalized.upper, 3.0);
    QCOMPARE(ranges.normalized.highest, 20.0);
    QCOMPARE(ranges.shadow.highest, 30.0);
    QCOMPARE(weightRanges(history(10), 1).normalized.upper, 1.05 * 1.2); // +D lies beyond the weights
    QVERIFY(weightRanges({}, 0).shadow.lower < weightRanges({}, 0).shadow.upper);
}

void TestHistogram::labelsNeverOverlap()
{
    const auto shown = labelsWithoutOverlap({100, 110, 160, 20}, {30, 30, 30, 30});
    QCOMPARE(shown, (std::vector<bool>{true, false, true, true}));
}

void TestHistogram::legendFillsTheWidth()
{
    const std::vector<int> entries{50, 60, 100, 180};
    QCOMPARE(legendColumns(entries, 400), 4);
    QCOMPARE(legendColumns(entries, 389), 3);
    QCOMPARE(legendColumns(entries, 339), 2);
    QCOMPARE(legendColumns(entries, 10), 1);
    QCOMPARE(legendColumns({}, 100), 1);
}

void TestHistogram::selectorFollowsOrStays()
{
    EpochSelector selector;
    selector.setHistory(history(4));
    QCOMPARE(selector.selection().epoch, 3);
    QSignalSpy changed(&selector, &EpochSelector::selectionChanged);
    selector.setHistory(history(5));
    QCOMPARE(selector.selection().epoch, 4);
    QVERIFY(changed.isEmpty()); // not by the user's hand
    selector.setEpochIndex(1);
    QCOMPARE(changed.size(), 1);
    QVERIFY(!selector.followsLatest());
    selector.setHistory(history(6));
    QCOMPARE(selector.selection().epoch, 1);
    selector.setFollowLatest(true);
    QCOMPARE(selector.selection().epoch, 5);
}

void TestHistogram::selectorKeepsLayerByName()
{
    EpochSelector selector;
    selector.setHistory(history(2));
    selector.setLayerIndex(1);
    auto other = std::make_shared<EpochSnapshot>();
    other->epoch = 1;
    other->layers = {layerOf("fc2", {}, 1.0), layerOf("fc3", {}, 1.0)};
    selector.setHistory({other});
    QCOMPARE(selector.selection().layer, 0); // fc2 has moved to the front
    selector.setHistory({});
    QVERIFY(!selector.isEnabled());
}

void TestHistogram::selectionIsToldInWords()
{
    const EpochHistory epochs = history(5);
    QCOMPARE(selectionText(epochs, {4, 0}, 18), QStringLiteral("epoch 5 of 18, stage (8,2)"));
    QCOMPARE(selectionText(epochs, {0, 1}, 0), QStringLiteral("epoch 1 of 5, stage float"));
    QVERIFY(!selectedLayer(epochs, {5, 0}));
    QVERIFY(!selectedLayer(epochs, {0, 2}));
}

void TestHistogram::rangeStaysWhileSliding()
{
    WeightsPanel panel;
    panel.resize(700, 400);
    panel.show();
    QVERIFY(!panel.plot()->plot()->isVisible()); // a hint, until there are weights
    panel.setHistory(history(8));
    QTRY_VERIFY(panel.plot()->plot()->isVisible());
    const QCPRange range = rectOf(panel, 1)->axis(QCPAxis::atBottom)->range();
    const QCPGraph* normalized = panel.plot()->plot()->graph(1);
    const double lastEdge = normalized->data()->at(0)->key;
    panel.selector()->setEpochIndex(3);
    QVERIFY(normalized->data()->at(0)->key > lastEdge); // drawn at once: the data of epoch 4
    QCOMPARE(rectOf(panel, 1)->axis(QCPAxis::atBottom)->range().lower, range.lower);
    QCOMPARE(rectOf(panel, 1)->axis(QCPAxis::atBottom)->range().upper, range.upper);
}

void TestHistogram::marksStandAtThresholdsAndLevels()
{
    WeightsPanel panel;
    panel.resize(700, 400);
    panel.show();
    panel.setHistory(history(5));
    QTRY_VERIFY(panel.plot()->plot()->isVisible());
    QCPAxisRect* normalized = rectOf(panel, 1);
    std::vector<double> positions;
    for (int i = 0; i < panel.plot()->plot()->itemCount(); ++i)
        if (auto* line = qobject_cast<QCPItemLine*>(panel.plot()->plot()->item(i)))
            if (line->clipAxisRect() == normalized)
                positions.push_back(
                    normalized->axis(QCPAxis::atBottom)->pixelToCoord(line->start->pixelPosition().x()));
    std::sort(positions.begin(), positions.end());
    const std::vector<double> expected{-1.2, -0.6, 0.0, 0.6, 1.2};
    QCOMPARE(positions.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY(std::abs(positions[i] - expected[i]) < 1e-6);
    QCOMPARE(panel.plot()->plot()->graph(2)->dataCount(), 257); // kept weights, filled in
}

void TestHistogram::floatStageHasNoMarks()
{
    WeightsPanel panel;
    panel.resize(700, 400);
    panel.show();
    panel.setHistory(history(5));
    QTRY_VERIFY(panel.plot()->plot()->isVisible());
    QVERIFY(visibleLines(panel, rectOf(panel, 0)) > 0);
    panel.selector()->setEpochIndex(0);
    QCOMPARE(visibleLines(panel, rectOf(panel, 0)), 0);
    QCOMPARE(visibleLines(panel, rectOf(panel, 1)), 0);
    QCOMPARE(panel.plot()->plot()->graph(2)->dataCount(), 0);
    QCOMPARE(panel.plot()->plot()->graph(0)->dataCount(), 201);
}

void TestHistogram::logScaleBeginsAboveZero()
{
    WeightsPanel panel;
    panel.resize(700, 400);
    panel.show();
    panel.setHistory(history(5));
    QTRY_VERIFY(panel.plot()->plot()->isVisible());
    panel.plot()->setLogY(true);
    const QCPRange range = rectOf(panel, 0)->axis(QCPAxis::atLeft)->range();
    QVERIFY(range.lower > 0.0 && range.lower < 1.0 && range.upper > 30.0); // a bin with one weight is seen
}

QTEST_MAIN(TestHistogram)
#include "tst_histogram.moc"
