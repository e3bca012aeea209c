#include "core/error.h"
#include "core/packed/golden.h"
#include "core/runtime/packed_runtime.h"
#include "tests/core/small_packed.h"

#include <QTest>

using namespace ternbench;

/// The packed runtime against the reference model: every intermediate value of every image.
class TestPackedRuntime : public QObject
{
    Q_OBJECT

private slots:
    void equalsTheReference_data();
    void equalsTheReference();
    void imagesComeInOrderWhateverTheThreads();
    void namesTheLayerThatDoesNotFit();
};

void TestPackedRuntime::equalsTheReference_data()
{
    QTest::addColumn<QByteArray>("kernels");
    for (const char* name : {"portable", "avx2", "vbmi"})
        QTest::newRow(name) << QByteArray(name);
}

void TestPackedRuntime::equalsTheReference()
{
    QFETCH(QByteArray, kernels);
    const GemvKernels* set = kernels == "portable" ? &portableGemvKernels()
                             : kernels == "avx2"   ? avx2GemvKernels()
                                                   : vbmiGemvKernels();
    if (!set)
        QSKIP("this CPU does not have them");
    const IntegerNetwork network = small::packedNetwork().network;
    const PackedRuntime runtime(network, *set);
    const LabelledImages& images = small::data().test;
    GemvScratch scratch;
    for (int i = 0; i < images.count; ++i) {
        const auto pixels =
            std::span(images.pixels)
                .subspan(std::size_t(i) * std::size_t(images.inputs), std::size_t(images.inputs));
        const IntegerOutputs expected = runReference(network, pixels);
        const IntegerOutputs outputs = runtime.run(pixels, scratch);
        QCOMPARE(outputs.hidden, expected.hidden);
        QCOMPARE(outputs.scores, expected.scores);
    }
}

void TestPackedRuntime::imagesComeInOrderWhateverTheThreads()
{
    const IntegerNetwork network = small::packedNetwork().network;
    const LabelledImages& images = small::data().test;
    const PackedRuntime runtime(network);
    std::vector<std::vector<std::int64_t>> first;
    for (const int threads : {1, 3}) {
        ThreadPool pool(threads);
        std::vector<std::vector<std::int64_t>> scores;
        runtime.runOver(images, pool, [&](int image, const IntegerOutputs& outputs) {
            QCOMPARE(image, int(scores.size()));
            scores.push_back(outputs.scores);
        });
        QCOMPARE(int(scores.size()), images.count);
        if (first.empty())
            first = scores;
        QCOMPARE(scores, first);
    }
}

void TestPackedRuntime::namesTheLayerThatDoesNotFit()
{
    IntegerNetwork network;
    network.input.inputs = 70'000;
    network.input.values.assign(256, 32767);
    IntegerLayer layer;
    layer.name = "wide";
    layer.rows = 1;
    layer.fanIn = 70'000;
    layer.weights.assign(70'000, 1);
    layer.multiplier = {1};
    layer.offset = {0};
    layer.shift = {0};
    network.layers.push_back(layer);
    try {
        const PackedRuntime runtime(network);
        QFAIL("must be refused");
    } catch (const InputError& error) {
        QVERIFY2(std::string(error.what()).starts_with("layer 'wide'"), error.what());
    }
}

QTEST_GUILESS_MAIN(TestPackedRuntime)
#include "tst_packed_runtime.moc"
