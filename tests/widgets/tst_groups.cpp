#include "widgets/plots/epoch_selector.h"
#include "widgets/plots/groups_panel.h"
#include "widgets/plots/groups_plot.h"

#include <QLabel>
#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

LayerSnapshot codedLayer(const std::string& name)
{
    LayerSnapshot layer;
    layer.name = name;
    layer.code = Code{8, 2};
    layer.groups = 1000;
    layer.nonZerosPerGroup = {100, 277, 623, 0, 0, 0, 0, 0, 0};
    layer.groupsAtLimit = 623;
    layer.indexFlips = 50;
    layer.groupsFrozen = 950;
    layer.groupsHeld = 1000;
    layer.patternUsage.assign(129, 7);
    layer.patternUsage[3] = 111;
    return layer;
}

EpochHistory history()
{
    auto first = std::make_shared<EpochSnapshot>();
    first->epoch = 1;
    first->layers.resize(2);
    first->layers[0].name = "fc1";
    first->layers[1].name = "fc2";
    auto second = std::make_shared<EpochSnapshot>();
    second->epoch = 2;
    second->layers = {codedLayer("fc1"), codedLayer("fc2")};
    second->layers[1].indexFlips = 10;
    return {first, second};
}

void moveMouse(QWidget* widget, const QPointF& position)
{
    QMouseEvent event(QEvent::MouseMove, position, widget->mapToGlobal(position), Qt::NoButton, Qt::NoButton,
                      Qt::NoModifier);
    QCoreApplication::sendEvent(widget, &event);
}

} // namespace

class TestGroups : public QObject
{
    Q_OBJECT

private slots:
    void sharesAndLimit();
    void frozenAndHeldGroupsAreTold();
    void usageIsReducedToItsPeaks();
    void usageOfAFewPatternsIsExact();
    void columnsAreFoundByIndex();
    void hoverNamesThePattern();
    void barsAndLimitLine();
    void mouseReadsTheUsage();
    void largeTableDrawsFewBars();
    void floatStageSaysSo();
};

void TestGroups::sharesAndLimit()
{
    const LayerSnapshot layer = codedLayer("fc1");
    const auto shares = groupShares(layer);
    QCOMPARE(shares.size(), std::size_t{9});
    QCOMPARE(shares[1], 27.7);
    QCOMPARE(limitText(layer), QStringLiteral("62.3 % of 1,000 groups at the limit K = 2"));
    QCOMPARE(shortLimitText(layer), QStringLiteral("62.3 % at the limit"));
    QVERIFY(limitText(LayerSnapshot{}).isEmpty());
    QVERIFY(groupShares(LayerSnapshot{}).empty());
}

void TestGroups::frozenAndHeldGroupsAreTold()
{
    LayerSnapshot layer = codedLayer("fc1");
    QCOMPARE(frozenText(layer), QStringLiteral("95.0 % of the groups frozen"));
    layer.groupsHeld = 450;
    QCOMPARE(frozenText(layer),
             QStringLiteral("95.0 % of the groups frozen, 45.0 % held to the stage's code"));
    layer.indexFlips = layer.groupsFrozen = 0; // nothing to compare with
    QCOMPARE(frozenText(layer), QStringLiteral("45.0 % held to the stage's code"));
    QVERIFY(frozenText(LayerSnapshot{}).isEmpty());
    GroupsPanel panel;
    panel.setHistory(history());
    const auto* line = panel.findChild<QLabel*>(QStringLiteral("groups.frozen"));
    QCOMPARE(line->text(), QStringLiteral("95.0 % of the groups frozen"));
    panel.setHistory({});
    QVERIFY(line->text().isEmpty());
}

void TestGroups::usageIsReducedToItsPeaks()
{
    std::vector<std::uint32_t> usage(34'113, 1);
    usage[20'000] = 99;
    usage.back() = 55;
    const auto columns = usageColumns(usage, 0, 34'113, 500);
    QVERIFY(columns.size() <= 500 && columns.size() > 400);
    QCOMPARE(columns.front().firstIndex, 0U);
    QCOMPARE(columns.back().lastIndex, 34'112U);
    QCOMPARE(columns.back().count, 55U);
    for (std::size_t i = 1; i < columns.size(); ++i)
        QCOMPARE(columns[i].firstIndex, columns[i - 1].lastIndex + 1); // no pattern is left out
    const auto peak = columnAt(columns, 20'000);
    QVERIFY(peak);
    QCOMPARE(columns[*peak].mostUsedIndex, 20'000U);
    QCOMPARE(columns[*peak].count, 99U);
}

void TestGroups::usageOfAFewPatternsIsExact()
{
    const std::vector<std::uint32_t> usage{4, 9, 2};
    const auto columns = usageColumns(usage, -5, 99, 600);
    QCOMPARE(columns, (std::vector<UsageColumn>{{0, 0, 0, 4}, {1, 1, 1, 9}, {2, 2, 2, 2}}));
    QVERIFY(usageColumns(usage, 3, 9, 600).empty());
    QVERIFY(usageColumns({}, 0, 9, 600).empty());
}

void TestGroups::columnsAreFoundByIndex()
{
    const std::vector<std::uint32_t> usage(10, 1);
    const auto columns = usageColumns(usage, 0, 10, 5);
    QCOMPARE(columnAt(columns, 3.4).value(), std::size_t{1});
    QCOMPARE(columnAt(columns, 3.6).value(), std::size_t{2});
    QVERIFY(!columnAt(columns, -1.0));
    QVERIFY(!columnAt(columns, 10.0));
}

void TestGroups::hoverNamesThePattern()
{
    const LayerSnapshot layer = codedLayer("fc1");
    const QString text = usageText({3, 3, 3, 111}, layer);
    QVERIFY2(text.contains("index 3") && text.contains("0+000000") && text.contains("111 groups (11.1 %)"),
             qPrintable(text));
    QVERIFY(usageText({0, 9, 3, 111}, layer).contains(QStringLiteral("0–9")));
}

void TestGroups::barsAndLimitLine()
{
    GroupsPanel panel;
    panel.resize(700, 500);
    panel.show();
    QVERIFY(!panel.plot()->plot()->isVisible()); // a hint, until there are groups
    panel.setHistory(history());
    QTRY_VERIFY(panel.plot()->plot()->isVisible());
    const auto* shares = qobject_cast<QCPBars*>(panel.plot()->plot()->plottable(0));
    QVERIFY(shares);
    QCOMPARE(shares->dataCount(), 9);
    QCOMPARE(shares->data()->at(2)->value, 62.3);
    const QCPAxis* axis = shares->keyAxis();
    int walls = 0;
    for (int i = 0; i < panel.plot()->plot()->itemCount(); ++i)
        if (auto* line = qobject_cast<QCPItemLine*>(panel.plot()->plot()->item(i))) {
            QVERIFY(std::abs(axis->pixelToCoord(line->start->pixelPosition().x()) - 2.5) < 1e-6);
            ++walls;
        }
    QCOMPARE(walls, 1); // right of the bar of K = 2
}

void TestGroups::mouseReadsTheUsage()
{
    GroupsPanel panel;
    panel.resize(700, 500);
    panel.show();
    panel.setHistory(history());
    QTRY_VERIFY(panel.plot()->plot()->isVisible());
    const QCPAxisRect* rect = panel.plot()->usageRect();
    moveMouse(panel.plot()->plot(),
              {rect->axis(QCPAxis::atBottom)->coordToPixel(3.0), static_cast<double>(rect->center().y())});
    QVERIFY(panel.plot()->hoverLabel().isVisible());
    QVERIFY(panel.plot()->hoverLabel().text().contains(QStringLiteral("111 groups")));
    QVERIFY(QRectF(panel.plot()->plot()->rect()).contains(panel.plot()->hoverLabel().geometry()));
    moveMouse(panel.plot()->plot(), {1.0, 1.0});
    QVERIFY(!panel.plot()->hoverLabel().isVisible());
}

void TestGroups::largeTableDrawsFewBars()
{
    EpochHistory epochs = history();
    auto snapshot = std::make_shared<EpochSnapshot>(*epochs.back());
    snapshot->layers[0].code = Code{16, 4};
    snapshot->layers[0].patternUsage.assign(34'113, 2);
    epochs.back() = snapshot;
    GroupsPanel panel;
    panel.resize(1600, 900);
    panel.show();
    panel.setHistory(epochs);
    QTRY_VERIFY(panel.plot()->plot()->isVisible());
    const auto* usage = qobject_cast<QCPBars*>(panel.plot()->plot()->plottable(1));
    QVERIFY(usage);
    QVERIFY(usage->dataCount() > 100 && usage->dataCount() <= 600);
    // Zoomed in far enough, every pattern has its own bar.
    panel.plot()->usageRect()->axis(QCPAxis::atBottom)->setRange(1000.0, 1100.0);
    panel.plot()->plot()->replot();
    QVERIFY(usage->dataCount() >= 101 && usage->dataCount() <= 103);
}

void TestGroups::floatStageSaysSo()
{
    GroupsPanel panel;
    panel.resize(700, 500);
    panel.show();
    panel.setHistory(history());
    QTRY_VERIFY(panel.plot()->plot()->isVisible());
    panel.selector()->setEpochIndex(0);
    QStringList texts;
    for (int i = 0; i < panel.plot()->plot()->itemCount(); ++i)
        if (auto* text = qobject_cast<QCPItemText*>(panel.plot()->plot()->item(i)); text && text->visible())
            texts << text->text();
    QVERIFY2(texts.contains(QStringLiteral("float: no patterns")), qPrintable(texts.join(u'|')));
    QCOMPARE(qobject_cast<QCPBars*>(panel.plot()->plot()->plottable(0))->dataCount(), 0);
}

QTEST_MAIN(TestGroups)
#include "tst_groups.moc"
