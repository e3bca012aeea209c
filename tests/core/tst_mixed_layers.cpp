#include "core/packed/verify.h"
#include "core/storage/run_file.h"
#include "tests/core/small_design.h"
#include "tests/core/small_packed.h"
#include "tests/refusal_text.h"

#include <QTemporaryDir>
#include <QTest>

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

} // namespace

Q_DECLARE_METATYPE(QuantizerSpec)

/// Networks of which some layers have linear 8-bit weights or floats in the place of a ternary code.
class TestMixedLayers : public QObject
{
    Q_OBJECT

private slots:
    void trainsAndVerifies_data() { addQuantizerRows(); }
    void trainsAndVerifies();
    void resumesToTheSameBits_data() { addQuantizerRows(); }
    void resumesToTheSameBits();
    void floatLayersTrainButAreNotExported();

private:
    QTemporaryDir m_folder;
};

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
    QCOMPARE(test::refusalOf([&] {
                 fold(mixedNetwork(floatWeights), trainer.state(), trainer.input(), vectorShape(121));
             }),
             std::string(
                 "layer 'fc1' has float weights, which the integer model does not have: a network that is to "
                 "be exported needs 8-bit weights or an (N,K) code in every layer"));
}

QTEST_GUILESS_MAIN(TestMixedLayers)
#include "tst_mixed_layers.moc"
