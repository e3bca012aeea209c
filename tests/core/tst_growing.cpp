#include "core/quantize/balanced_order.h"
#include "core/quantize/growing.h"
#include "core/random.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace ternbench;

namespace {

/// A layer of random weights, coded.
struct CodedLayer
{
    int rows, fanIn;
    Grouping grouping;
    std::vector<float> weights, effective;
    ThreadPool pool{1};

    CodedLayer(int rowCount, int inputs)
        : rows(rowCount), fanIn(inputs), grouping(Grouping::linear(inputs)),
          weights(std::size_t(rowCount) * std::size_t(inputs)), effective(weights.size())
    {
        Random random(5, 900);
        for (float& weight : weights)
            weight = float(random.normal());
    }
    CodedMatrix matrix() { return {weights.data(), effective.data(), rows, grouping, fanIn}; }
    Coding begin(const CodingChoice& choice) { return beginCoding(choice, matrix(), pool); }

    int nonZeros(int row, int group, int n) const
    {
        const Grouping::Span span = grouping.group(group, n);
        const auto first = effective.begin() + std::ptrdiff_t(row) * fanIn + span.first;
        return int(std::count_if(first, first + span.size, [](float e) { return e != 0.0f; }));
    }
};

} // namespace

class TestGrowing : public QObject
{
    Q_OBJECT

private slots:
    void groupsAreHeldAsTheShareSays_data();
    void groupsAreHeldAsTheShareSays();
    void leastEnergyGoesFirst();
    void heldIsTheTightCodeElseTheLoose();
    void growingToTheSameCodeIsNothing();
    void balancedOrderSpreadsTheStrongest();
    void balancedOrderFillsTailGroups();
    void balancedSegmentsAreDealtAlike();
};

void TestGrowing::groupsAreHeldAsTheShareSays_data()
{
    QTest::addColumn<Code>("tight");
    QTest::addColumn<ScaleBlock>("scale");
    QTest::newRow("at most") << Code{8, 2} << ScaleBlock::Layer;
    QTest::newRow("trimmed") << Code{8, 1, CodeFamily::Trimmed} << ScaleBlock::Layer;
    QTest::newRow("exactly, by row") << Code{8, 3, CodeFamily::ExactlyK} << ScaleBlock::Row;
}

void TestGrowing::groupsAreHeldAsTheShareSays()
{
    QFETCH(Code, tight);
    QFETCH(ScaleBlock, scale);
    CodedLayer layer(13, 45); // 6 groups a row, the last of 5 weights: 78 in all
    Coding coding = layer.begin({.code = {8, 8}, .scale = scale});
    beginGrowing(coding, tight, layer.rows);
    std::vector<std::uint8_t> before(78, 0);
    for (const double share : {0.0, 0.1, 0.1, 0.5, 0.9}) {
        growTo(coding, layer.matrix(), share, layer.pool);
        QVERIFY(coding.heldGroups.has_value());
        const std::vector<std::uint8_t>& held = coding.heldGroups->held;
        QCOMPARE(std::size_t(std::ranges::count(held, 1)), std::size_t(std::ceil(share * 78)));
        for (std::size_t g = 0; g < held.size(); ++g) {
            QVERIFY(held[g] >= before[g]); // once held, always held
            const int nonZeros = layer.nonZeros(int(g / 6), int(g % 6), 8);
            if (held[g])
                QVERIFY(nonZeros <= tight.maxNonZeros && nonZeros >= tight.minNonZeros());
        }
        before = held;
        QVERIFY(coding.code == (Code{8, 8}));
    }
    growTo(coding, layer.matrix(), 1.0, layer.pool);
    QVERIFY(!coding.heldGroups && coding.code == tight);
    const std::vector<float> grown = layer.effective;
    codeAllRows(coding, layer.matrix(), layer.pool); // the tight code as it is at once
    QVERIFY(scale == ScaleBlock::Row || grown == layer.effective);
}

void TestGrowing::leastEnergyGoesFirst()
{
    CodedLayer layer(1, 16); // groups of 4 with two large weights, one of which is dropped
    layer.weights = {3, 3, 0, 0, /**/ 3, 2.5f, 0, 0, /**/ 3, 0, 0, 0, /**/ 3, 0, 2.9f, 0};
    Coding coding = layer.begin({.code = {4, 4}});
    beginGrowing(coding, {4, 1}, 1);
    std::vector<int> order;
    for (int count = 1; count <= 3; ++count) {
        growTo(coding, layer.matrix(), count / 4.0, layer.pool);
        for (int g = 0; g < 4; ++g)
            if (coding.heldGroups->held[std::size_t(g)] && std::ranges::find(order, g) == order.end())
                order.push_back(g);
    }
    QCOMPARE(order, (std::vector<int>{2, 1, 3})); // nothing, 2.5^2, 2.9^2; 3^2 is left
}

void TestGrowing::heldIsTheTightCodeElseTheLoose()
{
    CodedLayer layer(7, 24);
    Coding coding = layer.begin({.code = {8, 4}});
    const std::vector<float> loose = layer.effective;
    beginGrowing(coding, {8, 1}, layer.rows);
    growTo(coding, layer.matrix(), 0.5, layer.pool);
    const float threshold = coding.threshold;
    const std::vector<std::uint8_t> held = coding.heldGroups->held;
    const std::vector<float> mixed = layer.effective;
    Coding tight = coding;
    tight.heldGroups.reset();
    tight.code = {8, 1};
    QCOMPARE(tight.threshold, threshold);
    codeAllRows(tight, layer.matrix(), layer.pool);
    for (std::size_t i = 0; i < mixed.size(); ++i)
        QCOMPARE(mixed[i], held[i / 8] ? layer.effective[i] : loose[i]);
}

void TestGrowing::growingToTheSameCodeIsNothing()
{
    CodedLayer layer(3, 16);
    Coding coding = layer.begin({.code = {8, 2}});
    const std::vector<float> before = layer.effective;
    beginGrowing(coding, {8, 2}, layer.rows);
    QVERIFY(!coding.heldGroups);
    growTo(coding, layer.matrix(), 0.5, layer.pool);
    QCOMPARE(layer.effective, before);
}

void TestGrowing::balancedOrderSpreadsTheStrongest()
{
    // The four strongest inputs would fill the first group.
    const std::vector<double> strength{9, 8, 7, 6, 1, 2, 3, 4, 5, 0, 0.5, 0.25};
    const std::vector<int> order = balancedOrder(Grouping::linear(12), strength, 4);
    // Dealt 9 8 7 | back 6 5 4 | 3 2 1 | back 0.5 0.25 0.
    QCOMPARE(order, (std::vector<int>{0, 7, 6, 9, /**/ 1, 8, 5, 11, /**/ 2, 3, 4, 10}));
}

void TestGrowing::balancedOrderFillsTailGroups()
{
    const std::vector<double> strength{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const std::vector<int> order = balancedOrder(Grouping::linear(10), strength, 4);
    QCOMPARE(order, (std::vector<int>{9, 4, 3, 0, /**/ 8, 5, 2, 1, /**/ 7, 6}));
}

void TestGrowing::balancedSegmentsAreDealtAlike()
{
    // Two kernel positions of four channels; over both, channels 2 and 3 are the strong ones.
    Grouping grouping{8, 4, {}};
    const std::vector<int> order = balancedOrder(grouping, {5, 0, 1, 1, 0, 0, 9, 8}, 2);
    QCOMPARE(order, (std::vector<int>{2, 1, /**/ 3, 0, /**/ 6, 5, /**/ 7, 4}));
}

QTEST_GUILESS_MAIN(TestGrowing)
#include "tst_growing.moc"
