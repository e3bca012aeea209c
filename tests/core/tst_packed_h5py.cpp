#include "core/storage/run_file.h"
#include "tests/core/small_packed.h"
#include "tests/datasets/idx_files.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace ternbench;
namespace fs = std::filesystem;

// What we write is read by another program's reader that knows nothing of our code: a bug on both of our own
// sides would cancel out.

namespace {

constexpr const char* python = "/usr/bin/python3"; // Debian's, which has Debian's h5py

QByteArray outputOf(const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(python, QStringList{TERNBENCH_SOURCE_DIR "/tests/core/read_packed.py"} + arguments);
    const bool ended = process.waitForFinished(120'000);
    return ended && process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray("failed");
}

void write(const fs::path& path, const std::vector<std::uint8_t>& bytes)
{
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto size = qint64(bytes.size());
    QCOMPARE(file.write(reinterpret_cast<const char*>(bytes.data()), size), size);
}

} // namespace

class TestPackedH5py : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void packedNetworkGivesTheSameIntegers_data();
    void packedNetworkGivesTheSameIntegers();
    void runFileIsSelfDescribing();
    void classErrorsAreRecomputedFromIdxFiles();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QString text(const char* name) const { return QString::fromStdString(path(name).string()); }

    QTemporaryDir m_folder;
};

void TestPackedH5py::initTestCase()
{
    if (QProcess::execute(python, {"-c", "import h5py, numpy"}) != 0)
        QSKIP("python3-h5py is not installed");
    write(path("images"), small::data().test.pixels);
    write(path("labels"), small::data().test.labels);
}

void TestPackedH5py::packedNetworkGivesTheSameIntegers_data()
{
    QTest::addColumn<WeightNormalization>("normalization");
    QTest::newRow("an input table for each input") << WeightNormalization::Column;
    QTest::newRow("one input table") << WeightNormalization::Layer;
}

void TestPackedH5py::packedNetworkGivesTheSameIntegers()
{
    QFETCH(WeightNormalization, normalization);
    Trainer trainer = small::trainer(1, {QuantizerMethod::Lloyd, normalization, normalization});
    small::trainEpochs(trainer, 4);
    PackedNetwork packed = small::packedNetwork();
    packed.network = fold(small::network(), trainer.state(), trainer.input(), vectorShape(121));
    QCOMPARE(packed.network.input.perInput, normalization == WeightNormalization::Column);
    ThreadPool pool(1);
    packed.golden = computeGolden(packed.network, small::data().test, pool);
    packed.ledger = ledgerOf(packed.network);
    writePacked(packed, path("a.packed.h5"));

    QByteArray expected;
    for (const std::string& hash : packed.golden.layerSha256)
        expected += "layer " + QByteArray::fromStdString(hash) + "\n";
    expected += "errors " + QByteArray::number(packed.golden.classErrors) + "\n";
    QCOMPARE(outputOf({"packed", text("a.packed.h5"), text("images"), text("labels")}), expected);
}

void TestPackedH5py::runFileIsSelfDescribing()
{
    Trainer trainer = small::trainer();
    RunRecord record;
    for (int epoch = 0; epoch < 3; ++epoch) {
        while (!trainer.epochDone())
            record.batchLosses.push_back(trainer.step().loss);
        record.history.push_back(std::make_shared<EpochSnapshot>(trainer.finishEpoch(1.0)));
    }
    record.checkpoint = std::make_shared<EngineState>(trainer.state());
    record.status = RunStatus::Finished;
    writeRunFile(record, path("a.run.h5"));
    const QList<QByteArray> lines = outputOf({"run", text("a.run.h5")}).split('\n');
    QCOMPARE(lines.size(), 9);
    QCOMPARE(lines[0], QByteArray("format ternbench.run 3 finished"));
    QCOMPARE(lines[1], QByteArray("history NXdata /history/test_error /history/epoch 3 1 2 3"));
    QCOMPARE(lines[2], QByteArray("units nat s"));
    const QList<QByteArray> errors = lines[3].split(' ');
    QCOMPARE(errors.size(), 4);
    for (int e = 0; e < 3; ++e) // hexadecimal: every bit
        QVERIFY(std::strtod(errors[e + 1].constData(), nullptr) == record.history[std::size_t(e)]->testError);
    QCOMPARE(lines[4], QByteArray("batches 30"));
    QCOMPARE(lines[5], QByteArray("layer 00_fc1 3 256 3 257 131 121"));
    QCOMPARE(lines[6], QByteArray("layer 01_fc2 3 256 3 257 21 131"));
    QCOMPARE(lines[7], QByteArray("layer 02_out 3 256 3 257 6 21"));
}

void TestPackedH5py::classErrorsAreRecomputedFromIdxFiles()
{
    writePacked(small::packedNetwork(), path("b.packed.h5"));
    const LabelledImages& test = small::data().test;
    const auto bytes = [](const std::vector<std::uint8_t>& values) {
        return QByteArray(reinterpret_cast<const char*>(values.data()), qsizetype(values.size()));
    };
    const auto words = [](const std::vector<std::uint32_t>& values) { return testing::words(values); };
    const auto count = std::uint32_t(test.count);
    const std::uint32_t side = 11;
    QVERIFY(testing::writeFile(text("t10k-images-idx3-ubyte.gz"),
                               testing::gzipped(words({0x803, count, side, side}) + bytes(test.pixels))));
    const auto recompute = [&](const QByteArray& labels) {
        testing::writeFile(text("t10k-labels-idx1-ubyte.gz"), testing::gzipped(testing::labelFile(labels)));
        return QProcess::execute(python, {TERNBENCH_SOURCE_DIR "/tests/recompute_class_errors.py",
                                          text("b.packed.h5"), m_folder.path()});
    };
    QByteArray labels = bytes(test.labels);
    QCOMPARE(recompute(labels), 0);
    labels.fill('\0'); // other labels, other errors
    QCOMPARE(recompute(labels), 1);
}

QTEST_GUILESS_MAIN(TestPackedH5py)
#include "tst_packed_h5py.moc"
