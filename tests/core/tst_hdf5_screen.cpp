#include "core/error.h"
#include "core/packed/packed_file.h"
#include "core/random.h"
#include "core/storage/hdf5_screen.h"
#include "core/storage/run_file.h"
#include "tests/core/hdf5_edits.h"
#include "tests/core/small_packed.h"
#include "tests/refusal_text.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>

using namespace ternbench;
namespace fs = std::filesystem;

// Files that the HDF5 library would crash on, or follow to other files, are refused before it opens them.
// Each row of everyForeignStructureIsRefused() is a file that the fuzz targets led to, or could.

namespace {

using Edit = void (*)(hid_t file);

std::string refusalOf(const fs::path& file)
{
    return test::refusalOf([&] { readPacked(file); });
}

constexpr const char* codes = "/layers/00_fc1/codes";

/// Puts a dataset without values in the place of the codes.
void replaceCodes(hid_t file, hid_t type, hid_t creation)
{
    H5Ldelete(file, codes, H5P_DEFAULT);
    const std::array<hsize_t, 2> shape{4, 4};
    const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
    H5Dclose(H5Dcreate2(file, codes, type, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Sclose(space);
}

void chunk(hid_t file, bool deflate)
{
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    const std::array<hsize_t, 2> shape{2, 2};
    H5Pset_chunk(creation, 2, shape.data());
    if (deflate)
        H5Pset_deflate(creation, 9);
    replaceCodes(file, H5T_STD_U8LE, creation);
    H5Pclose(creation);
}

void keepElsewhere(hid_t file)
{
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "/etc/hostname", 0, H5F_UNLIMITED);
    replaceCodes(file, H5T_STD_U8LE, creation);
    H5Pclose(creation);
}

void useLists(hid_t file)
{
    const hid_t type = H5Tvlen_create(H5T_STD_U8LE);
    replaceCodes(file, type, H5P_DEFAULT);
    H5Tclose(type);
}

} // namespace

class TestHdf5Screen : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void ourFilesPass();
    void everyForeignStructureIsRefused_data();
    void everyForeignStructureIsRefused();
    void aTextLongerThanItsPlaceIsRefused();
    void anAttributeNameThatEndsEarlyIsRefused();
    void anAttributeOfAnUnknownFormIsRefused_data();
    void anAttributeOfAnUnknownFormIsRefused();
    void noDamagedByteCrashesAReader();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QByteArray content() const;
    void write(const QByteArray& bytes) const;

    QTemporaryDir m_folder;
};

void TestHdf5Screen::initTestCase()
{
    PackedNetwork packed = small::packedNetwork();
    packed.design = DesignPoint{};
    writePacked(packed, path("sound.h5"));
}

QByteArray TestHdf5Screen::content() const
{
    QFile file(QString::fromStdString(path("sound.h5").string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestHdf5Screen::write(const QByteArray& bytes) const
{
    QFile file(QString::fromStdString(path("copy.h5").string()));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(bytes) == bytes.size());
}

void TestHdf5Screen::ourFilesPass()
{
    QCOMPARE(refusalOf(path("sound.h5")), std::string());
    RunRecord empty; // groups without anything in them
    writeRunFile(empty, path("empty.run.h5"));
    h5::screenFile(path("empty.run.h5"));
}

void TestHdf5Screen::everyForeignStructureIsRefused_data()
{
    QTest::addColumn<Edit>("edit");
    QTest::newRow("chunked") << Edit([](hid_t file) { chunk(file, false); });
    QTest::newRow("compressed") << Edit([](hid_t file) { chunk(file, true); });
    QTest::newRow("values in another file") << Edit(keepElsewhere);
    QTest::newRow("lists") << Edit(useLists);
    QTest::newRow("references") << Edit([](hid_t file) { replaceCodes(file, H5T_STD_REF_OBJ, H5P_DEFAULT); });
    QTest::newRow("soft link") << Edit(
        [](hid_t file) { H5Lcreate_soft("/input", file, "/layers/03_x", H5P_DEFAULT, H5P_DEFAULT); });
    QTest::newRow("link to another file") << Edit([](hid_t file) {
        H5Lcreate_external("/etc/hostname", "/", file, "/layers/03_x", H5P_DEFAULT, H5P_DEFAULT);
    });
    QTest::newRow("one layer twice") << Edit([](hid_t file) {
        H5Lcreate_hard(file, "/layers/00_fc1", file, "/layers/03_x", H5P_DEFAULT, H5P_DEFAULT);
    });
    QTest::newRow("a group in itself") << Edit(
        [](hid_t file) { H5Lcreate_hard(file, "/layers", file, "/layers/03_x", H5P_DEFAULT, H5P_DEFAULT); });
}

void TestHdf5Screen::everyForeignStructureIsRefused()
{
    QFETCH(Edit, edit);
    write(content());
    edit(edits::EditedFile(path("copy.h5")).id());
    const std::string refusal = refusalOf(path("copy.h5"));
    QVERIFY2(refusal.starts_with(path("copy.h5").string() + ": "), refusal.c_str());
}

// The library copies what the heap holds into room for what the attribute says.
void TestHdf5Screen::aTextLongerThanItsPlaceIsRefused()
{
    QByteArray bytes = content();
    const qsizetype heap = bytes.indexOf("GCOL");
    QVERIFY(heap > 0);
    bytes[heap + 16 + 8] = char(bytes[heap + 16 + 8] + 1); // size of the first text
    write(bytes);
    const std::string refusal = refusalOf(path("copy.h5"));
    QVERIFY2(refusal.find("damaged") != std::string::npos, refusal.c_str());
}

// The library fails half-way through its list of attributes and then closes what it has not opened.
void TestHdf5Screen::anAttributeNameThatEndsEarlyIsRefused()
{
    QByteArray bytes = content();
    const qsizetype name = bytes.indexOf("NX_class");
    QVERIFY(name > 0);
    bytes[name + 4] = '\0';
    write(bytes);
    const std::string refusal = refusalOf(path("copy.h5"));
    QVERIFY2(refusal.find("name of another length") != std::string::npos, refusal.c_str());
}

void TestHdf5Screen::anAttributeOfAnUnknownFormIsRefused_data()
{
    // Behind the name of an attribute of version 1, filled up to 16 bytes: type, characters' type, shape.
    QTest::addColumn<int>("offset");
    QTest::addColumn<int>("value");
    QTest::addColumn<QString>("reason");
    QTest::newRow("type") << 0 << 0x09 << "type of an unknown version";
    QTest::newRow("text's end") << 1 << 0xF1 << "text of an unknown form";
    QTest::newRow("text's encoding") << 2 << 0x07 << "text of an unknown form";
    QTest::newRow("characters' type") << 8 << 0x00 << "type of an unknown version";
    QTest::newRow("characters' bits") << 9 << 0x70 << "of an unknown form";
    QTest::newRow("shape") << 24 << 0x02 << "shape of an unknown version";
}

// The same failure as above, by what follows the name.
void TestHdf5Screen::anAttributeOfAnUnknownFormIsRefused()
{
    QFETCH(int, offset);
    QFETCH(int, value);
    QFETCH(QString, reason);
    QByteArray bytes = content();
    const qsizetype name = bytes.indexOf(QByteArray("NX_class\0", 9));
    QVERIFY(name > 0 && bytes[name + 16] == 0x19 && bytes[name + 24 + 4] == 1); // a text of variable length
    QVERIFY(bytes[name + 16 + offset] != char(value));
    bytes[name + 16 + offset] = char(value);
    write(bytes);
    const std::string refusal = refusalOf(path("copy.h5"));
    QVERIFY2(refusal.find(reason.toStdString()) != std::string::npos, refusal.c_str());
}

void TestHdf5Screen::noDamagedByteCrashesAReader()
{
    const QByteArray sound = content();
    Random random(1, 0);
    int refused = 0;
    for (int trial = 0; trial < 400; ++trial) {
        QByteArray bytes = sound;
        const auto at = qsizetype(random.below(std::uint32_t(bytes.size())));
        bytes[at] = char(bytes[at] ^ 1 << random.below(8));
        write(bytes);
        refused += refusalOf(path("copy.h5")).empty() ? 0 : 1;
    }
    QVERIFY(refused > 0);
}

QTEST_GUILESS_MAIN(TestHdf5Screen)
#include "tst_hdf5_screen.moc"
