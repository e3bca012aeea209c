#include "core/code/codebook.h"
#include "core/network/spec.h"
#include "core/quantize/coding.h"
#include "core/random.h"
#include "tests/core/kernel_rows.h"
#include "tests/core/small_training.h"
#include "tests/refusal_text.h"

#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

FloatBuffer randomWeights(int count)
{
    Random random(5, 1);
    FloatBuffer weights;
    for (int i = 0; i < count; ++i)
        weights.push_back(float(random.normal()));
    return weights;
}

} // namespace

/// Linear 8-bit weights and floats in the place of a ternary code.
class TestEightBitCoding : public QObject
{
    Q_OBJECT

private slots:
    void codesWithoutGroups();
    void eightBitWeightsAreRounded_data() { addKernelRows(); }
    void eightBitWeightsAreRounded();
    void scalesFollowTheLargestWeight();
    void floatsAreKept();
};

void TestEightBitCoding::codesWithoutGroups()
{
    QCOMPARE(patternCount(eightBitWeights), std::uint64_t{255});
    QCOMPARE(indexBits(eightBitWeights), 8);
    QCOMPARE(bitsPerWeight(floatWeights), 32.0);
    QCOMPARE(toString(eightBitWeights), std::string("8-bit"));
    QVERIFY(!codeProblem(eightBitWeights) && !codeProblem(floatWeights));
    QCOMPARE(
        codeProblem({8, 1, CodeFamily::EightBit}).value(),
        std::string(
            "N = 8 is not allowed: must be 1 of 8-bit weights, which have no groups: leave N and K out"));
    QCOMPARE(familyFromName("float"), CodeFamily::Float);
    const Codebook codebook(eightBitWeights);
    const std::vector<std::int8_t> table = codebook.table();
    for (int t = -127; t <= 127; ++t) {
        const auto value = std::int8_t(t);
        QCOMPARE(codebook.rank(std::span(&value, 1)).value(), std::uint32_t(t + 127));
        QCOMPARE(table[std::size_t(t + 127)], value);
    }
    const std::int8_t beyond = -128;
    QVERIFY(!codebook.rank(std::span(&beyond, 1)));
    QVERIFY(!test::refusalOf([] { Codebook book(floatWeights); }).empty());
    // A stage's code is for the others: these are what they are.
    LayerSpec layer;
    layer.code = eightBitWeights;
    QVERIFY(codeInForce({Stage::Kind::Code, {8, 4}, 1}, layer) == eightBitWeights);
    QVERIFY(!codeInForce({Stage::Kind::Float, {}, 1}, layer));
}

void TestEightBitCoding::eightBitWeightsAreRounded()
{
    FETCH_KERNELS(kernels);
    for (const int count : {1, 15, 16, 17, 100}) {
        const FloatBuffer weights = randomWeights(count);
        FloatBuffer column(weights.size()), inverse(weights.size()), effective(weights.size(), std::nanf(""));
        for (std::size_t j = 0; j < column.size(); ++j) {
            column[j] = float(j % 3 + 1);
            inverse[j] = 1.0f / column[j];
        }
        const float threshold = 0.01f;
        const CodeRowSums sums = kernels->codeEightBit({.weights = weights.data(),
                                                        .columnInverse = inverse.data(),
                                                        .column = column.data(),
                                                        .rowInverse = 0.5f,
                                                        .row = 2.0f,
                                                        .count = count,
                                                        .groupSize = 1,
                                                        .minNonZeros = 0,
                                                        .maxNonZeros = 1,
                                                        .threshold = threshold,
                                                        .effective = effective.data()},
                                                       127.0f);
        std::int64_t nonZeros = 0;
        float largest = 0.0f;
        double all = 0.0;
        for (std::size_t j = 0; j < weights.size(); ++j) {
            const float u = weights[j] * inverse[j] * 0.5f;
            const double wanted =
                std::clamp(std::nearbyint(double(u) * (0.5 / double(threshold))), -127.0, 127.0);
            QCOMPARE(double(effective[j]) / (2.0 * double(column[j])), wanted);
            nonZeros += wanted != 0.0 ? 1 : 0;
            largest = std::max(largest, std::abs(u));
            all += double(std::abs(u));
        }
        QCOMPARE(sums.nonZeros, nonZeros);
        QCOMPARE(sums.largest, largest);
        QVERIFY(std::abs(sums.allMagnitude - all) < 1e-5 * all);
    }
}

void TestEightBitCoding::scalesFollowTheLargestWeight()
{
    constexpr int rows = 5, fanIn = 37;
    const FloatBuffer weights = randomWeights(rows * fanIn);
    FloatBuffer effective(weights.size());
    ThreadPool pool(1);
    const Grouping grouping = Grouping::linear(fanIn);
    const CodedMatrix matrix{weights.data(), effective.data(), rows, grouping, fanIn};
    const auto largestOf = [&](std::size_t first, std::size_t count) {
        float largest = 0.0f;
        for (std::size_t i = first; i < first + count; ++i)
            largest = std::max(largest, std::abs(weights[i]));
        return double(largest);
    };
    const Coding layer = beginCoding({.code = eightBitWeights}, matrix, pool);
    QVERIFY(std::abs(layer.scale - largestOf(0, weights.size()) / 127.0) < 1e-7);
    for (std::size_t i = 0; i < weights.size(); ++i) // half a step at most
        QVERIFY(std::abs(double(weights[i]) - layer.scale * double(effective[i])) <= 0.5001 * layer.scale);
    const Coding own = beginCoding({.code = eightBitWeights, .scale = ScaleBlock::Row}, matrix, pool);
    for (std::size_t r = 0; r < rows; ++r)
        QVERIFY(std::abs(own.rowScale[r] - largestOf(r * fanIn, fanIn) / 127.0) < 1e-7);
    for (std::size_t i = 0; i < weights.size(); ++i) // with D already
        QVERIFY(std::abs(weights[i] - effective[i]) <= 0.5001f * float(own.rowScale[i / fanIn]));
    // A frozen scale stays where the weights grow: they are clipped.
    Coding frozen = beginCoding({.method = QuantizerMethod::Frozen, .code = eightBitWeights}, matrix, pool);
    FloatBuffer doubled = weights;
    for (float& weight : doubled)
        weight *= 2.0f;
    QVERIFY(!useNextThresholds(frozen));
    codeAllRows(frozen, {doubled.data(), effective.data(), rows, grouping, fanIn}, pool);
    QCOMPARE(frozen.scale, layer.scale);
    QCOMPARE(*std::ranges::max_element(effective), 127.0f);
    // No weights, no step to be had from them.
    const FloatBuffer zeros(weights.size(), 0.0f);
    const Coding none =
        beginCoding({.code = eightBitWeights}, {zeros.data(), effective.data(), rows, grouping, fanIn}, pool);
    QVERIFY(none.scale > 0.0 && std::isfinite(none.scale));
    QVERIFY(std::ranges::all_of(effective, [](float value) { return value == 0.0f; }));
}

void TestEightBitCoding::floatsAreKept()
{
    const FloatBuffer weights = randomWeights(60);
    FloatBuffer effective(weights.size());
    ThreadPool pool(1);
    const Grouping grouping = Grouping::linear(20);
    for (const ScaleBlock scale : {ScaleBlock::Layer, ScaleBlock::Row}) {
        const Coding coding = beginCoding({.code = floatWeights, .scale = scale},
                                          {weights.data(), effective.data(), 3, grouping, 20}, pool);
        QVERIFY(small::sameBits(effective, weights));
        QCOMPARE(coding.scale, 1.0);
        QCOMPARE(coding.productScale(), 1.0f);
    }
}

QTEST_GUILESS_MAIN(TestEightBitCoding)
#include "tst_eight_bit_coding.moc"
