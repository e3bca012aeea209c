#include "core/code/codebook.h"
#include "core/error.h"
#include "core/hardware/cost_model.h"
#include "core/packed/coding_comparison.h"
#include "core/packed/index_faults.h"
#include "core/packed/verify.h"
#include "core/runtime/packed_runtime.h"
#include "core/storage/run_file.h"
#include "tests/core/kernel_rows.h"
#include "tests/core/random_network.h"
#include "tests/core/small_design.h"
#include "tests/core/small_packed.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

/// The small network with 8-bit weights in its first and last layer.
NetworkSpec mixedNetwork(const Code& first = eightBitWeights)
{
    NetworkSpec network = small::network();
    network.layers.front().code = first;
    network.layers.back().code = eightBitWeights;
    return network;
}

Trainer mixedTrainer(const QuantizerSpec& quantizer, int threads = 1, const Code& first = eightBitWeights)
{
    return Trainer(mixedNetwork(first), quantizer, small::training(), 7, small::data().train,
                   small::data().test, threads);
}

/// Every choice that scales and normalizes.
void addQuantizerRows()
{
    QTest::addColumn<QuantizerSpec>("quantizer");
    const auto row = [](const char* name, const QuantizerSpec& quantizer) {
        QTest::newRow(name) << quantizer;
    };
    row("as by default", {});
    row("a scale for each row", {.normalization = WeightNormalization::Row, .scale = ScaleBlock::Row});
    row("columns everywhere", {.firstLayer = WeightNormalization::Column});
    row("a frozen scale", {.method = QuantizerMethod::Frozen});
    row("balanced groups", {.grouping = InputGrouping::Balanced});
}

FloatBuffer randomWeights(int count)
{
    Random random(5, 1);
    FloatBuffer weights;
    for (int i = 0; i < count; ++i)
        weights.push_back(float(random.normal()));
    return weights;
}

std::string refusalOf(const std::function<void()>& action)
{
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

} // namespace

Q_DECLARE_METATYPE(QuantizerSpec)

/// Layers that have linear 8-bit weights or floats in the place of a ternary code.
class TestMixedLayers : public QObject
{
    Q_OBJECT

private slots:
    void codesWithoutGroups();
    void eightBitWeightsAreRounded_data() { addKernelRows(); }
    void eightBitWeightsAreRounded();
    void scalesFollowTheLargestWeight();
    void floatsAreKept();
    void accumulatorsHoldEveryInput();
    void packedRuntimeAgrees();
    void trainsAndVerifies_data() { addQuantizerRows(); }
    void trainsAndVerifies();
    void resumesToTheSameBits_data() { addQuantizerRows(); }
    void resumesToTheSameBits();
    void floatLayersTrainButAreNotExported();
    void everyByteIsInTheLedger();
    void otherCodingsKeepEightBits();
    void multiplicationsAreCounted();
    void flippedBitsAreStudied();

private:
    QTemporaryDir m_folder;
};

void TestMixedLayers::codesWithoutGroups()
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
    QVERIFY(!refusalOf([] { Codebook book(floatWeights); }).empty());
    // A stage's code is for the others: these are what they are.
    LayerSpec layer;
    layer.code = eightBitWeights;
    QVERIFY(codeInForce({Stage::Kind::Code, {8, 4}, 1}, layer) == eightBitWeights);
    QVERIFY(!codeInForce({Stage::Kind::Float, {}, 1}, layer));
}

void TestMixedLayers::eightBitWeightsAreRounded()
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

void TestMixedLayers::scalesFollowTheLargestWeight()
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

void TestMixedLayers::floatsAreKept()
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

void TestMixedLayers::accumulatorsHoldEveryInput()
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

void TestMixedLayers::packedRuntimeAgrees()
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
    QVERIFY(refusalOf([&] { PackedRuntime runtime(wide); }).find("'wide': a row may sum up to") !=
            std::string::npos);
}

void TestMixedLayers::trainsAndVerifies()
{
    QFETCH(QuantizerSpec, quantizer);
    Trainer trainer = mixedTrainer(quantizer);
    small::trainEpochs(trainer, 4);
    const EpochSnapshot last = small::trainEpochs(trainer, 1);
    QVERIFY2(last.testError < 0.5, qPrintable(QString::number(last.testError))); // 6 classes: chance is 0.83
    QVERIFY(last.layers[0].code == eightBitWeights);
    QCOMPARE(last.layers[0].patternUsage.size(), std::size_t{255});
    QVERIFY(last.layers[0].codingErrorNormalized < 1e-3); // 8 bits are close
    QVERIFY(last.layers[1].codingErrorNormalized > 1e-2);

    PackedNetwork packed = small::packedNetwork();
    packed.network = fold(mixedNetwork(), trainer.state(), trainer.input(), vectorShape(121));
    QVERIFY(*std::ranges::max_element(packed.network.layers[0].weights) > 1);
    QVERIFY(packed.network.layers[0].permutation.empty()); // groups of one need no balance
    ThreadPool pool(2);
    packed.golden = computeGolden(packed.network, small::data().test, pool);
    // The integers decide as the floats do, but for rounding of the scales.
    const double error = double(packed.golden.classErrors) / double(packed.golden.images);
    QVERIFY2(std::abs(error - last.testError) < 0.03, qPrintable(QString::number(error)));
    packed.ledger = ledgerOf(packed.network);
    packed.design = small::design();
    const std::filesystem::path file = m_folder.filePath("mixed.packed.h5").toStdString();
    writePacked(packed, file);
    const PackedNetwork back = readPacked(file);
    for (std::size_t l = 0; l < packed.network.layers.size(); ++l) {
        QVERIFY(back.network.layers[l].code == packed.network.layers[l].code);
        QCOMPARE(back.network.layers[l].weights, packed.network.layers[l].weights);
    }
    const VerificationReport report = verifyPacked(file, small::data().test, pool);
    QVERIFY2(report.passed(), report.firstFailure().c_str());
}

void TestMixedLayers::resumesToTheSameBits()
{
    QFETCH(QuantizerSpec, quantizer);
    Trainer whole = mixedTrainer(quantizer);
    small::trainEpochs(whole, 3);
    for (int i = 0; i < 4; ++i)
        whole.step();
    RunRecord record;
    record.checkpoint = std::make_shared<EngineState>(whole.state());
    const std::filesystem::path file = m_folder.filePath("mixed.run.h5").toStdString();
    writeRunFile(record, file);
    Trainer resumed = mixedTrainer(quantizer, 3);
    resumed.restore(*readRunFile(file).checkpoint);
    small::trainEpochs(whole, 2);
    small::trainEpochs(resumed, 2);
    const std::string difference = small::difference(whole.state(), resumed.state());
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestMixedLayers::floatLayersTrainButAreNotExported()
{
    Trainer trainer = mixedTrainer({}, 2, floatWeights);
    const EpochSnapshot last = small::trainEpochs(trainer, 5);
    QVERIFY2(last.testError < 0.5, qPrintable(QString::number(last.testError)));
    QVERIFY(!last.layers[0].code && !last.layers[0].mask);
    QVERIFY(last.layers[1].code && last.layers[2].code);
    QCOMPARE(refusalOf([&] {
                 fold(mixedNetwork(floatWeights), trainer.state(), trainer.input(), vectorShape(121));
             }),
             std::string(
                 "layer 'fc1' has float weights, which the integer model does not have: a network that is to "
                 "be exported needs 8-bit weights or an (N,K) code in every layer"));
}

void TestMixedLayers::everyByteIsInTheLedger()
{
    LayerShape shape{"fc1", 3, Grouping::linear(10), floatWeights};
    const auto entry = [&](const std::string& item) -> std::int64_t {
        for (const LedgerEntry& each : makeLedger({shape}, 512).entries)
            if (each.layer == "fc1" && each.item == item)
                return std::int64_t(each.bytes);
        return -1;
    };
    QCOMPARE(entry("float weights"), 120);
    QCOMPARE(entry("table"), -1);
    QCOMPARE(makeLedger({shape}, 512).bitsPerWeight(), 32.0);
    shape.code = eightBitWeights;
    QCOMPARE(entry("8-bit weights"), 30);
    QCOMPARE(entry("table"), 255);
    QCOMPARE(entry("indexes"), -1);
    QCOMPARE(makeLedger({shape}, 512).bitsPerWeight(), 8.0);
}

void TestMixedLayers::otherCodingsKeepEightBits()
{
    Random random(3, 1);
    const IntegerNetwork network = test::randomNetwork(test::randomInputTable(20, false, 0, 255, random),
                                                       {{6, eightBitWeights, 8}, {4, {4, 2}, 8}}, random);
    const CodingComparison comparison = compareCodings(network);
    const LayerCodings& first = comparison.layers[0];
    QCOMPARE(first.sizes.size(), comparison.layers[1].sizes.size());
    QCOMPARE(first.of(CodingKind::Indexes).bytes, std::uint64_t{120});
    QCOMPARE(first.of(CodingKind::IndexesAndTable).bytes, std::uint64_t{120 + 255});
    QCOMPARE(first.of(CodingKind::Float32).bytes, std::uint64_t{480});
    for (const CodingKind kind :
         {CodingKind::TwoBit, CodingKind::FiveTrits, CodingKind::Csr, CodingKind::RunLength}) {
        QCOMPARE(first.of(kind).bytes, std::uint64_t{120});
        QVERIFY(!first.of(kind).representable);
        QVERIFY(!comparison.total.of(kind).representable);
    }
    std::map<int, double> counts;
    for (const std::int8_t t : network.layers[0].weights)
        counts[t] += 1.0;
    double bits = 0.0;
    for (const auto& [value, count] : counts)
        bits -= count * std::log2(count / 120.0);
    QCOMPARE(first.of(CodingKind::WeightEntropy).bits, std::uint64_t(std::ceil(bits)));
    QCOMPARE(first.nonZeros, std::uint64_t(std::ranges::count_if(network.layers[0].weights,
                                                                 [](std::int8_t t) { return t != 0; })));
}

void TestMixedLayers::multiplicationsAreCounted()
{
    Random random(3, 1);
    const IntegerNetwork network = test::randomNetwork(test::randomInputTable(20, false, 0, 255, random),
                                                       {{6, eightBitWeights, 8}, {4, {4, 2}, 8}}, random);
    const DesignPoint design = small::design(); // 2 lanes, 4 rows
    const DatapathCost coded = costOf(network, design, Datapath::Coded);
    QCOMPARE(coded.parts[1].weightMultiplications, 120);
    QCOMPARE(coded.parts[1].additions, 120 + 6);
    QCOMPARE(coded.parts[1].weightBits, 120 * 8);
    QCOMPARE(coded.parts[1].tableBits, 0);
    QCOMPARE(coded.parts[1].cycles.cycles, 10 * 2 + layerLatency); // 20 weights by 2 lanes, 6 rows by 4
    QCOMPARE(coded.parts[2].weightMultiplications, 0);
    QCOMPARE(coded.multipliers, 2 * 4);
    QCOMPARE(costOf(network, design, Datapath::DenseTernary).parts[1].weightBits, 120 * 8);
    QCOMPARE(costOf(network, design, Datapath::DenseFloat32).parts[1].weightBits, 120 * 32);
    QCOMPARE(notInRtl(network.layers[0]), std::string("has 8-bit weights, which the RTL does not have"));
    QVERIFY(notInRtl(network.layers[1]).empty());
}

void TestMixedLayers::flippedBitsAreStudied()
{
    Random random(3, 1);
    const IntegerNetwork network = test::randomNetwork(test::randomInputTable(4, false, 0, 255, random),
                                                       {{2, eightBitWeights, 8}}, random);
    const IndexBits bits(network);
    FaultDamage damage;
    IntegerNetwork faulty = bits.flip({0}, damage);
    QCOMPARE(damage.hitGroups, std::uint64_t{1});
    QCOMPARE(std::abs(faulty.layers[0].weights[0] - network.layers[0].weights[0]), 1); // the lowest bit
    QCOMPARE(faulty.layers[0].weights[1], network.layers[0].weights[1]);
}

QTEST_GUILESS_MAIN(TestMixedLayers)
#include "tst_mixed_layers.moc"
