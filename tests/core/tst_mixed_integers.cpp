#include "core/integer/reference_model.h"
#include "core/runtime/packed_runtime.h"
#include "tests/core/random_network.h"
#include "tests/refusal_text.h"

#include <QTest>

using namespace ternbench;

/// Integer networks of which some layers have 8-bit weights.
class TestMixedIntegers : public QObject
{
    Q_OBJECT

private slots:
    void accumulatorsHoldEveryInput();
    void packedRuntimeAgrees();
};

void TestMixedIntegers::accumulatorsHoldEveryInput()
{
    IntegerLayer layer;
    layer.rows = 1;
    layer.fanIn = 2;
    layer.code = eightBitWeights;
    layer.weights = {127, -100};
    // -100·255 .. 127·255, so 32385: 16 bits with the sign
    QCOMPARE(accumulatorBitsFor(layer, {0, 0}, {255, 255}), 16);
    // 127·-128 - 100·127 = -28956 .. 127·127 + 100·128 = 28929
    QCOMPARE(accumulatorBitsFor(layer, {-128, -128}, {127, 127}), 16);
    layer.weights = {1, -1};
    QCOMPARE(accumulatorBitsFor(layer, {0, 0}, {255, 255}), 9);
}

void TestMixedIntegers::packedRuntimeAgrees()
{
    std::vector<const GemvKernels*> sets{&portableGemvKernels()};
    for (const GemvKernels* set : {avx2GemvKernels(), avx512GemvKernels(), vbmiGemvKernels()})
        if (set)
            sets.push_back(set);
    const auto compare = [&](const IntegerNetwork& network, Random& random) {
        const LabelledImages images = test::randomImages(5, network.input.inputs, random);
        for (const GemvKernels* set : sets) {
            const PackedRuntime runtime(network, *set);
            GemvScratch scratch;
            const auto outputs = runtime.runBatch(images.pixels, scratch);
            for (std::size_t i = 0; i < outputs.size(); ++i) {
                const IntegerOutputs expected = runReference(
                    network, std::span(images.pixels)
                                 .subspan(i * std::size_t(images.inputs), std::size_t(images.inputs)));
                QCOMPARE(outputs[i].hidden, expected.hidden);
                QCOMPARE(outputs[i].scores, expected.scores);
            }
        }
    };
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        Random random(seed, 91);
        const auto code = [](Random& r) { return r.below(2) ? eightBitWeights : Code{4, 2}; };
        std::vector<test::RandomLayer> layers;
        for (int l = 0; l < 3; ++l)
            layers.push_back({1 + int(random.below(90)), code(random), 2 + int(random.below(7))});
        layers[seed % 3].code = eightBitWeights;
        compare(
            test::randomNetwork(test::randomInputTable(1 + int(random.below(120)), false, -128, 127, random),
                                layers, random),
            random);
        compare(test::randomConvolutionNetwork({7, 9, 3}, 5, code, random), random);
    }
    // Sums that need more than 32 bits are refused.
    IntegerNetwork wide;
    wide.input = {70'000, false, std::vector<std::int16_t>(256, 255)};
    IntegerLayer layer;
    layer.name = "wide";
    layer.rows = 1;
    layer.fanIn = 70'000;
    layer.code = eightBitWeights;
    layer.weights.assign(70'000, 127);
    layer.multiplier = {1};
    layer.offset = {0};
    layer.shift = {0};
    wide.layers = {layer};
    QVERIFY(!PackedRuntime::takes(wide));
    QVERIFY(test::refusalOf([&] { PackedRuntime runtime(wide); }).find("'wide': a row may sum up to") !=
            std::string::npos);
}

QTEST_GUILESS_MAIN(TestMixedIntegers)
#include "tst_mixed_integers.moc"
