#include "datasets/cifar10.h"
#include "datasets/source.h"
#include "tests/datasets/idx_files.h"
#include "tests/datasets/without_rights.h"
#include "tests/refusal_text.h"

#include <QDir>
#include <QTemporaryDir>

#include <filesystem>

using namespace ternbench;
using namespace ternbench::testing;

namespace {

constexpr int record = int(cifar10RecordBytes);

/// Unlike its neighbours in each direction and in the other channels.
std::uint8_t valueAt(int image, int channel, int y, int x)
{
    return std::uint8_t((image * 31 + channel * 85 + y * 7 + x * 3) % 256);
}

/// One record: the label, then the planes.
QByteArray image(int number, int label)
{
    QByteArray bytes(1, char(label));
    for (int channel = 0; channel < 3; ++channel)
        for (int y = 0; y < 32; ++y)
            for (int x = 0; x < 32; ++x)
                bytes.append(char(valueAt(number, channel, y, x)));
    return bytes;
}

/// Images first, first + 1, ... with their numbers modulo 10 as labels.
QByteArray images(int first, int count)
{
    QByteArray bytes;
    for (int number = first; number < first + count; ++number)
        bytes += image(number, number % 10);
    return bytes;
}

QString nameOf(int file)
{
    return file < 5 ? QString("data_batch_%1.bin").arg(file + 1) : QString("test_batch.bin");
}

/// Compares every value of image `at` with those of the image of that number.
void mustBe(const LabelledImages& images, int at, int number)
{
    QCOMPARE(int{images.labels[std::size_t(at)]}, number % 10);
    const std::uint8_t* value = images.pixels.data() + std::ptrdiff_t(at) * cifar10Inputs;
    for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x)
            for (int channel = 0; channel < 3; ++channel)
                QCOMPARE(int{*value++}, int{valueAt(number, channel, y, x)});
}

} // namespace

class TestCifar10 : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void readsEveryValue();
    void readsTheFolderOfTheArchive();
    void limits();
    void samples();
    void describesWithoutReadingTheData();
    void refusesAFile_data();
    void refusesAFile();
    void refusesAnUnreadableFile();
    void refusesMoreThanFits();
    void refusesAMissingFile_data();
    void refusesAMissingFile();
    void refusesAFolder_data();
    void refusesAFolder();
    void knowsThePythonVersion();

private:
    DataSpec spec() const { return {DataKind::Cifar10, m_folder->path().toStdString()}; }
    QString path(const QString& name) const { return m_folder->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

/// Images 0, 1, ... of the training set lie in files of 1, 2, 3, 1 and 2 images, 9 in all; 100 and 101 are
/// the test set's.
void TestCifar10::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    int first = 0;
    for (int file = 0; file < 5; ++file) {
        const int count = file % 3 + 1;
        QVERIFY(writeFile(path(nameOf(file)), images(first, count)));
        first += count;
    }
    QVERIFY(writeFile(path(nameOf(5)), images(100, 2)));
}

void TestCifar10::readsEveryValue()
{
    const Dataset data = loadDataset(spec());
    QCOMPARE(data.name, std::string("CIFAR-10"));
    QCOMPARE(data.origin, m_folder->path().toStdString());
    QCOMPARE(data.height, 32);
    QCOMPARE(data.width, 32);
    QCOMPARE(data.channels, 3);
    QCOMPARE(data.classNames, (std::vector<std::string>{"airplane", "automobile", "bird", "cat", "deer",
                                                        "dog", "frog", "horse", "ship", "truck"}));
    QVERIFY(!data.byteMap);
    QCOMPARE(data.train.count, 9);
    QCOMPARE(data.test.count, 2);
    for (const LabelledImages* part : {&data.train, &data.test}) {
        QCOMPARE(part->inputs, 3072);
        QCOMPARE(part->height, 32);
        QCOMPARE(part->width, 32);
        QCOMPARE(part->channels, 3);
        QCOMPARE(part->pixels.size(), std::size_t(part->count) * 3072);
        QCOMPARE(part->labels.size(), std::size_t(part->count));
    }
    for (int i = 0; i < 9; ++i)
        mustBe(data.train, i, i);
    for (int i = 0; i < 2; ++i)
        mustBe(data.test, i, 100 + i);
}

void TestCifar10::readsTheFolderOfTheArchive()
{
    QTemporaryDir unpacked;
    QVERIFY(QDir(m_folder->path()).rename(m_folder->path(), unpacked.filePath("cifar-10-batches-bin")));
    const Dataset data = loadDataset({DataKind::Cifar10, unpacked.path().toStdString()});
    QCOMPARE(data.origin, unpacked.filePath("cifar-10-batches-bin").toStdString());
    mustBe(data.train, 8, 8);
}

void TestCifar10::limits()
{
    DataSpec some = spec();
    some.trainLimit = 4; // into the third file
    some.testLimit = 1;
    const Dataset data = loadDataset(some);
    QCOMPARE(data.train.count, 4);
    QCOMPARE(data.train.pixels.size(), std::size_t{4 * 3072});
    QCOMPARE(data.train.labels, (std::vector<std::uint8_t>{0, 1, 2, 3}));
    QCOMPARE(data.test.labels, (std::vector<std::uint8_t>{0}));
    QCOMPARE(data.classes(), 10);
    some.trainLimit = some.testLimit = 1000;
    QCOMPARE(loadDataset(some).train.count, 9);
    QCOMPARE(loadDataset(some).test.count, 2);
    some.trainLimit = -1;
    QCOMPARE(test::refusalText([&] { loadDataset(some); }),
             QString("data.train_limit: -1 is not allowed: must be 0 (all) or more"));
}

void TestCifar10::samples()
{
    const LabelledImages five = readSamples(spec(), 5);
    QCOMPARE(five.count, 5);
    QCOMPARE(five.pixels.size(), std::size_t{5 * 3072});
    for (int i = 0; i < 5; ++i)
        mustBe(five, i, i);
    QCOMPARE(readSamples(spec(), 100).count, 9);
    QCOMPARE(readSamples(spec(), 0).count, 0);
}

void TestCifar10::describesWithoutReadingTheData()
{
    QVERIFY(writeFile(path(nameOf(2)), QByteArray(3 * record, '\xFF'))); // labels that are none
    DataSpec some = spec();
    some.trainLimit = 7;
    const DatasetSummary summary = describeDataset(some);
    QVERIFY2(summary.found, summary.message.c_str());
    QCOMPARE(summary.trainCount, 7);
    QCOMPARE(summary.testCount, 2);
    QCOMPARE(summary.height, 32);
    QCOMPARE(summary.width, 32);
    QCOMPARE(summary.channels, 3);
    QCOMPARE(summary.classes, 10);
    QCOMPARE(QString::fromStdString(summary.message),
             m_folder->path() +
                 ": the first 7 of 9 training and 2 test images of 32 x 32 with 3 channels, 10 classes");
}

void TestCifar10::refusesAFile_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("said");
    const QString multiple = "a multiple of 3,073 is needed (a label and 32 x 32 x 3 values for each image)";
    QTest::newRow("empty") << QByteArray() << "has 0 bytes; " + multiple + ": the file is empty";
    QTest::newRow("truncated") << images(0, 2).chopped(1)
                               << "has 6,145 bytes; " + multiple + ": the file is truncated";
    QTest::newRow("a byte too much") << images(0, 1) + 'x' << "has 3,074 bytes; " + multiple;
    QTest::newRow("CIFAR-100, two labels") << images(0, 1) + '\1' << "has 3,074 bytes; " + multiple;
    QTest::newRow("label 10") << images(0, 1) + image(1, 10)
                              << "image 1 (counted from 0) has label 10; 0..9 is allowed";
    QTest::newRow("label 255") << image(0, 255) << "image 0 (counted from 0) has label 255; 0..9 is allowed";
    QTest::newRow("gzip") << gzipped(images(0, 2)) << "is compressed with gzip";
    // Of the size of a record by chance: what is in it must not be taken for the file.
    QByteArray packed = gzipped(images(0, 20));
    packed.append(QByteArray(record - packed.size() % record, '\0'));
    QTest::newRow("gzip of a whole size") << packed << "is compressed with gzip";
}

void TestCifar10::refusesAFile()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, said);
    for (const int file : {0, 4, 5}) {
        init();
        QVERIFY(writeFile(path(nameOf(file)), bytes));
        const QString message = test::refusalText([&] { loadDataset(spec()); });
        QVERIFY2(message.startsWith("data.folder: " + path(nameOf(file)) + ": " + said), qPrintable(message));
    }
}

void TestCifar10::refusesAnUnreadableFile()
{
    std::filesystem::permissions(m_folder->path().toStdString(), std::filesystem::perms{0755});
    std::filesystem::permissions(path(nameOf(1)).toStdString(), std::filesystem::perms::none);
    const WithoutRights here;
    const QString message = test::refusalText([&] { loadDataset(spec()); });
    QVERIFY2(message.startsWith("data.folder: " + path(nameOf(1)) + ": cannot be opened: Permission denied"),
             qPrintable(message));
}

void TestCifar10::refusesMoreThanFits()
{
    QFile file(path(nameOf(3))); // sparse
    QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(qint64{record} * ((1 << 18) + 1)));
    const DatasetSummary summary = describeDataset(spec());
    QVERIFY(!summary.found);
    QCOMPARE(QString::fromStdString(summary.message), "data.folder: " + path(nameOf(3)) +
                                                          ": holds 262,145 images; at most 262,144 are "
                                                          "allowed");
    QVERIFY(!test::refusalText([&] { loadDataset(spec()); }).isEmpty());
}

void TestCifar10::refusesAMissingFile_data()
{
    QTest::addColumn<QString>("file");
    for (int file = 0; file < 6; ++file)
        QTest::newRow(qPrintable(nameOf(file))) << nameOf(file);
}

void TestCifar10::refusesAMissingFile()
{
    QFETCH(QString, file);
    const QString expected = "data.folder: there is no " + file + " in " + m_folder->path() +
                             "; give the folder of CIFAR-10's binary version, which holds data_batch_1.bin "
                             "to data_batch_5.bin and test_batch.bin";
    QVERIFY(QFile::remove(path(file)));
    QCOMPARE(test::refusalText([&] { loadDataset(spec()); }), expected);
    QVERIFY(QDir(m_folder->path()).mkdir(file)); // a folder of that name is no file
    QCOMPARE(test::refusalText([&] { readSamples(spec(), 1); }), expected);
}

void TestCifar10::refusesAFolder_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("said");
    QTest::newRow("none") << ""
                          << "data.folder: is empty; give the folder";
    QTest::newRow("missing") << "/no such folder"
                             << "data.folder: there is no folder /no such folder; give the folder";
    QTest::newRow("a file") << "/dev/null"
                            << "data.folder: there is no folder /dev/null; give the folder";
}

void TestCifar10::refusesAFolder()
{
    QFETCH(QString, folder);
    QFETCH(QString, said);
    const DataSpec wrong{DataKind::Cifar10, folder.toStdString()};
    const QString message = test::refusalText([&] { loadDataset(wrong); });
    QVERIFY2(message.startsWith(said), qPrintable(message));
    QCOMPARE(QString::fromStdString(describeDataset(wrong).message), message);
}

void TestCifar10::knowsThePythonVersion()
{
    QVERIFY(QFile::rename(path("data_batch_1.bin"), path("data_batch_1")));
    const QString message = test::refusalText([&] { loadDataset(spec()); });
    QVERIFY2(message.contains("which holds the Python version; give the folder of CIFAR-10's binary version"),
             qPrintable(message));
}

QTEST_GUILESS_MAIN(TestCifar10)
#include "tst_cifar10.moc"
