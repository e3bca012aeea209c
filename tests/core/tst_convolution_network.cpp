#include "core/error.h"
#include "core/integer/reference_model.h"
#include "core/packed/verify.h"
#include "core/training/augmentation.h"
#include "tests/core/hdf5_edits.h"
#include "tests/core/small_convolution.h"
#include "tests/refusal_text.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <set>

using namespace ternbench;
namespace fs = std::filesystem;

class TestConvolutionNetwork : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void sameBitsForAnyNumberOfThreads();
    void goesOnFromAnyMiniBatch();
    void integersAgreeWithTheFloatNetwork();
    void averagesRoundHalvesUp();
    void comesBackAsWritten();
    void everyFlippedBitIsFoundAndNamed();
    void wrongGeometryIsRefused_data();
    void wrongGeometryIsRefused();
    void pythonComputesTheSameIntegers();
    void codesAreHeldAlongTheGroups();
    void augmentationDependsOnSeedEpochAndImage();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

    QTemporaryDir m_folder;
    PackedNetwork m_packed;
};

void TestConvolutionNetwork::initTestCase()
{
    m_packed = small::packedConvolution();
    writePacked(m_packed, path("sound.packed.h5"));
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // our own damage is no news
}

void TestConvolutionNetwork::sameBitsForAnyNumberOfThreads()
{
    Trainer one = small::convolutionTrainer(1);
    small::trainEpochs(one, 4);
    for (const int threads : {2, 3, 8}) {
        Trainer many = small::convolutionTrainer(threads);
        small::trainEpochs(many, 4);
        QCOMPARE(small::difference(many.state(), one.state()), std::string());
    }
}

void TestConvolutionNetwork::goesOnFromAnyMiniBatch()
{
    Trainer whole = small::convolutionTrainer(2);
    Trainer other = small::convolutionTrainer(1);
    for (int epoch = 0; epoch < 4; ++epoch) {
        for (int batch = 0; !whole.epochDone(); ++batch) {
            if (batch == 3 + epoch)
                other.restore(whole.state());
            whole.step();
        }
        while (!other.epochDone())
            other.step();
        whole.finishEpoch(0.0);
        other.finishEpoch(0.0);
        QCOMPARE(small::difference(other.state(), whole.state()), std::string());
    }
}

void TestConvolutionNetwork::integersAgreeWithTheFloatNetwork()
{
    Trainer trainer = small::convolutionTrainer(2);
    small::trainEpochs(trainer, 5);
    const IntegerNetwork network =
        fold(small::convolutionNetwork(), trainer.state(), trainer.input(), small::imageShape());
    const LabelledImages& test = small::data().test;
    const auto& layers = trainer.network().layers();
    const auto inputs = std::size_t(test.inputs);
    constexpr int batch = 50; // so many images are in the trainer's buffers at a time
    std::int64_t compared = 0, equal = 0, near = 0;
    int integerErrors = 0;
    for (int first = 0; first < test.count; first += batch) {
        LabelledImages images = emptyImages(batch, test.height, test.width, test.channels);
        const auto from = test.pixels.begin() + std::ptrdiff_t(first) * test.inputs;
        images.pixels.assign(from, from + batch * test.inputs);
        images.labels.assign(test.labels.begin() + first, test.labels.begin() + first + batch);
        trainer.evaluate(images);
        for (int b = 0; b < batch; ++b) {
            const IntegerOutputs outputs =
                runReference(network, std::span(images.pixels).subspan(std::size_t(b) * inputs, inputs));
            integerErrors += classOf(outputs.scores) != images.labels[std::size_t(b)] ? 1 : 0;
            FloatBuffer steps;
            for (std::size_t l = 0; l < outputs.hidden.size(); ++l) {
                if (const WeightLayer* layer = layers[l]->withWeights())
                    steps = layer->outputSteps();
                const std::size_t size = outputs.hidden[l].size();
                QCOMPARE(size, std::size_t(layers[l]->shape().size()));
                for (std::size_t i = 0; i < size; ++i) {
                    const double q = double(layers[l]->output()[std::size_t(b) * size + i]) /
                                     double(steps[i % steps.size()]);
                    const double difference = std::abs(q - outputs.hidden[l][i]);
                    ++compared;
                    equal += difference < 0.25 ? 1 : 0;
                    near += difference < 1.25 ? 1 : 0;
                }
            }
        }
    }
    const double floatErrors = trainer.evaluate(test).error * test.count;
    qInfo("equal %.3f %%, within one step %.3f %%, errors %.0f and %d of %d",
          100.0 * double(equal) / double(compared), 100.0 * double(near) / double(compared), floatErrors,
          integerErrors, test.count);
    // As in tst_fold: values that lie within the multipliers' error of a rounding border may round the other
    // way.
    QVERIFY(double(equal) > 0.97 * double(compared));
    QVERIFY(double(near) > 0.999 * double(compared));
    QVERIFY(std::abs(floatErrors - integerErrors) <= 2.0);
}

void TestConvolutionNetwork::averagesRoundHalvesUp()
{
    for (int area = 1; area <= 64; ++area) {
        const AverageRounding rounding = averageRounding(area);
        QVERIFY(rounding.multiplier >= 1 && rounding.multiplier < (1 << 15));
        for (int sum = 0; sum <= 255 * area; ++sum) {
            const std::int64_t y =
                (std::int64_t{sum} * rounding.multiplier + rounding.offset) >> rounding.shift;
            const double exact = double(sum) / area;
            const bool isTie = 2 * sum % area == 0 && (2 * sum / area) % 2 == 1;
            if (isTie && (area & (area - 1)) != 0)
                QVERIFY(std::abs(double(y) - exact) <= 0.5); // the multiplier's own rounding decides
            else
                QCOMPARE(y, std::int64_t(std::floor(exact + 0.5)));
        }
    }
}

void TestConvolutionNetwork::comesBackAsWritten()
{
    const PackedNetwork back = readPacked(path("sound.packed.h5"));
    QCOMPARE(back.network.layers.size(), m_packed.network.layers.size());
    for (std::size_t l = 0; l < back.network.layers.size(); ++l) {
        const IntegerLayer &a = back.network.layers[l], &b = m_packed.network.layers[l];
        QCOMPARE(a.kind, b.kind);
        QCOMPARE(a.name, b.name);
        QVERIFY(a.inputShape() == b.inputShape());
        QVERIFY(a.outputShape() == b.outputShape());
        QCOMPARE(a.window, b.window);
        QCOMPARE(a.groupAxis, b.groupAxis);
        QCOMPARE(a.weights, b.weights);
        QCOMPARE(a.multiplier, b.multiplier);
        QCOMPARE(a.offset, b.offset);
        QCOMPARE(a.shift, b.shift);
        QCOMPARE(a.accumulatorBits, b.accumulatorBits);
    }
    ThreadPool pool(2);
    const VerificationReport report = verifyPacked(path("sound.packed.h5"), small::data().test, pool);
    QVERIFY2(report.passed(), report.firstFailure().c_str());
    QCOMPARE(report.parts[1].compared, std::uint64_t{150 * 11 * 11 * 5});
}

void TestConvolutionNetwork::everyFlippedBitIsFoundAndNamed()
{
    ThreadPool pool(2);
    int flipped = 0;
    for (const std::string& dataset : edits::objects(path("sound.packed.h5"), H5O_TYPE_DATASET)) {
        if (!dataset.starts_with("/layers/"))
            continue;
        fs::copy_file(path("sound.packed.h5"), path("copy.h5"), fs::copy_options::overwrite_existing);
        edits::flipBit(path("copy.h5"), dataset, 0);
        const std::string group = dataset.substr(8, dataset.find('/', 8) - 8);
        const VerificationReport report = verifyPacked(path("copy.h5"), small::data().test, pool);
        QVERIFY2(!report.passed(), dataset.c_str());
        QCOMPARE(report.firstFailure(), group.substr(group.find('_') + 1));
        ++flipped;
    }
    QCOMPARE(flipped, 4 * 5 + 3); // four layers with weights, one average
}

void TestConvolutionNetwork::wrongGeometryIsRefused_data()
{
    QTest::addColumn<QByteArray>("attribute");
    QTest::addColumn<std::size_t>("layer");
    for (const char* name : {"kernel", "stride", "padding"})
        QTest::newRow(name) << QByteArray(name) << std::size_t{2};
    QTest::newRow("stride of pooling") << QByteArray("stride") << std::size_t{1};
    QTest::newRow("padding of pooling") << QByteArray("padding") << std::size_t{1};
}

void TestConvolutionNetwork::wrongGeometryIsRefused()
{
    QFETCH(QByteArray, attribute);
    QFETCH(std::size_t, layer);
    PackedNetwork forged = m_packed; // with digests that fit
    Window& window = forged.network.layers[layer].window;
    int& value = attribute == "kernel"   ? window.kernel
                 : attribute == "stride" ? window.stride
                                         : window.padding;
    value += 1;
    if (attribute == "kernel" && forged.network.layers[layer].hasWeights())
        forged.network.layers[layer].groupAxis = GroupAxis::Flattened; // groups as many as the codes hold
    const QString refusal = test::refusalText([&] {
        writePacked(forged, path("forged.h5"));
        readPacked(path("forged.h5"));
    });
    QVERIFY2(refusal.contains(forged.network.layers[layer].name.c_str()) || refusal.contains("/layers/"),
             qPrintable(refusal));
}

void TestConvolutionNetwork::pythonComputesTheSameIntegers()
{
    const QString python = QStringLiteral("/usr/bin/python3");
    if (QProcess::execute(python, {"-c", "import h5py, numpy"}) != 0)
        QSKIP("python3-h5py is not installed");
    const auto write = [](const fs::path& file, const std::vector<std::uint8_t>& bytes) {
        std::ofstream(file, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
    };
    write(path("images"), small::data().test.pixels);
    write(path("labels"), small::data().test.labels);
    const auto text = [&](const char* name) { return QString::fromStdString(path(name).string()); };
    QProcess process;
    process.start(python, {QStringLiteral(TERNBENCH_SOURCE_DIR "/tests/core/read_packed.py"), "packed",
                           text("sound.packed.h5"), text("images"), text("labels")});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.readAllStandardError(), QByteArray());
    QByteArray expected;
    for (const std::string& hash : m_packed.golden.layerSha256)
        expected += "layer " + QByteArray::fromStdString(hash) + "\n";
    expected += "errors " + QByteArray::number(m_packed.golden.classErrors) + "\n";
    QCOMPARE(process.readAllStandardOutput(), expected);
}

void TestConvolutionNetwork::codesAreHeldAlongTheGroups()
{
    for (const IntegerLayer& layer : m_packed.network.layers) {
        if (!layer.hasWeights())
            continue;
        const Grouping grouping = layer.grouping();
        const int n = layer.code.groupSize;
        int atLimit = 0;
        for (int row = 0; row < layer.rows; ++row)
            for (int g = 0; g < grouping.groupsPerRow(n); ++g) {
                const Grouping::Span span = grouping.group(g, n);
                int nonZeros = 0;
                for (int p = span.first; p < span.first + span.size; ++p)
                    nonZeros += layer.weights[std::size_t(row * layer.fanIn + grouping.at(p))] != 0 ? 1 : 0;
                QVERIFY(nonZeros <= layer.code.maxNonZeros);
                atLimit += nonZeros == layer.code.maxNonZeros ? 1 : 0;
            }
        QVERIFY(atLimit > 0);
    }
}

void TestConvolutionNetwork::augmentationDependsOnSeedEpochAndImage()
{
    const LabelledImages& images = small::data().train;
    const auto draw = [&](const AugmentationSpec& spec, std::size_t image, int epoch) {
        std::vector<std::uint8_t> to(std::size_t(images.inputs), 99);
        augment(spec, images, image, epoch, to);
        return to;
    };
    const AugmentationSpec both{2, true, 1};
    QCOMPARE(draw(both, 3, 4), draw(both, 3, 4));
    std::set<std::vector<std::uint8_t>> seen;
    for (int epoch = 0; epoch < 40; ++epoch)
        seen.insert(draw(both, 3, epoch));
    QVERIFY(seen.size() > 20); // of 50 that there are
    QVERIFY(draw({2, true, 2}, 3, 4) != draw(both, 3, 4) || draw({2, true, 2}, 3, 5) != draw(both, 3, 5));
    const std::vector<std::uint8_t> original(images.pixels.begin() + 3 * images.inputs,
                                             images.pixels.begin() + 4 * images.inputs);
    QCOMPARE(draw({}, 3, 4), original);
    std::set<std::vector<std::uint8_t>> flips;
    for (int epoch = 0; epoch < 20; ++epoch)
        flips.insert(draw({0, true, 1}, 3, epoch));
    std::vector<std::uint8_t> mirrored = original;
    for (int y = 0; y < images.height; ++y)
        std::reverse(mirrored.begin() + y * images.width, mirrored.begin() + (y + 1) * images.width);
    QCOMPARE(flips, (std::set<std::vector<std::uint8_t>>{original, mirrored}));
}

QTEST_GUILESS_MAIN(TestConvolutionNetwork)
#include "tst_convolution_network.moc"
