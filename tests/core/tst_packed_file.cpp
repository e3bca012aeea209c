#include "core/error.h"
#include "core/packed/bit_packing.h"
#include "core/packed/packed_file.h"
#include "core/packed/verify.h"
#include "core/random.h"
#include "tests/core/file_size_limit.h"
#include "tests/core/hdf5_edits.h"
#include "tests/core/small_convolution.h"
#include "tests/core/small_packed.h"
#include "tests/refusal_text.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace ternbench;
using test::refusalOf;
namespace fs = std::filesystem;

namespace {

/// The part of the file that damage to `object` ("/layers/00_fc1/codes") must be blamed on.
std::string partOf(const std::string& object)
{
    if (object.starts_with("/layers/")) {
        const std::string group = object.substr(8, object.find('/', 8) - 8);
        return group.substr(group.find('_') + 1);
    }
    const std::string first = object.substr(1, object.find('/', 1) - 1);
    return first.empty() ? "file" : first;
}

/// How verification of a file ended.
struct Verdict
{
    bool passed = false;
    std::string part;    ///< first part that failed
    std::string refusal; ///< message of an InputError; empty where there was a report
};

Verdict verdictOn(const fs::path& file)
{
    ThreadPool pool(1);
    try {
        const VerificationReport report = verifyPacked(file, small::data().test, pool);
        return {report.passed(), report.firstFailure(), {}};
    } catch (const InputError& error) {
        return {false, {}, error.what()};
    }
}

QByteArray contentOf(const fs::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

using Forgery = void (*)(PackedNetwork& packed);

} // namespace

class TestPackedFile : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void comesBackAsWritten();
    void layoutIsAsDescribed();
    void verifiesAsWritten();
    void everyFlippedBitIsFoundAndNamed();
    void everyChangedAttributeIsFound();
    void everyMissingAttributeIsFound();
    void everyMissingObjectIsFound();
    void wrongTypeOrShapeIsFound();
    void forgeriesAreFound_data();
    void forgeriesAreFound();
    void metadataIsCounted_data();
    void metadataIsCounted();
    void olderLedgersAreCompared();
    void newerVersionIsRefused();
    void truncatedFilesAreRefused();
    void otherFilesAreRefused_data();
    void otherFilesAreRefused();
    void otherImagesAreRefused();
    void aFailedWriteLeavesTheOldFile();
    void aFullDiskLeavesTheOldFile();
    void verificationCanBeCancelled();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    /// A fresh copy of the sound file, to be damaged.
    fs::path copy() const
    {
        fs::copy_file(m_file, path("copy.h5"), fs::copy_options::overwrite_existing);
        return path("copy.h5");
    }
    /// Damage must make verification fail under `part`, or refuse the file with a message that names it.
    void mustFail(const fs::path& file, const std::string& part, const std::string& what) const;

    QTemporaryDir m_folder;
    fs::path m_file;
    PackedNetwork m_packed;
};

void TestPackedFile::initTestCase()
{
    QVERIFY(m_folder.isValid());
    m_packed = small::packedNetwork();
    m_file = path("sound.packed.h5");
    writePacked(m_packed, m_file);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // our own damage is no news
}

void TestPackedFile::mustFail(const fs::path& file, const std::string& part, const std::string& what) const
{
    const Verdict verdict = verdictOn(file);
    QVERIFY2(!verdict.passed, (what + ": verification passed").c_str());
    if (verdict.refusal.empty())
        QVERIFY2(verdict.part == part || part.empty(), (what + " was blamed on " + verdict.part).c_str());
    else
        QVERIFY2(verdict.refusal.starts_with(file.string() + ": "), (what + ": " + verdict.refusal).c_str());
}

void TestPackedFile::comesBackAsWritten()
{
    const PackedNetwork back = readPacked(m_file);
    QCOMPARE(back.experimentJson, m_packed.experimentJson);
    QVERIFY(back.generator.starts_with("Ternbench "));
    QVERIFY(back.network.input.perInput); // column normalization
    QCOMPARE(back.network.input.values, m_packed.network.input.values);
    QCOMPARE(back.network.layers.size(), std::size_t{3});
    for (std::size_t l = 0; l < 3; ++l) {
        const IntegerLayer &a = m_packed.network.layers[l], &b = back.network.layers[l];
        QCOMPARE(b.name, a.name);
        QCOMPARE(b.rows, a.rows);
        QCOMPARE(b.fanIn, a.fanIn);
        QVERIFY(b.code == a.code);
        QCOMPARE(b.weights, a.weights);
        QCOMPARE(b.multiplier, a.multiplier);
        QCOMPARE(b.offset, a.offset);
        QCOMPARE(b.shift, a.shift);
        QCOMPARE(b.activationBits, a.activationBits);
        QCOMPARE(b.accumulatorBits, a.accumulatorBits);
    }
    QCOMPARE(back.golden.layerSha256, m_packed.golden.layerSha256);
    QCOMPARE(back.golden.classErrors, m_packed.golden.classErrors);
    QCOMPARE(back.golden.images, std::uint64_t{150});
    QCOMPARE(back.compared, m_packed.compared);
    QCOMPARE(back.ledger.entries.size(), m_packed.ledger.entries.size());
    QCOMPARE(PackedFile(m_file).experimentJson(), m_packed.experimentJson);
    QCOMPARE(PackedFile(m_file).layerNames(), (std::vector<std::string>{"fc1", "fc2", "out"}));
    ThreadPool pool(1);
    QCOMPARE(countDifferences(m_packed.network, back.network, small::data().test, pool),
             (std::vector<std::uint64_t>{0, 0, 0}));
}

void TestPackedFile::layoutIsAsDescribed()
{
    // (8,2): 8 bits a group, 16 groups of 121 inputs; trimmed: 7 bits, 17 groups of 131.
    const edits::EditedFile file(m_file);
    QCOMPARE(edits::readBytes(file.id(), "/layers/00_fc1/codes").size(), 131 * 16);
    QCOMPARE(edits::readBytes(file.id(), "/layers/01_fc2/codes").size(), 21 * ((17 * 7 + 7) / 8));
    QCOMPARE(edits::readBytes(file.id(), "/layers/01_fc2/table").size(), 128 * 8);
    const QByteArray codes = edits::readBytes(file.id(), "/layers/00_fc1/codes");
    const QByteArray table = edits::readBytes(file.id(), "/layers/00_fc1/table");
    for (const int row : {0, 1, 77, 130})
        for (int j = 0; j < 121; ++j) {
            const int index = std::uint8_t(codes[row * 16 + j / 8]);
            QCOMPARE(int{std::int8_t(table[index * 8 + j % 8])},
                     int{m_packed.network.layers[0].weights[std::size_t(row * 121 + j)]});
        }
}

void TestPackedFile::verifiesAsWritten()
{
    ThreadPool pool(2);
    const VerificationReport report = verifyPacked(m_file, small::data().test, pool);
    QVERIFY2(report.passed(), report.firstFailure().c_str());
    QCOMPARE(report.firstFailure(), std::string());
    QCOMPARE(report.images, std::uint64_t{150});
    QCOMPARE(report.classErrors, m_packed.golden.classErrors);
    QVERIFY(report.hardwareError() == double(m_packed.golden.classErrors) / 150.0);
    std::vector<std::string> names;
    for (const LayerVerification& part : report.parts)
        names.push_back(part.name);
    QCOMPARE(names, (std::vector<std::string>{"input", "fc1", "fc2", "out", "ledger", "verification"}));
    QCOMPARE(report.parts[1].compared, std::uint64_t{150 * 131});
    QCOMPARE(report.parts[3].computedSha256, m_packed.golden.layerSha256[2]);
}

void TestPackedFile::everyFlippedBitIsFoundAndNamed()
{
    constexpr int flipsOfDataset = 6;
    const auto datasets = edits::objects(m_file, H5O_TYPE_DATASET);
    QCOMPARE(datasets.size(), std::size_t{1 + 3 * 5 + 4 + 6}); // none may be missed
    Random random(1, 300);
    QCOMPARE(readSoundPacked(m_file).network.layers.size(), std::size_t{3});
    for (const std::string& dataset : datasets) {
        const edits::EditedFile sound(m_file);
        const qsizetype bits = 8 * edits::readBytes(sound.id(), dataset).size();
        QVERIFY(bits > 0);
        for (int flip = 0; flip < flipsOfDataset; ++flip) {
            const auto bit = flip == 0 ? bits - 1 : qsizetype(random.below(std::uint32_t(bits)));
            const fs::path file = copy();
            QVERIFY(edits::flipBit(file, dataset, bit));
            const std::string what = dataset + ", bit " + std::to_string(bit);
            const Verdict verdict = verdictOn(file);
            QVERIFY2(!verdict.passed, (what + ": verification passed").c_str());
            const std::string refusal = refusalOf([&] { readSoundPacked(file); });
            QVERIFY2(refusal.starts_with(file.string()), (what + ": " + refusal).c_str());
            QVERIFY2(verdict.refusal.empty(), (what + ": " + verdict.refusal).c_str());
            // What a layer computed is stored under /verification: a difference is the layer's too.
            const bool named = verdict.part == partOf(dataset) ||
                               (partOf(dataset) == "verification" &&
                                std::ranges::count(PackedFile(m_file).layerNames(), verdict.part) == 1);
            QVERIFY2(named, (what + " was blamed on " + verdict.part).c_str());
        }
    }
}

void TestPackedFile::everyChangedAttributeIsFound()
{
    int changed = 0;
    for (const H5O_type_t type : {H5O_TYPE_GROUP, H5O_TYPE_DATASET})
        for (const std::string& object : edits::objects(m_file, type))
            for (const std::string& name : edits::attributesOf(m_file, object)) {
                const fs::path file = copy();
                edits::changeAttribute(file, object, name);
                mustFail(file, partOf(object), object + "@" + name);
                if (QTest::currentTestFailed())
                    return;
                ++changed;
            }
    QVERIFY(changed > 60);
}

void TestPackedFile::everyMissingAttributeIsFound()
{
    for (const H5O_type_t type : {H5O_TYPE_GROUP, H5O_TYPE_DATASET})
        for (const std::string& object : edits::objects(m_file, type))
            for (const std::string& name : edits::attributesOf(m_file, object)) {
                const fs::path file = copy();
                edits::removeAttribute(file, object, name);
                mustFail(file, partOf(object), "without " + object + "@" + name);
                if (QTest::currentTestFailed())
                    return;
            }
}

void TestPackedFile::everyMissingObjectIsFound()
{
    for (const H5O_type_t type : {H5O_TYPE_GROUP, H5O_TYPE_DATASET})
        for (const std::string& object : edits::objects(m_file, type)) {
            if (object == "/")
                continue;
            const fs::path file = copy();
            edits::removeLink(file, object);
            mustFail(file, "", "without " + object);
            if (QTest::currentTestFailed())
                return;
        }
}

void TestPackedFile::wrongTypeOrShapeIsFound()
{
    for (const std::string& dataset : edits::objects(m_file, H5O_TYPE_DATASET)) {
        for (const auto& [type, shape] : {std::pair{H5T_IEEE_F64LE, std::vector<hsize_t>{3}},
                                          {H5T_STD_U8LE, {1, 1, 1}},
                                          {H5T_STD_I32LE, {0}},
                                          {H5T_STD_U64LE, {100, 20}}}) {
            const fs::path file = copy();
            edits::replaceDataset(file, dataset, type, shape);
            mustFail(file, partOf(dataset), "another " + dataset);
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void TestPackedFile::forgeriesAreFound_data()
{
    // Files with sound digests whose content is wrong all the same.
    QTest::addColumn<Forgery>("forge");
    QTest::addColumn<QString>("part");
    const auto row = [](const char* name, const char* part, Forgery forge) {
        QTest::newRow(name) << forge << QString(part);
    };
    row("another weight", "fc2", [](PackedNetwork& p) {
        auto& weights = p.network.layers[1].weights;
        const auto found = std::ranges::find_if(weights, [](std::int8_t t) { return t != 0; });
        *found = std::int8_t(-*found);
    });
    row("another multiplier", "fc1", [](PackedNetwork& p) { p.network.layers[0].multiplier[5] += 40; });
    row("another score offset", "out", [](PackedNetwork& p) { ++p.network.layers[2].offset[0]; });
    row("accumulator too narrow", "fc1", [](PackedNetwork& p) { --p.network.layers[0].accumulatorBits; });
    row("accumulator too wide", "out", [](PackedNetwork& p) { ++p.network.layers[2].accumulatorBits; });
    row("a ledger that flatters", "ledger", [](PackedNetwork& p) { --p.ledger.entries[1].bytes; });
    row("a ledger that leaves out", "ledger", [](PackedNetwork& p) { p.ledger.entries.pop_back(); });
    row("another golden hash", "fc2", [](PackedNetwork& p) { p.golden.layerSha256[1][0] ^= 1; });
    row("fewer class errors", "verification", [](PackedNetwork& p) { ++p.golden.classErrors; });
    row("more images", "verification", [](PackedNetwork& p) { ++p.golden.images; });
    row("fewer values compared", "out", [](PackedNetwork& p) { --p.compared[2]; });
    row("differences on export", "fc1", [](PackedNetwork& p) { p.different[0] = 1; });
}

void TestPackedFile::forgeriesAreFound()
{
    QFETCH(Forgery, forge);
    QFETCH(QString, part);
    PackedNetwork forged = m_packed;
    forge(forged);
    writePacked(forged, path("forged.h5"));
    QVERIFY(PackedFile(path("forged.h5")).brokenDigests().empty());
    const Verdict verdict = verdictOn(path("forged.h5"));
    QVERIFY(!verdict.passed);
    QCOMPARE(verdict.part, part.toStdString());
}

void TestPackedFile::metadataIsCounted_data()
{
    QTest::addColumn<bool>("convolution");
    QTest::newRow("linear") << false;
    QTest::newRow("convolution") << true;
}

/// The ledger's metadata are the attributes of the layers' groups, but for their digests.
void TestPackedFile::metadataIsCounted()
{
    QFETCH(bool, convolution);
    const PackedNetwork packed = convolution ? small::packedConvolution() : m_packed;
    writePacked(packed, path("metadata.h5"));
    std::map<std::string, std::uint64_t> counted;
    for (const LedgerEntry& entry : readPacked(path("metadata.h5")).ledger.entries)
        if (entry.item == "metadata")
            counted[entry.layer] += entry.bytes;
    QCOMPARE(counted.size(), packed.network.layers.size() + 1);
    QCOMPARE(counted["input"], edits::attributeBytes(path("metadata.h5"), "/input"));
    for (std::size_t l = 0; l < packed.network.layers.size(); ++l) {
        const std::string& name = packed.network.layers[l].name;
        QCOMPARE(counted[name],
                 edits::attributeBytes(path("metadata.h5"), "/layers/" + h5::numberedName(l, name)));
    }
}

// Before version 4 the ledger had none.
void TestPackedFile::olderLedgersAreCompared()
{
    PackedNetwork older = m_packed;
    older.ledger = ledgerOf(older.network, 3);
    QCOMPARE(older.ledger.entries.size() + 4, m_packed.ledger.entries.size());
    writePacked(older, path("older.h5"));
    QCOMPARE(verdictOn(path("older.h5")).part, std::string("ledger"));
    edits::setInteger(path("older.h5"), "/", "format_version", 3); // breaks the seal of the file's head
    ThreadPool pool(1);
    const VerificationReport report = verifyPacked(path("older.h5"), small::data().test, pool);
    for (const LayerVerification& part : report.parts)
        QVERIFY2(part.problems.empty() == (part.name != "file"), part.name.c_str());
}

void TestPackedFile::newerVersionIsRefused()
{
    const fs::path file = copy();
    edits::changeAttribute(file, "/", "format_version");
    for (const std::string& message :
         {refusalOf([&] { readPacked(file); }), refusalOf([&] { PackedFile{file}; })}) {
        QVERIFY2(message.starts_with(file.string()), message.c_str());
        QVERIFY2(message.find("5 is newer than this program reads (4)") != std::string::npos,
                 message.c_str());
    }
}

void TestPackedFile::truncatedFilesAreRefused()
{
    const auto size = fs::file_size(m_file);
    for (const std::uintmax_t length :
         {std::uintmax_t{0}, std::uintmax_t{1}, std::uintmax_t{8}, std::uintmax_t{96}, std::uintmax_t{512},
          size / 4, size / 2, size - 1}) {
        const fs::path file = copy();
        fs::resize_file(file, length);
        const Verdict verdict = verdictOn(file);
        QVERIFY2(!verdict.passed, std::to_string(length).c_str());
        QVERIFY2(verdict.refusal.starts_with(file.string() + ": is"), verdict.refusal.c_str());
        QVERIFY(!refusalOf([&] { readPacked(file); }).empty());
        QCOMPARE(fs::file_size(file), length); // left untouched
    }
}

void TestPackedFile::otherFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("not HDF5 at all\n");
    QTest::newRow("only the signature") << QByteArray("\x89HDF\r\n\x1a\n");
    QTest::newRow("zeros") << QByteArray(4096, '\0');
}

void TestPackedFile::otherFilesAreRefused()
{
    QFETCH(QByteArray, content);
    QFile file(QString::fromStdString(path("other.h5").string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    for (const fs::path& each : {path("other.h5"), path("missing.h5"), path(".")}) {
        const std::string message = refusalOf([&] { readPacked(each); });
        QVERIFY2(message.starts_with(each.string() + ": "), message.c_str());
    }
}

void TestPackedFile::otherImagesAreRefused()
{
    LabelledImages images = emptyVectors(small::data().test.count, 120);
    images.pixels.resize(std::size_t(images.count) * 120);
    images.labels = small::data().test.labels;
    ThreadPool pool(1);
    const std::string message = refusalOf([&] { verifyPacked(m_file, images, pool); });
    QVERIFY2(message.find("takes 121 values, the test images have 120") != std::string::npos,
             message.c_str());
    // Other images of the right size: nothing to refuse, but no golden output comes back.
    images = small::data().test;
    images.pixels[0] ^= 0x80;
    const VerificationReport report = verifyPacked(m_file, images, pool);
    QVERIFY(!report.passed());
}

void TestPackedFile::aFailedWriteLeavesTheOldFile()
{
    const fs::path file = copy();
    const QByteArray before = contentOf(file);
    PackedNetwork impossible = m_packed;
    std::ranges::fill(impossible.network.layers[1].weights, std::int8_t{1}); // more than 2 non-zeros of 8
    const std::string message = refusalOf([&] { writePacked(impossible, file); });
    QVERIFY2(message.find("layer 'fc2': row 0 has the pattern ++++++++") != std::string::npos,
             message.c_str());
    QCOMPARE(contentOf(file), before);

    const fs::path nowhere = path("no such folder") / "x.h5";
    QVERIFY(!refusalOf([&] { writePacked(m_packed, nowhere); }).empty());
    for (const auto& entry : fs::directory_iterator(m_folder.path().toStdString()))
        QVERIFY2(entry.path().string().find(".tmp-") == std::string::npos, entry.path().c_str());
}

void TestPackedFile::aFullDiskLeavesTheOldFile()
{
    const fs::path file = copy();
    const QByteArray before = contentOf(file);
    const std::string message = refusalOf([&] {
        const test::FileSizeLimit small{10'000}; // in the middle of the file
        writePacked(m_packed, file);
    });
    QVERIFY2(message.find("cannot be written") != std::string::npos, message.c_str());
    QCOMPARE(contentOf(file), before);
    for (const auto& entry : fs::directory_iterator(m_folder.path().toStdString()))
        QVERIFY2(entry.path().string().find(".tmp-") == std::string::npos, entry.path().c_str());
    writePacked(m_packed, file); // and works again when there is room
    QVERIFY(verdictOn(file).passed);
}

void TestPackedFile::verificationCanBeCancelled()
{
    ThreadPool pool(1);
    double last = -1.0;
    const auto stopAtHalf = [&](double share) {
        last = share;
        return share < 0.5;
    };
    QVERIFY_THROWS_EXCEPTION(RunError, verifyPacked(m_file, small::data().test, pool, stopAtHalf));
    QVERIFY(last >= 0.5 && last <= 1.0);
}

QTEST_GUILESS_MAIN(TestPackedFile)
#include "tst_packed_file.moc"
