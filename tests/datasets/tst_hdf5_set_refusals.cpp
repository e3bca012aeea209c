#include "datasets/hdf5_set.h"
#include "tests/datasets/hdf5_files.h"
#include "tests/datasets/without_rights.h"
#include "tests/refusal_text.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <limits>

using namespace ternbench;
using namespace ternbench::testing;

Q_DECLARE_METATYPE(Edit)

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

/// Both parts of the images, of one type and as zeros.
void putBoth(const h5::Handle& file, hid_t type, const Extents& image)
{
    for (const auto& [name, count] : {std::pair{"x_train", hsize_t{3}}, {"x_test", hsize_t{2}}}) {
        Extents shape{count};
        shape.insert(shape.end(), image.begin(), image.end());
        put(file, name, type, shape, std::vector<char>(productOf(shape) * H5Tget_size(type)));
    }
}

void putFiltered(const h5::Handle& file, bool deflate)
{
    const h5::Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const Extents chunk{1, 2, 2};
    H5Pset_chunk(creation.id(), 3, chunk.data());
    if (deflate)
        H5Pset_deflate(creation.id(), 4);
    put(file, "x_test", H5T_STD_U8LE, {2, 2, 2}, std::vector<char>(8), creation.id());
}

h5::Handle boolType()
{
    h5::Handle type(H5Tenum_create(H5T_STD_I8LE), H5Tclose);
    for (const auto& [name, value] : {std::pair{"FALSE", std::int8_t{0}}, {"TRUE", std::int8_t{1}}})
        H5Tenum_insert(type.id(), name, &value);
    return type;
}

/// As h5py writes a string: of variable length, in UTF-8.
void putText(const h5::Handle& file)
{
    const h5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), H5T_VARIABLE);
    const char* const text = "cat";
    const h5::Handle space = spaceOf({1});
    const h5::Handle dataset(
        H5Dcreate2(file.id(), "names", type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        H5Dclose);
    H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &text);
}

void putBoolAttribute(const h5::Handle& file)
{
    const h5::Handle type = boolType(), space = spaceOf({});
    const h5::Handle attribute(H5Acreate_by_name(file.id(), "x_train", "scaled", type.id(), space.id(),
                                                 H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                               H5Aclose);
    const std::int8_t yes = 1;
    H5Awrite(attribute.id(), type.id(), &yes);
}

} // namespace

class TestHdf5SetRefusals : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_set.write(); }
    void refusesWhatTheFileHolds_data();
    void refusesWhatTheFileHolds();
    void refusesForms_data();
    void refusesForms();
    void refusesDamagedFiles_data();
    void refusesDamagedFiles();
    void refusesAnUnreadableFile();
    void refusesPlaces_data();
    void refusesPlaces();

private:
    DataSpec spec() const { return m_set.spec(); }
    QString path() const { return QString::fromStdString(m_set.path()); }
    QString refusal() const
    {
        return test::refusalText([&] { loadDataset(spec()); });
    }

    QTemporaryDir m_folder;
    SmallSet m_set{m_folder.filePath("small set.h5").toStdString()};
};

void TestHdf5SetRefusals::refusesWhatTheFileHolds_data()
{
    QTest::addColumn<Edit>("edit");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const QString& said, const Edit& edit) {
        QTest::newRow(name) << edit << said;
    };
    static constexpr std::array names{"x_train", "y_train", "x_test", "y_test"};
    for (const char* name : names) {
        row(qPrintable(QString("no %1").arg(name)),
            QString("/%1: there is no such dataset; x_train, y_train, x_test and y_test are needed")
                .arg(name),
            [=](const h5::Handle& file) { H5Ldelete(file.id(), name, H5P_DEFAULT); });
        row(qPrintable(QString("%1 is a group").arg(name)), QString("/%1: the dataset is missing").arg(name),
            [=](const h5::Handle& file) {
                H5Ldelete(file.id(), name, H5P_DEFAULT);
                H5Gclose(H5Gcreate2(file.id(), name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
            });
        row(qPrintable(QString("%1 is text").arg(name)),
            QString("/%1: holds neither integers nor floats").arg(name), [=](const h5::Handle& file) {
                put(file, name, H5T_C_S1, {3}, {'a', 'b', 'c'});
            });
        row(qPrintable(QString("%1 was never written").arg(name)),
            QString("/%1: claims shape [3] but its data is not there").arg(name),
            [=](const h5::Handle& file) { put(file, name, H5T_STD_U8LE, {3}, {}); });
    }
    // Shapes.
    const QString shapes =
        "(images, values), (images, height, width) or (images, height, width, channels) is needed";
    row("images without values", "/x_train: has shape [3]; " + shapes,
        [](const h5::Handle& file) { putBoth(file, H5T_STD_U8LE, {}); });
    row("five dimensions", "/x_train: has shape [3, 1, 1, 1, 1]; " + shapes, [](const h5::Handle& file) {
        putBoth(file, H5T_STD_U8LE, {1, 1, 1, 1});
    });
    row("no width", "/x_train: has shape [3, 2, 0]; height and width of 1..4,096 are allowed",
        [](const h5::Handle& file) {
            putBoth(file, H5T_STD_U8LE, {2, 0});
        });
    row("too high", "/x_train: has shape [3, 4097, 1]; height and width of 1..4,096 are allowed",
        [](const h5::Handle& file) {
            putBoth(file, H5T_STD_U8LE, {4097, 1});
        });
    row("too wide", "/x_train: has shape [3, 1, 4097]; height and width of 1..4,096 are allowed",
        [](const h5::Handle& file) {
            putBoth(file, H5T_STD_U8LE, {1, 4097});
        });
    row("channels first", "/x_train: has shape [3, 1, 28, 65]; 1..64 channels are allowed, in the last",
        [](const h5::Handle& file) {
            putBoth(file, H5T_STD_U8LE, {1, 28, 65});
        });
    row("too many values", "/x_train: has shape [3, 1048577]; 1..1,048,576 values an image are allowed",
        [](const h5::Handle& file) { putBoth(file, H5T_STD_U8LE, {1'048'577}); });
    row("no training images", "/x_train: holds 0 images; 1 or more are needed", [](const h5::Handle& file) {
        put(file, "x_train", H5T_STD_U8LE, {0, 2, 2}, {});
    });
    row("no test images", "/x_test: holds 0 images; 1 or more are needed", [](const h5::Handle& file) {
        put(file, "x_test", H5T_STD_U8LE, {0, 2, 2}, {});
    });
    row("test images of another size",
        "/x_test: holds images of 4 x 1 x 1 but x_train of 2 x 2 x 1: they must have one size",
        [](const h5::Handle& file) {
            put(file, "x_test", H5T_STD_U8LE, {2, 4, 1}, std::vector<char>(8));
        });
    row("test images flat", "/x_test: holds images of 1 x 4 x 1 but x_train of 2 x 2 x 1",
        [](const h5::Handle& file) {
            put(file, "x_test", H5T_STD_U8LE, {2, 4}, std::vector<char>(8));
        });
    // Labels.
    row("fewer labels", "/y_train: holds 2 labels but x_train holds 3 images: there must be as many",
        [](const h5::Handle& file) {
            putLabels(file, "y_train", {2}, {0, 1});
        });
    row("more labels", "/y_test: holds 3 labels but x_test holds 2 images: there must be as many",
        [](const h5::Handle& file) {
            putLabels(file, "y_test", {3}, {0, 1, 2});
        });
    row("one label of all", "/y_test: has shape []; one label for each image is needed, (2) or (2, 1)",
        [](const h5::Handle& file) { putLabels(file, "y_test", {}, {0}); });
    row("one-hot labels", "/y_train: has shape [3, 2]; one label for each image is needed, (3) or (3, 1)",
        [](const h5::Handle& file) {
            putLabels(file, "y_train", {3, 2}, {0, 1, 0, 1, 0, 1});
        });
    row("float labels", "/y_train: is of type float64; labels must be integers", [](const h5::Handle& file) {
        put64(file, "y_train", {3}, {0, 1, 2});
    });
    row("label -1", "/y_train: label 1 (counted from 0) is -1; 0..255 is allowed",
        [](const h5::Handle& file) {
            putLabels(file, "y_train", {3}, {0, -1, 2});
        });
    row("label 256", "/y_test: label 0 (counted from 0) is 256; 0..255 is allowed",
        [](const h5::Handle& file) {
            putLabels(file, "y_test", {2}, {256, 0});
        });
    row("label beyond 32 bits", "/y_train: label 2 (counted from 0) is 4294967297; 0..255 is allowed",
        [](const h5::Handle& file) {
            putLabels(file, "y_train", {3}, {0, 1, 4294967297});
        });
    row("label beyond 63 bits", "/y_train: label 2 (counted from 0) is 9223372036854775807; 0..255",
        [](const h5::Handle& file) {
            putValues<std::uint64_t>(file, "y_train", H5T_STD_U64LE, {3}, {0, 1, ~std::uint64_t{0}});
        });
    // Values.
    row("value 256", "/x_train: image 2 (counted from 0) holds 256; integers must be 0..255",
        [](const h5::Handle& file) {
            std::vector<std::int16_t> values(12, 255);
            values[8] = 256;
            putValues(file, "x_train", H5T_STD_I16LE, {3, 2, 2}, values);
        });
    row("value -1", "/x_test: image 0 (counted from 0) holds -1; integers must be 0..255",
        [](const h5::Handle& file) {
            putValues<std::int8_t>(file, "x_test", H5T_STD_I8LE, {2, 2, 2}, {0, 0, 0, -1, 0, 0, 0, 0});
        });
    const auto floats = [](const std::vector<double>& train, const std::vector<double>& test) {
        return Edit([=](const h5::Handle& file) {
            put64(file, "x_train", {3, 2}, train);
            put64(file, "x_test", {2, 2}, test);
        });
    };
    const std::vector<double> train{0, 1, 0, 1, 0, 1}, test{0, 1, 0, 1};
    row("NaN", "/x_train: image 1 (counted from 0) holds NaN; every value must be finite",
        floats({0, 1, 0, notANumber, infinite, 1}, test));
    row("infinity", "/x_train: image 2 (counted from 0) holds infinity; every value must be finite",
        floats({0, 1, 0, 1, infinite, 1}, test));
    row("NaN in the test images", "/x_test: image 1 (counted from 0) holds NaN; every value must be finite",
        floats(train, {0, 1, notANumber, 1}));
    row("-infinity in the test images", "/x_test: image 0 (counted from 0) holds infinity",
        floats(train, {0, -infinite, 0, 1}));
    row("NaN in half precision", "/x_train: image 0 (counted from 0) holds NaN", [](const h5::Handle& file) {
        putValues<std::uint16_t>(file, "x_train", halfType().id(), {3, 1}, {0x7E00, 0, 0x3C00});
        putValues<std::uint16_t>(file, "x_test", halfType().id(), {2, 1}, {0, 0});
    });
    row("one value everywhere", "/x_train: holds values from 7 to 7, which cannot be spread over 0..255",
        floats(std::vector<double>(6, 7.0), test));
    row("values too far apart", "/x_train: holds values from -1.7e+308 to 1.7e+308, which cannot be spread",
        floats({0, 1, -1.7e308, 1.7e308, 0, 1}, test));
    row("training floats, test integers",
        "/x_test: is of type uint8 but x_train of float64: both must be integers or both floats",
        [=](const h5::Handle& file) {
            put64(file, "x_train", {3, 2, 2}, std::vector<double>(12, 0.5));
        });
}

void TestHdf5SetRefusals::refusesWhatTheFileHolds()
{
    QFETCH(Edit, edit);
    QFETCH(QString, said);
    m_set.edit(edit);
    const QString message = refusal();
    QVERIFY2(message.startsWith("data.folder: " + path() + ": " + said), qPrintable(message));
}

/// Forms that h5py writes when it is asked to, refused before the library sees them.
void TestHdf5SetRefusals::refusesForms_data()
{
    QTest::addColumn<Edit>("edit");
    QTest::addColumn<QString>("dataset");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("remedy");
    const QString types =
        "integers of 8, 16, 32 and 64 bits and float16, float32 and float64 are read: convert "
        "the dataset, in h5py with .astype(\"uint8\") or .astype(\"float32\"), or leave it out";
    const QString copies =
        "a copy that is read (contiguous, not compressed) is made by `h5repack -l CONTI -f "
        "NONE OLD NEW`, or in h5py by `new[name] = old[name][()]` for each dataset";
    const auto row = [](const char* name, const char* dataset, const char* what, const QString& remedy,
                        const Edit& edit) { QTest::newRow(name) << edit << dataset << what << remedy; };
    row("gzip", "/x_test", "says that the values are compressed or filtered", copies,
        [](const h5::Handle& file) { putFiltered(file, true); });
    row("chunks", "/x_test", "says that the values are not stored in one piece", copies,
        [](const h5::Handle& file) { putFiltered(file, false); });
    row("bool images", "/x_train", "is a type of enumerated names, as h5py writes bool", types,
        [](const h5::Handle& file) {
            put(file, "x_train", boolType().id(), {3, 2, 2}, std::vector<char>(12, 1));
        });
    row("bool labels", "/y_test", "is a type of enumerated names, as h5py writes bool", types,
        [](const h5::Handle& file) {
            put(file, "y_test", boolType().id(), {2}, {0, 1});
        });
    row("complex numbers", "/x_train", "is a compound type, as h5py writes complex numbers", types,
        [](const h5::Handle& file) {
            const h5::Handle type(H5Tcreate(H5T_COMPOUND, 16), H5Tclose);
            H5Tinsert(type.id(), "r", 0, H5T_IEEE_F64LE);
            H5Tinsert(type.id(), "i", 8, H5T_IEEE_F64LE);
            put(file, "x_train", type.id(), {3, 2}, std::vector<char>(96));
        });
    row("bfloat16", "/x_train", "is a float of unusual bits", types, [](const h5::Handle& file) {
        const h5::Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
        H5Tset_fields(type.id(), 15, 7, 8, 0, 7);
        H5Tset_size(type.id(), 2);
        put(file, "x_train", type.id(), {3, 2}, std::vector<char>(12));
    });
    row("long double", "/x_train", "is a float of an unusual size", types, [](const h5::Handle& file) {
        const h5::Handle type(H5Tcopy(H5T_IEEE_F64LE), H5Tclose);
        H5Tset_size(type.id(), 16);
        put(file, "x_train", type.id(), {3, 2}, std::vector<char>(96));
    });
    row("names of classes", "/names", "is a dataset of texts of variable length", types, putText);
    row("an attribute of bool", "/x_train", "is a type of enumerated names, as h5py writes bool",
        "attributes of numbers and texts are read: leave this one out, or write it as one of them",
        putBoolAttribute);
}

void TestHdf5SetRefusals::refusesForms()
{
    QFETCH(Edit, edit);
    QFETCH(QString, dataset);
    QFETCH(QString, what);
    QFETCH(QString, remedy);
    m_set.edit(edit);
    const QString message = refusal();
    QVERIFY2(message.startsWith("data.folder: " + path() + ": " + dataset + ": what lies at byte "),
             qPrintable(message));
    QVERIFY2(message.contains(" " + what + "; "), qPrintable(message));
    QVERIFY2(message.endsWith("; " + remedy), qPrintable(message));
}

void TestHdf5SetRefusals::refusesDamagedFiles_data()
{
    QTest::addColumn<std::function<QByteArray(QByteArray)>>("damage");
    QTest::addColumn<QString>("said");
    using Damage = std::function<QByteArray(QByteArray)>;
    const QString none = "is not an HDF5 file, or cannot be read";
    const QString damaged = "is an HDF5 file but damaged or truncated, or of a form that is not read here: ";
    QTest::newRow("empty") << Damage([](QByteArray) { return QByteArray(); }) << none;
    QTest::newRow("text") << Damage([](QByteArray) { return QByteArray("x_train,y_train\n"); }) << none;
    QTest::newRow("its beginning alone")
        << Damage([](QByteArray b) { return b.left(64); }) << damaged + "it has only 64 bytes";
    QTest::newRow("a byte short") << Damage([](QByteArray b) { return b.chopped(1); }) << damaged + "it has ";
    QTest::newRow("half") << Damage([](QByteArray b) { return b.left(b.size() / 2); }) << damaged + "it has ";
    QTest::newRow("zeros") << Damage([](QByteArray b) {
        return b.left(96) + QByteArray(b.size() - 96, '\0');
    }) << damaged;
}

void TestHdf5SetRefusals::refusesDamagedFiles()
{
    using Damage = std::function<QByteArray(QByteArray)>;
    QFETCH(Damage, damage);
    QFETCH(QString, said);
    QFile file(path());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray sound = file.readAll();
    file.close();
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QVERIFY(damage(sound) != sound);
    file.write(damage(sound));
    file.close();
    const QString message = refusal();
    QVERIFY2(message.startsWith("data.folder: " + path() + ": " + said), qPrintable(message));
    QCOMPARE(QString::fromStdString(describeDataset(spec()).message), message);
}

void TestHdf5SetRefusals::refusesAnUnreadableFile()
{
    std::filesystem::permissions(m_folder.path().toStdString(), std::filesystem::perms{0755});
    std::filesystem::permissions(m_set.path(), std::filesystem::perms::none);
    const WithoutRights here;
    QCOMPARE(refusal(), "data.folder: " + path() + ": cannot be opened: Permission denied");
}

void TestHdf5SetRefusals::refusesPlaces_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("said");
    const QString give = "; give the HDF5 file that holds x_train, y_train, x_test and y_test";
    QTest::newRow("none") << ""
                          << "data.folder: is empty" + give;
    QTest::newRow("missing") << "/nowhere/x.h5"
                             << "data.folder: there is no file /nowhere/x.h5" + give;
    QTest::newRow("a folder") << "/tmp"
                              << "data.folder: /tmp is a folder" + give;
    QTest::newRow("a device") << "/dev/null"
                              << "data.folder: /dev/null: is not a file";
}

void TestHdf5SetRefusals::refusesPlaces()
{
    QFETCH(QString, place);
    QFETCH(QString, said);
    const DataSpec wrong{DataKind::Hdf5, place.toStdString()};
    QCOMPARE(test::refusalText([&] { loadDataset(wrong); }), said);
    QCOMPARE(test::refusalText([&] { readSamples(wrong, 1); }), said);
    QCOMPARE(QString::fromStdString(describeDataset(wrong).message), said);
}

QTEST_GUILESS_MAIN(TestHdf5SetRefusals)
#include "tst_hdf5_set_refusals.moc"
