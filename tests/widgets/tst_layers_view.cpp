#include "widgets/plots/epoch_selector.h"
#include "widgets/plots/layer_statistic.h"
#include "widgets/plots/statistic_plot.h"
#include "widgets/views/layers_view.h"
#include "widgets/views/plain_table_model.h"

#include <QComboBox>
#include <QSplitter>
#include <QTableView>
#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

LayerSnapshot codedLayer(const std::string& name)
{
    LayerSnapshot layer;
    layer.name = name;
    layer.rows = 50;
    layer.fanIn = 160;
    layer.code = Code{8, 2};
    layer.groups = 1000;
    layer.groupsAtLimit = 623;
    layer.indexFlips = 50;
    layer.groupsFrozen = 950;
    layer.groupsHeld = 450;
    layer.signFlips = 16; // of 8,000 weights
    layer.sparsity = 0.8125;
    layer.codingErrorNormalized = 0.125;
    layer.codingError = 0.0625;
    layer.scale = 1.25;
    layer.threshold = 0.5;
    return layer;
}

/// A float epoch, the first of a code, another one.
EpochHistory history()
{
    auto first = std::make_shared<EpochSnapshot>();
    first->epoch = 1;
    first->layers.resize(2);
    auto second = std::make_shared<EpochSnapshot>();
    second->epoch = 2;
    second->layers = {codedLayer("fc1"), codedLayer("fc2")};
    for (LayerSnapshot& layer : second->layers)
        layer.indexFlips = layer.groupsFrozen = layer.signFlips = 0;
    auto third = std::make_shared<EpochSnapshot>();
    third->epoch = 3;
    third->layers = {codedLayer("fc1"), codedLayer("fc2")};
    third->layers[1].indexFlips = 10;
    for (std::size_t l = 0; l < 2; ++l) {
        first->layers[l].name = second->layers[l].name;
        first->layers[l].rows = 50;
        first->layers[l].fanIn = 160;
    }
    return {first, second, third};
}

} // namespace

class TestLayersView : public QObject
{
    Q_OBJECT

private slots:
    void everyStatisticOfALayer_data();
    void everyStatisticOfALayer();
    void whatIsNotKnownIsNoNumber();
    void smallSharesAreNotShownAsNothing();
    void curvesFollowEachLayer();
    void tableShowsTheEpoch();
    void curvesShowTheChosenStatistic();
};

void TestLayersView::everyStatisticOfALayer_data()
{
    QTest::addColumn<LayerStatistic>("statistic");
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    const auto row = [](LayerStatistic statistic, double value, const char* text) {
        QTest::newRow(qPrintable(statisticName(statistic))) << statistic << value << QString(text);
    };
    row(LayerStatistic::IndexFlips, 5.0, "5.00 %");
    row(LayerStatistic::SignFlips, 0.2, "0.200 %");
    row(LayerStatistic::Sparsity, 81.25, "81.25 %");
    row(LayerStatistic::AtLimit, 62.3, "62.30 %");
    row(LayerStatistic::Frozen, 95.0, "95.00 %");
    row(LayerStatistic::Held, 45.0, "45.00 %");
    row(LayerStatistic::NormalizedError, 12.5, "12.50 %");
    row(LayerStatistic::Error, 6.25, "6.25 %");
    row(LayerStatistic::Scale, 1.25, "1.25");
    row(LayerStatistic::Threshold, 0.5, "0.5");
}

void TestLayersView::everyStatisticOfALayer()
{
    QFETCH(LayerStatistic, statistic);
    QFETCH(double, value);
    QFETCH(QString, text);
    QCOMPARE(statisticOf(codedLayer("fc1"), statistic), value);
    QCOMPARE(statisticText(value, statistic), text);
    QVERIFY(!statisticHelp(statistic).isEmpty());
}

void TestLayersView::whatIsNotKnownIsNoNumber()
{
    for (const LayerStatistic statistic : layerStatistics) {
        QVERIFY(std::isnan(statisticOf(LayerSnapshot{}, statistic)));
        QCOMPARE(statisticText(statisticOf(LayerSnapshot{}, statistic), statistic), QStringLiteral("–"));
    }
    const LayerSnapshot first = history()[1]->layers[0]; // nothing to compare with
    for (const LayerStatistic statistic :
         {LayerStatistic::IndexFlips, LayerStatistic::SignFlips, LayerStatistic::Frozen})
        QVERIFY(std::isnan(statisticOf(first, statistic)));
    LayerSnapshot linear = codedLayer("fc1");
    linear.code = eightBitWeights;
    QVERIFY(std::isnan(statisticOf(linear, LayerStatistic::AtLimit)));
    QCOMPARE(statisticOf(linear, LayerStatistic::Error), 6.25);
}

void TestLayersView::smallSharesAreNotShownAsNothing()
{
    QCOMPARE(statisticText(0.0, LayerStatistic::SignFlips), QStringLiteral("0.00 %"));
    QCOMPARE(statisticText(0.0123, LayerStatistic::SignFlips), QStringLiteral("0.0123 %"));
}

void TestLayersView::curvesFollowEachLayer()
{
    const auto curves = statisticCurves(history(), LayerStatistic::IndexFlips);
    QCOMPARE(curves.size(), std::size_t{2});
    QCOMPARE(curves[1].layer, QStringLiteral("fc2"));
    QCOMPARE(curves[1].epochs, (std::vector<double>{1.0, 2.0, 3.0}));
    QVERIFY(std::isnan(curves[1].values[0])); // float: nothing that could flip
    QVERIFY(std::isnan(curves[1].values[1]));
    QCOMPARE(curves[0].values[2], 5.0);
    QCOMPARE(curves[1].values[2], 1.0);
}

void TestLayersView::tableShowsTheEpoch()
{
    LayersView view;
    view.resize(700, 400);
    view.show();
    QCOMPARE(view.model()->rowCount(), 0);
    view.setHistory(history());
    QCOMPARE(view.model()->rowCount(), 2);
    const auto text = [&](int row, int column) { return view.model()->index(row, column).data().toString(); };
    QStringList row;
    for (int column = 0; column < view.model()->columnCount(); ++column)
        row << text(1, column);
    QCOMPARE(row, QStringList({"fc2", "50 × 160", "(8,2)", "1.00 %", "0.200 %", "81.25 %", "62.30 %",
                               "95.00 %", "45.00 %", "12.50 %", "6.25 %", "1.25", "0.5"}));
    view.selector()->setEpochIndex(0);
    QCOMPARE(text(0, 2), QStringLiteral("float"));
    QCOMPARE(text(0, 5), QStringLiteral("–"));
    view.setHistory({});
    QCOMPARE(view.model()->rowCount(), 0);
    QVERIFY(!view.findChild<QTableView*>(QStringLiteral("layersTable"))->isVisible());
}

void TestLayersView::curvesShowTheChosenStatistic()
{
    LayersView view;
    view.resize(700, 400);
    view.show();
    view.setHistory(history());
    QTRY_VERIFY(view.plot()->plot()->isVisible());
    auto* box = view.findChild<QComboBox*>(QStringLiteral("layers.statistic"));
    QCOMPARE(box->count(), int(std::size(layerStatistics)));
    box->setCurrentIndex(box->findData(int(LayerStatistic::Sparsity)));
    const auto* parts = view.findChild<QSplitter*>();
    QCOMPARE(parts->orientation(), Qt::Horizontal); // a low pane
    view.resize(700, 600);
    QTRY_COMPARE(parts->orientation(), Qt::Vertical);
    const QCPGraph* graph = view.plot()->plot()->graph(0);
    QCOMPARE(graph->data()->size(), 3);
    QCOMPARE(graph->data()->at(2)->value, 81.25);
    QVERIFY(graph->valueAxis()->range().contains(81.25));
    QVERIFY2(graph->valueAxis()->label().contains(QStringLiteral("% of weights")),
             qPrintable(graph->valueAxis()->label()));
    const FigureTable table = view.plot()->table();
    QCOMPARE(table.size(), std::size_t{3});
    QCOMPARE(table[1].unit, QStringLiteral("% of weights"));
    // The line stands at the epoch shown in the table.
    view.selector()->setEpochIndex(1);
    QList<double> lines;
    for (int i = 0; i < view.plot()->plot()->itemCount(); ++i)
        if (auto* line = qobject_cast<QCPItemStraightLine*>(view.plot()->plot()->item(i)))
            lines << line->point1->key();
    QCOMPARE(lines, QList<double>({2.0}));
}

QTEST_MAIN(TestLayersView)
#include "tst_layers_view.moc"
