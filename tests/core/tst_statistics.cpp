#include "core/code/codebook.h"
#include "core/random.h"
#include "core/training/statistics.h"

#include <QTest>

#include <cmath>
#include <numeric>

using namespace ternbench;

namespace {

/// A coded layer of 2 x 10 with (4,2): two groups and a tail of 2 a row; D = 1, unit normalizers.
struct CodedLayer
{
    LayerState state;
    FloatBuffer effective;

    CodedLayer()
    {
        state.name = "fc";
        state.rows = 2;
        state.fanIn = 10;
        state.weights.values = {0.9f, -1.1f, 0.1f, 0.0f, /**/ 0.2f, 0.1f, 0.0f, 0.0f, /**/ 1.0f, -1.0f,
                                0.0f, 0.8f,  0.0f, 0.0f, /**/ 1.2f, 1.3f, 0.7f, 0.0f, /**/ 0.0f, 0.1f};
        effective = {1, -1, 0, 0, /**/ 0, 0, 0, 0, /**/ 1, -1, /**/ 0, 1, 0, 0, /**/ 1, 1, 0, 0, /**/ 0, 0};
        Coding coding;
        coding.code = {4, 2};
        coding.grouping = Grouping::linear(10);
        coding.scale = 1.0;
        coding.threshold = 0.5f;
        coding.normalizer.row.assign(2, 1.0f);
        coding.normalizer.column.assign(10, 1.0f);
        fillInverses(coding.normalizer);
        state.coding = coding;
    }
    LayerSnapshot describe() const { return describeLayer(state, effective.data()); }
};

std::uint64_t total(const std::vector<std::uint64_t>& counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

} // namespace

class TestStatistics : public QObject
{
    Q_OBJECT

private slots:
    void histogramEdges();
    void outermostBinsHoldTheRest();
    void everyValueLiesWithinItsBin();
    void groupsByHand();
    void flipsSinceTheLastEpoch();
    void codingErrors();
    void normalizedWeights();
    void floatStage();
    void zeroWeights();
    void hugeTablesHaveNoUsage();
};

void TestStatistics::histogramEdges()
{
    const Histogram histogram = symmetricHistogram(std::vector<float>{}, 2.0, 8);
    QCOMPARE(histogram.counts, std::vector<std::uint64_t>(8, 0));
    const std::vector<double> edges{-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0};
    QVERIFY(histogram.edges == edges); // n+1, exactly
    // A value on an edge belongs to the bin above it.
    const Histogram onEdges = symmetricHistogram(std::vector<float>{-2.0f, -1.5f, 0.0f, 0.5f, 1.5f}, 2.0, 8);
    QCOMPARE(onEdges.counts, (std::vector<std::uint64_t>{1, 1, 0, 0, 1, 1, 0, 1}));
}

void TestStatistics::outermostBinsHoldTheRest()
{
    const std::vector<float> values{-100.0f, -2.1f, -1.9f, 1.9f, 2.0f, 2.1f, 1e30f};
    QCOMPARE(symmetricHistogram(values, 2.0, 4).counts, (std::vector<std::uint64_t>{3, 0, 0, 4}));
}

void TestStatistics::everyValueLiesWithinItsBin()
{
    Random random(1, 900);
    for (int trial = 0; trial < 2000; ++trial) {
        const std::vector<float> one{float(random.normal())};
        const Histogram histogram = symmetricHistogram(one, 5.0, weightHistogramBins);
        for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin)
            if (histogram.counts[bin] == 1)
                QVERIFY(histogram.edges[bin] <= double(one[0]) && double(one[0]) < histogram.edges[bin + 1]);
        QCOMPARE(total(histogram.counts), std::uint64_t{1});
    }
}

void TestStatistics::groupsByHand()
{
    const LayerSnapshot snapshot = CodedLayer().describe();
    QCOMPARE(snapshot.groups, std::uint64_t{6});
    QCOMPARE(snapshot.nonZerosPerGroup, (std::vector<std::uint64_t>{2, 1, 3, 0, 0}));
    QCOMPARE(snapshot.groupsAtLimit, std::uint64_t{3});
    QVERIFY(snapshot.sparsity == 13.0 / 20.0); // of real weights: the tail's padding is none
    const Codebook codebook({4, 2});
    QCOMPARE(snapshot.patternUsage.size(), std::size_t{33});
    const auto usageOf = [&](std::vector<std::int8_t> pattern) {
        return int(snapshot.patternUsage[*codebook.rank(pattern)]);
    };
    QCOMPARE(usageOf({0, 0, 0, 0}), 2);
    QCOMPARE(usageOf({1, -1, 0, 0}), 2); // once whole, once a padded tail
    QCOMPARE(usageOf({0, 1, 0, 0}), 1);
    QCOMPARE(usageOf({1, 1, 0, 0}), 1);
    QCOMPARE(std::accumulate(snapshot.patternUsage.begin(), snapshot.patternUsage.end(), 0u), 6u);
    QCOMPARE(snapshot.mask->rows, 2);
    QCOMPARE(snapshot.mask->columns, 10);
    for (std::size_t i = 0; i < 20; ++i)
        QCOMPARE(int{snapshot.mask->values[i]}, int(CodedLayer().effective[i]));
}

void TestStatistics::flipsSinceTheLastEpoch()
{
    CodedLayer layer;
    QCOMPARE(layer.describe().indexFlips, std::uint64_t{0}); // nothing to compare with
    layer.state.epochPattern = layer.describe().mask;
    QCOMPARE(layer.describe().indexFlips, std::uint64_t{0});
    layer.effective[0] = -1; // a sign, first group of row 0
    layer.effective[3] = 1;  // same group: the index changes once
    layer.effective[9] = 0;  // the tail group of row 0
    layer.effective[14] = -1;
    layer.effective[15] = -1; // two signs in one group
    const LayerSnapshot snapshot = layer.describe();
    QCOMPARE(snapshot.indexFlips, std::uint64_t{3});
    QCOMPARE(snapshot.signFlips, std::uint64_t{3});
}

void TestStatistics::codingErrors()
{
    CodedLayer layer;
    const LayerSnapshot snapshot = layer.describe();
    double error = 0.0, energy = 0.0;
    for (std::size_t i = 0; i < 20; ++i) {
        const double w = double(layer.state.weights.values[i]);
        error += std::pow(w - double(layer.effective[i]), 2);
        energy += w * w;
    }
    QVERIFY(std::abs(snapshot.codingError - error / energy) < 1e-12);
    QVERIFY(std::abs(snapshot.codingErrorNormalized - error / energy) < 1e-12); // unit normalizers
    QCOMPARE(total(snapshot.kept.counts), std::uint64_t{7});
    QVERIFY(snapshot.kept.edges == snapshot.normalized.edges);
    QCOMPARE(total(snapshot.shadow.counts), std::uint64_t{20});
}

void TestStatistics::normalizedWeights()
{
    CodedLayer layer;
    Normalizer& normalizer = layer.state.coding->normalizer;
    normalizer.column = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    fillInverses(normalizer);
    for (std::size_t i = 0; i < 20; ++i) { // the same coding in other units
        layer.state.weights.values[i] *= normalizer.column[i % 10];
        layer.effective[i] *= normalizer.column[i % 10];
    }
    const LayerSnapshot scaled = layer.describe(), plain = CodedLayer().describe();
    QVERIFY(std::abs(scaled.codingErrorNormalized - plain.codingErrorNormalized) < 1e-6); // float division
    QVERIFY(scaled.codingError != plain.codingError);
    QCOMPARE(scaled.nonZerosPerGroup, plain.nonZerosPerGroup);
    QVERIFY(scaled.normalizerLow == 1.0 && scaled.normalizerMedian == 5.0 && scaled.normalizerHigh == 9.0);
}

void TestStatistics::floatStage()
{
    CodedLayer layer;
    layer.state.coding.reset();
    const LayerSnapshot snapshot = layer.describe();
    QVERIFY(!snapshot.code && !snapshot.mask);
    QVERIFY(snapshot.nonZerosPerGroup.empty() && snapshot.patternUsage.empty());
    QCOMPARE(snapshot.shadow.counts.size(), std::size_t{weightHistogramBins});
    QCOMPARE(snapshot.shadow.edges.size(), std::size_t{weightHistogramBins + 1});
    QCOMPARE(snapshot.normalized.counts, snapshot.shadow.counts);
    QVERIFY(patternOf(layer.state, layer.effective.data()).empty());
}

void TestStatistics::zeroWeights()
{
    CodedLayer layer;
    layer.state.weights.values.assign(20, 0.0f);
    layer.effective.assign(20, 0.0f);
    const LayerSnapshot snapshot = layer.describe();
    QVERIFY(snapshot.sparsity == 1.0);
    QVERIFY(std::isfinite(snapshot.codingError) && std::isfinite(snapshot.codingErrorNormalized));
    QVERIFY(snapshot.shadow.edges.front() < snapshot.shadow.edges.back());
    QCOMPARE(total(snapshot.shadow.counts), std::uint64_t{20});
}

void TestStatistics::hugeTablesHaveNoUsage()
{
    CodedLayer layer;
    layer.state.coding->code = {12, 12}; // 3^12 patterns
    const LayerSnapshot snapshot = layer.describe();
    QVERIFY(snapshot.patternUsage.empty());
    QCOMPARE(snapshot.groups, std::uint64_t{2});
}

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
