#include "core/error.h"
#include "core/hardware/figures.h"
#include "core/hardware/report.h"
#include "core/packed/verify.h"
#include "core/storage/hdf5.h"
#include "tests/core/hdf5_edits.h"
#include "tests/core/small_convolution.h"
#include "tests/core/small_design.h"
#include "tests/core/small_packed.h"
#include "tests/refusal_text.h"

#include <QTemporaryDir>
#include <QTest>

using namespace ternbench;
namespace fs = std::filesystem;

class TestReportStorage : public QObject
{
    Q_OBJECT

private slots:
    void storedInThePackedFile();
    void storedOfAConvolution();
    void olderReportsAreCompared();
    void activationBitsAreStored();
    void impossibleActivationBitsAreRefused();
    void damagedReportIsFound();
    void forgedReportIsFound();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QTemporaryDir m_folder;
};

void TestReportStorage::storedInThePackedFile()
{
    PackedNetwork packed = small::packedNetwork();
    writePacked(packed, path("without.packed.h5"));
    QVERIFY(!readPacked(path("without.packed.h5")).design); // as files were before there was a report

    packed.design = small::design();
    writePacked(packed, path("with.packed.h5"));
    const PackedNetwork back = readPacked(path("with.packed.h5"));
    QVERIFY(back.design == packed.design);
    QVERIFY(PackedFile(path("with.packed.h5")).reportProblems(back).empty());
    ThreadPool pool(1);
    const VerificationReport report = verifyPacked(path("with.packed.h5"), small::data().test, pool);
    QVERIFY2(report.passed(), report.firstFailure().c_str());
    QVERIFY(std::ranges::find(report.parts, "report", &LayerVerification::name) != report.parts.end());

    const h5::File file = h5::File::open(path("with.packed.h5"));
    const h5::Group figures = file.root().openGroup("report").openGroup("figures");
    const auto cycles = figures.read<std::int64_t>("cycles", {4, 6});
    QCOMPARE(figures.readStrings("part"),
             (std::vector<std::string>{"input", "fc1", "fc2", "out", "argmax", "total"}));
    for (int datapath = 0; datapath < datapathCount; ++datapath) {
        const auto expected = costOf(packed.network, small::design(), Datapath(datapath));
        QCOMPARE(figures.readStrings("datapath")[std::size_t(datapath)],
                 std::string(datapathKey(Datapath(datapath))));
        QCOMPARE(cycles[std::size_t(datapath) * 6 + 5], expected.total.cycles.cycles);
        QCOMPARE(figures.readList<std::int64_t>("memory_weights")[std::size_t(datapath)],
                 expected.memory.weights);
        QCOMPARE(figures.read<double>("energy", {4, 6})[std::size_t(datapath) * 6 + 1],
                 expected.parts[1].energy.total() / 1000.0); // fc1, nJ
    }
    QCOMPARE(figures.stringAttributeOf("energy", "units").value(), std::string("nJ"));
    QCOMPARE(figures.stringAttributeOf("cycles", "basis").value(), std::string("estimated"));
    const h5::Group codings = file.root().openGroup("report").openGroup("codings");
    QCOMPARE(codings.shapeOf("bits"), (h5::Shape{4, 14}));
}

void TestReportStorage::storedOfAConvolution()
{
    PackedNetwork packed = small::packedConvolution();
    packed.design = small::design();
    writePacked(packed, path("conv.packed.h5"));
    ThreadPool pool(2);
    const VerificationReport report = verifyPacked(path("conv.packed.h5"), small::data().test, pool);
    QVERIFY2(report.passed(), report.firstFailure().c_str());
    QVERIFY(std::ranges::find(report.parts, "report", &LayerVerification::name) != report.parts.end());
    const h5::File file = h5::File::open(path("conv.packed.h5"));
    const h5::Group figures = file.root().openGroup("report").openGroup("figures");
    QCOMPARE(figures.readStrings("part"),
             (std::vector<std::string>{"input", "conv1", "pool1", "conv2", "pool2", "fc", "out", "argmax",
                                       "total"}));
    const auto cycles = figures.read<std::int64_t>("cycles", {4, 9});
    QCOMPARE(cycles[1], 121 * 2 * 1 + layerLatency); // 11x11 positions, 5 rows of 2 groups
    QCOMPARE(cycles[2], 25 * 2 * 4 + layerLatency);
    QCOMPARE(figures.stringAttributeOf("cycles", "basis").value(), std::string("estimated"));

    PackedNetwork other = packed;
    other.network.layers[2].weights.assign(other.network.layers[2].weights.size(), 0);
    QVERIFY(!PackedFile(path("conv.packed.h5")).reportProblems(other).empty()); // fewer useful additions
}

// Up to version 3 a report counted the units of the widest layer alone.
void TestReportStorage::olderReportsAreCompared()
{
    PackedNetwork packed = small::packedNetwork();
    packed.design = small::design();
    writePacked(packed, path("older.packed.h5"));
    {
        const edits::EditedFile file(path("older.packed.h5"));
        QByteArray units = edits::readBytes(file.id(), "/report/figures/adders");
        units[0] = char(units[0] ^ 16);
        QVERIFY(edits::writeBytes(file.id(), "/report/figures/adders", units));
    }
    QVERIFY(!PackedFile(path("older.packed.h5")).reportProblems(readPacked(path("older.packed.h5"))).empty());
    edits::setInteger(path("older.packed.h5"), "/", "format_version", 3);
    const PackedNetwork older = readPacked(path("older.packed.h5"));
    QCOMPARE(older.formatVersion, 3);
    QVERIFY(PackedFile(path("older.packed.h5")).reportProblems(older).empty());
}

void TestReportStorage::activationBitsAreStored()
{
    PackedNetwork packed = small::packedNetwork();
    packed.design = small::design();
    writePacked(packed, path("own.packed.h5"));
    QVERIFY(!readPacked(path("own.packed.h5")).design->activationBits);
    packed.design->activationBits = 16;
    writePacked(packed, path("wide.packed.h5"));
    const PackedNetwork back = readPacked(path("wide.packed.h5"));
    QVERIFY(back.design == packed.design);
    ThreadPool pool(1);
    const VerificationReport report = verifyPacked(path("wide.packed.h5"), small::data().test, pool);
    QVERIFY2(report.passed(), report.firstFailure().c_str());
    // Figures of other bits than the file says are found.
    PackedNetwork other = back;
    other.design->activationBits.reset();
    QVERIFY(!PackedFile(path("wide.packed.h5")).reportProblems(other).empty());
}

void TestReportStorage::impossibleActivationBitsAreRefused()
{
    PackedNetwork packed = small::packedNetwork();
    packed.design = small::design();
    packed.design->activationBits = mostActivationBits;
    writePacked(packed, path("sound.packed.h5"));
    edits::changeAttribute(path("sound.packed.h5"), "/report", "activation_bits");
    const QString refusal = test::refusalText([&] { readPacked(path("sound.packed.h5")); });
    QVERIFY2(refusal.contains("activation bits = "), qPrintable(refusal));
}

void TestReportStorage::damagedReportIsFound()
{
    PackedNetwork packed = small::packedNetwork();
    packed.design = small::design();
    writePacked(packed, path("sound.packed.h5"));
    ThreadPool pool(1);
    int tried = 0;
    for (const std::string& dataset : edits::objects(path("sound.packed.h5"), H5O_TYPE_DATASET)) {
        if (!dataset.starts_with("/report/"))
            continue;
        fs::copy_file(path("sound.packed.h5"), path("damaged.packed.h5"),
                      fs::copy_options::overwrite_existing);
        QVERIFY(edits::flipBit(path("damaged.packed.h5"), dataset, 3));
        const VerificationReport report = verifyPacked(path("damaged.packed.h5"), small::data().test, pool);
        QVERIFY2(report.firstFailure() == "report", dataset.c_str());
        ++tried;
    }
    QVERIFY(tried > 33 + 5);
}

void TestReportStorage::forgedReportIsFound()
{
    // Sound digests, but the report is one of another design point than it says.
    PackedNetwork packed = small::packedNetwork();
    packed.design = small::design();
    writePacked(packed, path("forged.packed.h5"));
    PackedNetwork other = packed;
    other.design->lanes = 4;
    QVERIFY(!PackedFile(path("forged.packed.h5")).reportProblems(other).empty());
    other = packed;
    other.network.layers[0].weights.assign(other.network.layers[0].weights.size(), 0);
    QVERIFY(!PackedFile(path("forged.packed.h5")).reportProblems(other).empty()); // fewer useful additions
}

QTEST_GUILESS_MAIN(TestReportStorage)
#include "tst_report_storage.moc"
