#include "core/data/sha256.h"
#include "datasets/idx_folder.h"
#include "datasets/source.h"
#include "tests/datasets/idx_files.h"
#include "tests/refusal_text.h"

#include <QDir>
#include <QTemporaryDir>

using namespace ternbench;
using namespace ternbench::testing;

namespace {

const char* const trainImages = "train-images-idx3-ubyte";
const char* const trainLabels = "train-labels-idx1-ubyte";
const char* const testImages = "t10k-images-idx3-ubyte";
const char* const testLabels = "t10k-labels-idx1-ubyte";

DataSpec specFor(DataKind kind, const QString& folder)
{
    DataSpec spec;
    spec.kind = kind;
    spec.folder = folder.toStdString();
    return spec;
}

} // namespace

class TestSource : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void kindNames();
    void sha256OfKnownBytes();
    void readsAFolder_data();
    void readsAFolder();
    void namesTheSetAfterItsFolder();
    void limits();
    void limitsMustNotBeNegative();
    void samples();
    void refusesFolders_data();
    void refusesFolders();
    void saysHowToGetFashionMnist();
    void idxNeedsAFolder();
    void describesWithoutReadingTheData();
    void realFashionMnist();

private:
    void writeGood(const QString& folder);
    QString path(const char* name) const { return m_folder->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSource::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    writeGood(m_folder->path());
}

/// Four training and two test images of 2 x 3 with labels 0..3.
void TestSource::writeGood(const QString& folder)
{
    const QDir dir(folder);
    QVERIFY(writeFile(dir.filePath(trainImages), imageFile(4, 2, 3)));
    QVERIFY(writeFile(dir.filePath(trainLabels), labelFile(QByteArray("\3\0\1\1", 4))));
    QVERIFY(writeFile(dir.filePath(testImages), imageFile(2, 2, 3)));
    QVERIFY(writeFile(dir.filePath(testLabels), labelFile(QByteArray("\2\0", 2))));
}

void TestSource::kindNames()
{
    // The names are those of documents: they must not change.
    for (const auto& [kind, name] : {std::pair{DataKind::FashionMnist, "fashion-mnist"},
                                     {DataKind::Idx, "idx"},
                                     {DataKind::Cifar10, "cifar-10"},
                                     {DataKind::Hdf5, "hdf5"},
                                     {DataKind::Generated, "generated"}}) {
        QCOMPARE(dataKindName(kind), std::string_view(name));
        QVERIFY(dataKindFromName(name) == kind);
    }
    QVERIFY(!dataKindFromName("mnist"));
    QVERIFY(!dataKindFromName(""));
}

void TestSource::sha256OfKnownBytes()
{
    // FIPS 180-4, example of one block; in pieces, and read half-way, it is the same.
    const std::string text = "abc";
    const std::string digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const auto bytes = std::as_bytes(std::span(text));
    QCOMPARE(sha256Hex(bytes), digest);
    Sha256 pieces;
    pieces.update(bytes.first(1));
    QVERIFY(pieces.hex() != digest);
    pieces.update(bytes.subspan(1));
    QCOMPARE(pieces.hex(), digest);
}

void TestSource::readsAFolder_data()
{
    QTest::addColumn<QString>("separator");
    QTest::addColumn<bool>("compressed");
    QTest::newRow("plain") << "-" << false;
    QTest::newRow("gzip") << "-" << true;
    QTest::newRow("dots") << "." << false;
    QTest::newRow("dots and gzip") << "." << true;
}

void TestSource::readsAFolder()
{
    QFETCH(QString, separator);
    QFETCH(bool, compressed);
    for (const char* name : {trainImages, trainLabels, testImages, testLabels}) {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(file.remove());
        const QString renamed = QString(name).replace("-idx", separator + "idx") + (compressed ? ".gz" : "");
        QVERIFY(writeFile(m_folder->filePath(renamed), compressed ? gzipped(bytes) : bytes));
    }
    const Dataset data = loadDataset(specFor(DataKind::Idx, m_folder->path()));
    QCOMPARE(data.height, 2);
    QCOMPARE(data.width, 3);
    QCOMPARE(data.channels, 1);
    QCOMPARE(data.train.count, 4);
    for (const LabelledImages& images : {data.train, data.test}) {
        QCOMPARE(images.inputs, 6);
        QCOMPARE(images.height, 2);
        QCOMPARE(images.width, 3);
        QCOMPARE(images.channels, 1);
    }
    QCOMPARE(data.train.labels, (std::vector<std::uint8_t>{3, 0, 1, 1}));
    QCOMPARE(data.test.pixels, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
    QCOMPARE(data.classNames, (std::vector<std::string>{"0", "1", "2", "3"}));
    QCOMPARE(data.origin, m_folder->path().toStdString());
    const std::string bytes{"\0\1\2\3\4\5\6\7\10\11\12\13\2\0", 14};
    QCOMPARE(data.testSha256, sha256Hex(std::as_bytes(std::span(bytes))));
}

void TestSource::namesTheSetAfterItsFolder()
{
    QVERIFY(QDir(m_folder->path()).mkdir("my set"));
    writeGood(m_folder->filePath("my set"));
    QCOMPARE(loadDataset(specFor(DataKind::Idx, m_folder->filePath("my set"))).name, std::string("my set"));
    QCOMPARE(loadDataset(specFor(DataKind::Idx, m_folder->filePath("my set/"))).name, std::string("my set"));
}

void TestSource::limits()
{
    DataSpec spec = specFor(DataKind::Idx, m_folder->path());
    spec.trainLimit = 3;
    spec.testLimit = 99;
    const Dataset data = loadDataset(spec);
    QCOMPARE(data.train.count, 3);
    QCOMPARE(data.train.pixels.size(), std::size_t{18});
    QCOMPARE(data.train.labels, (std::vector<std::uint8_t>{3, 0, 1}));
    QCOMPARE(data.test.count, 2);
    // The classes of a set do not depend on how much of it is used.
    spec.trainLimit = spec.testLimit = 1;
    QCOMPARE(loadDataset(spec).classes(), 4);
    spec.trainLimit = 0;
    QVERIFY(loadDataset(spec).trainSha256 != data.trainSha256);
}

void TestSource::limitsMustNotBeNegative()
{
    DataSpec spec = specFor(DataKind::Idx, m_folder->path());
    spec.testLimit = -1;
    QCOMPARE(test::refusalText([&] { loadDataset(spec); }),
             QString("data.test_limit: -1 is not allowed: must be 0 (all) or more"));
    spec.trainLimit = -2; // the first in the document
    QCOMPARE(test::refusalText([&] { readSamples(spec, 1); }),
             QString("data.train_limit: -2 is not allowed: must be 0 (all) or more"));
}

void TestSource::samples()
{
    const DataSpec spec = specFor(DataKind::Idx, m_folder->path());
    const LabelledImages two = readSamples(spec, 2);
    QCOMPARE(two.count, 2);
    QCOMPARE(two.inputs, 6);
    QCOMPARE(two.height, 2);
    QCOMPARE(two.width, 3);
    QCOMPARE(two.pixels.size(), std::size_t{12});
    QCOMPARE(two.labels, (std::vector<std::uint8_t>{3, 0}));
    QCOMPARE(readSamples(spec, 100).count, 4);

    DataSpec made;
    made.kind = DataKind::Generated;
    QCOMPARE(readSamples(made, 7).pixels.size(), std::size_t{7 * 256});
}

void TestSource::refusesFolders_data()
{
    QTest::addColumn<QString>("replaced");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("said");
    const int idx = static_cast<int>(DataKind::Idx), fashion = static_cast<int>(DataKind::FashionMnist);
    QTest::newRow("missing file") << testLabels << QByteArray() << idx
                                  << "there is no t10k-labels-idx1-ubyte or";
    QTest::newRow("fewer labels") << trainLabels << labelFile("\1\2\3") << idx
                                  << "holds 4 images but %1 holds 3 labels";
    QTest::newRow("more labels") << testLabels << labelFile("\1\2\3") << idx
                                 << "holds 2 images but %1 holds 3 labels";
    QTest::newRow("other size") << testImages << imageFile(2, 3, 2) << idx << "%1 holds images of 3 x 2 but";
    QTest::newRow("other channels") << testImages << words({0x804, 2, 2, 3, 3}) + ramp(36) << idx
                                    << "%1 holds images of 2 x 3 x 3 but";
    QTest::newRow("labels and images swapped")
        << trainImages << labelFile("\1\2\3\1") << idx << "%1: starts with 0x00000801";
    QTest::newRow("label 255") << testLabels << labelFile("\1\xFF") << idx
                               << "%1: label 1 (counted from 0) is 255; 0..254 is allowed";
    QTest::newRow("label 10 of Fashion-MNIST") << trainLabels << labelFile("\1\2\3\12") << fashion
                                               << "%1: label 3 (counted from 0) is 10; 0..9 is allowed";
    QTest::newRow("truncated images")
        << trainImages << imageFile(4, 2, 3).chopped(1) << idx << "%1: the header says 24 bytes of data";
}

void TestSource::refusesFolders()
{
    QFETCH(QString, replaced);
    QFETCH(QByteArray, bytes);
    QFETCH(int, kind);
    QFETCH(QString, said);
    const QString file = m_folder->filePath(replaced);
    if (bytes.isEmpty())
        QVERIFY(QFile::remove(file));
    else
        QVERIFY(writeFile(file, bytes));
    const DataSpec spec = specFor(static_cast<DataKind>(kind), m_folder->path());
    const QString message = test::refusalText([&] { loadDataset(spec); });
    const QString expected = said.contains("%1") ? said.arg(file) : said;
    QVERIFY2(message.contains(expected), qPrintable(message));
    QVERIFY2(message.startsWith("data.folder: "), qPrintable(message));
    QCOMPARE(message.count("data.folder"), 1);
}

void TestSource::saysHowToGetFashionMnist()
{
    const DatasetSummary summary =
        describeDataset(specFor(DataKind::FashionMnist, m_folder->filePath("not there")));
    QVERIFY(!summary.found);
    const QString message = QString::fromStdString(summary.message);
    QVERIFY2(message.contains("not there"), qPrintable(message));
    QVERIFY2(message.contains("apt install dataset-fashion-mnist"), qPrintable(message));
    QVERIFY2(message.contains("give the folder"), qPrintable(message));
}

void TestSource::idxNeedsAFolder()
{
    const QString message = test::refusalText([] { loadDataset(specFor(DataKind::Idx, "")); });
    QVERIFY2(message.startsWith("data.folder: is empty"), qPrintable(message));
}

void TestSource::describesWithoutReadingTheData()
{
    // Compressed files whose data ends too early: the headers alone are still right.
    QVERIFY(QFile::remove(path(trainImages)));
    QVERIFY(writeFile(path("train-images-idx3-ubyte.gz"), gzipped(imageFile(4, 2, 3).chopped(2))));
    DataSpec spec = specFor(DataKind::Idx, m_folder->path());
    spec.trainLimit = 3;
    const DatasetSummary summary = describeDataset(spec);
    QVERIFY2(summary.found, summary.message.c_str());
    QCOMPARE(summary.trainCount, 3);
    QCOMPARE(summary.testCount, 2);
    QCOMPARE(summary.height, 2);
    QCOMPARE(summary.width, 3);
    QCOMPARE(summary.channels, 1);
    QCOMPARE(summary.classes, 0);
    QCOMPARE(QString::fromStdString(summary.message),
             m_folder->path() + ": the first 3 of 4 training and 2 test images of 2 x 3");
    QVERIFY(!test::refusalText([&] { loadDataset(spec); }).isEmpty());
}

void TestSource::realFashionMnist()
{
    if (!QDir(fashionMnistFolder).exists())
        QSKIP("the package dataset-fashion-mnist is not installed");
    const Dataset data = loadDataset({});
    qInfo("train %s, test %s", data.trainSha256.c_str(), data.testSha256.c_str());
    QCOMPARE(data.name, std::string("Fashion-MNIST"));
    QCOMPARE(data.inputs(), 784);
    QCOMPARE(data.train.count, 60'000);
    QCOMPARE(data.test.count, 10'000);
    QCOMPARE(data.classes(), 10);
    QCOMPARE(data.classNames[data.train.labels[0]], std::string("Ankle boot"));
    QCOMPARE(data.trainSha256,
             std::string("16d82e2b505296aa2b78bd5ea0992634f30419a4c97def7c907d154a35ac6157"));
    QCOMPARE(data.testSha256,
             std::string("9f1ec356a747bfe4ebab3cfb722d3694c9ca737e2570f6f90cf31d7b6fd689d4"));
    const DatasetSummary summary = describeDataset({});
    QVERIFY(summary.found);
    QCOMPARE(summary.trainCount, 60'000);
    QCOMPARE(summary.classes, 10);
}

QTEST_GUILESS_MAIN(TestSource)
#include "tst_source.moc"
