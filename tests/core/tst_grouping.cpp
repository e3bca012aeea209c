#include "core/code/grouping.h"

#include <QTest>

#include <set>

using namespace ternbench;

class TestGrouping : public QObject
{
    Q_OBJECT

private slots:
    void everyWeightIsInOneGroup_data();
    void everyWeightIsInOneGroup();
    void channelsStayAtOneKernelPosition();
    void flattenedOrderIsChannelFirst();
};

void TestGrouping::everyWeightIsInOneGroup_data()
{
    QTest::addColumn<Grouping>("grouping");
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("groups");
    QTest::newRow("linear") << Grouping::linear(16) << 8 << 2;
    QTest::newRow("linear with a tail") << Grouping::linear(21) << 8 << 3;
    QTest::newRow("fewer weights than a group") << Grouping::linear(3) << 8 << 1;
    QTest::newRow("channels") << Grouping::convolution(GroupAxis::Channels, 3, 16) << 8 << 18;
    QTest::newRow("channels with tails") << Grouping::convolution(GroupAxis::Channels, 3, 5) << 4 << 18;
    QTest::newRow("flattened") << Grouping::convolution(GroupAxis::Flattened, 3, 5) << 4 << 12;
    QTest::newRow("no weights") << Grouping::linear(0) << 8 << 0;
}

void TestGrouping::everyWeightIsInOneGroup()
{
    QFETCH(Grouping, grouping);
    QFETCH(int, size);
    QFETCH(int, groups);
    QCOMPARE(grouping.groupsPerRow(size), groups);
    std::set<int> seen;
    int next = 0;
    for (int g = 0; g < groups; ++g) {
        const Grouping::Span span = grouping.group(g, size);
        QCOMPARE(span.first, next);
        QVERIFY(span.size >= 1 && span.size <= size);
        for (int p = span.first; p < span.first + span.size; ++p)
            QVERIFY(seen.insert(grouping.at(p)).second);
        for (int p = span.first; p < span.first + span.size; ++p)
            QCOMPARE(grouping.groupOf(p, size), g);
        next = span.first + span.size;
    }
    QCOMPARE(int(seen.size()), grouping.fanIn);
    if (grouping.fanIn > 0)
        QVERIFY(*seen.begin() == 0 && *seen.rbegin() == grouping.fanIn - 1);
}

void TestGrouping::channelsStayAtOneKernelPosition()
{
    const Grouping grouping = Grouping::convolution(GroupAxis::Channels, 2, 5);
    QCOMPARE(grouping.tail(4), 1);
    // In memory a row is (ky, kx, channel): weight j is at kernel position j / 5.
    for (int g = 0; g < grouping.groupsPerRow(4); ++g) {
        const Grouping::Span span = grouping.group(g, 4);
        for (int p = span.first; p < span.first + span.size; ++p)
            QCOMPARE(grouping.at(p) / 5, grouping.at(span.first) / 5);
    }
}

void TestGrouping::flattenedOrderIsChannelFirst()
{
    const Grouping grouping = Grouping::convolution(GroupAxis::Flattened, 2, 3);
    // Coded (channel, ky, kx); in memory (ky, kx, channel).
    int position = 0;
    for (int channel = 0; channel < 3; ++channel)
        for (int ky = 0; ky < 2; ++ky)
            for (int kx = 0; kx < 2; ++kx)
                QCOMPARE(grouping.at(position++), (ky * 2 + kx) * 3 + channel);
}

QTEST_GUILESS_MAIN(TestGrouping)
#include "tst_grouping.moc"
