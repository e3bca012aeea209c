#include "core/error.h"
#include "core/packed/golden.h"
#include "core/runtime/packed_runtime.h"
#include "tests/core/random_network.h"
#include "tests/core/small_packed.h"
#include "tests/refusal_text.h"

#include <QTest>

using namespace ternbench;

namespace {

const GemvKernels* kernelsNamed(const QByteArray& name)
{
    if (name == "portable")
        return &portableGemvKernels();
    if (name == "avx2")
        return avx2GemvKernels();
    return name == "avx512" ? avx512GemvKernels() : vbmiGemvKernels();
}

/// Every value of every image: one by one, and all of them at once.
void compareWithReference(const IntegerNetwork& network, const LabelledImages& images,
                          const GemvKernels& kernels)
{
    const PackedRuntime runtime(network, kernels);
    GemvScratch scratch;
    const std::vector<IntegerOutputs> together = runtime.runBatch(images.pixels, scratch);
    QCOMPARE(int(together.size()), images.count);
    for (int i = 0; i < images.count; ++i) {
        const auto inputs = std::size_t(images.inputs);
        const auto pixels = std::span(images.pixels).subspan(std::size_t(i) * inputs, inputs);
        const IntegerOutputs expected = runReference(network, pixels);
        const IntegerOutputs alone = runtime.run(pixels, scratch);
        QCOMPARE(alone.hidden, expected.hidden);
        QCOMPARE(alone.scores, expected.scores);
        QCOMPARE(together[std::size_t(i)].hidden, expected.hidden);
        QCOMPARE(together[std::size_t(i)].scores, expected.scores);
    }
}

/// Any code whose table is not too long.
Code randomCode(Random& random)
{
    Code code;
    do {
        code.groupSize = 1 + int(random.below(maxGroupSize));
        code.maxNonZeros = 1 + int(random.below(std::uint32_t(code.groupSize)));
        code.family = CodeFamily(random.below(3));
    } while (codeProblem(code) || patternCount(code) > 40'000);
    return code;
}

/// One that every tail group can be padded in.
Code codeWithZeros(Random& random)
{
    Code code;
    do
        code = randomCode(random);
    while (code.family != CodeFamily::AtMostK);
    return code;
}

/// Two or three layers; a fan-in of whole groups for codes that do not admit zeros in a tail group.
IntegerNetwork randomCodedNetwork(std::uint64_t seed)
{
    Random random(seed, 78, 0);
    std::vector<test::RandomLayer> layers;
    for (int l = 0, count = 2 + int(random.below(2)); l < count; ++l)
        layers.push_back({1 + int(random.below(150)), randomCode(random), 2 + int(random.below(7))});
    const auto fit = [](int width, const Code& code) {
        const int n = code.groupSize;
        return code.family == CodeFamily::AtMostK ? width : (width + n - 1) / n * n;
    };
    for (std::size_t l = 1; l < layers.size(); ++l)
        layers[l - 1].rows = fit(layers[l - 1].rows, layers[l].code);
    const int inputs = fit(1 + int(random.below(300)), layers.front().code);
    const bool isSigned = random.below(2) != 0, perInput = random.below(2) != 0;
    return test::randomNetwork(
        test::randomInputTable(inputs, perInput, isSigned ? -128 : 0, isSigned ? 127 : 255, random), layers,
        random);
}

} // namespace

/// The packed runtime against the reference model: every intermediate value of every image.
class TestPackedRuntime : public QObject
{
    Q_OBJECT

private slots:
    void equalsTheReference_data() { kernelRows(); }
    void equalsTheReference();
    void randomNetworksEqualTheReference_data() { kernelRows(); }
    void randomNetworksEqualTheReference();
    void convolutionsEqualTheReference_data() { kernelRows(); }
    void convolutionsEqualTheReference();
    void imagesComeInOrderWhateverTheThreads();
    void namesTheLayerThatDoesNotFit();

private:
    static void kernelRows()
    {
        QTest::addColumn<QByteArray>("kernels");
        for (const char* name : {"portable", "avx2", "avx512", "vbmi"})
            QTest::newRow(name) << QByteArray(name);
    }
};

void TestPackedRuntime::equalsTheReference()
{
    QFETCH(QByteArray, kernels);
    const GemvKernels* set = kernelsNamed(kernels);
    if (!set)
        QSKIP("this CPU does not have them");
    compareWithReference(small::packedNetwork().network, small::data().test, *set);
}

void TestPackedRuntime::randomNetworksEqualTheReference()
{
    QFETCH(QByteArray, kernels);
    const GemvKernels* set = kernelsNamed(kernels);
    if (!set)
        QSKIP("this CPU does not have them");
    constexpr std::uint64_t networks = 60;
    for (std::uint64_t seed = 1; seed <= networks; ++seed) {
        const IntegerNetwork network = randomCodedNetwork(seed);
        Random random(seed, 79, 0);
        compareWithReference(network, test::randomImages(18, network.input.inputs, random), *set);
        if (QTest::currentTestFailed())
            QFAIL(("network of seed " + std::to_string(seed)).c_str());
    }
}

void TestPackedRuntime::convolutionsEqualTheReference()
{
    QFETCH(QByteArray, kernels);
    const GemvKernels* set = kernelsNamed(kernels);
    if (!set)
        QSKIP("this CPU does not have them");
    constexpr std::uint64_t networks = 12;
    for (std::uint64_t seed = 1; seed <= networks; ++seed) {
        Random random(seed, 80, 0);
        const TensorShape image{4 + int(random.below(9)), 4 + int(random.below(9)), 1 + int(random.below(5))};
        const IntegerNetwork network = test::randomConvolutionNetwork(image, 7, codeWithZeros, random);
        QVERIFY(PackedRuntime::takes(network));
        compareWithReference(network, test::randomImages(3, image.size(), random), *set);
        if (QTest::currentTestFailed())
            QFAIL(("network of seed " + std::to_string(seed)).c_str());
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
    const QString refusal = test::refusalText([&] { PackedRuntime runtime(network); });
    QVERIFY2(refusal.startsWith("layer 'wide'"), qPrintable(refusal));
}

QTEST_GUILESS_MAIN(TestPackedRuntime)
#include "tst_packed_runtime.moc"
