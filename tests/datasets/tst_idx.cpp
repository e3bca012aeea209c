#include "tests/datasets/idx_files.h"
#include "tests/refusal_text.h"

#include <QTemporaryDir>

#include <sys/resource.h>

using namespace ternbench;
using namespace ternbench::testing;

class TestIdx : public QObject
{
    Q_OBJECT

private slots:
    void init() { QVERIFY(m_folder.isValid()); }
    void readsImages_data();
    void readsImages();
    void readsChannels();
    void readsLabels();
    void readsFirstOnly();
    void readsMoreThanOneStep();
    void refusesImages_data();
    void refusesImages();
    void refusesLabels_data();
    void refusesLabels();
    void refusesWhatIsNoFile();
    void hugeHeaderTakesNoMemory_data();
    void hugeHeaderTakesNoMemory();

private:
    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    std::filesystem::path made(const char* name, const QByteArray& bytes) const
    {
        writeFile(m_folder.filePath(name), bytes);
        return path(name);
    }

    QTemporaryDir m_folder;
};

void TestIdx::readsImages_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray plain = imageFile(3, 4, 5);
    QTest::newRow("plain") << "images" << plain;
    QTest::newRow("gzip") << "images.gz" << gzipped(plain);
    QTest::newRow("gzip without .gz in its name") << "images-gzip" << gzipped(plain);
}

void TestIdx::readsImages()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    const auto file = made(qPrintable(name), bytes);
    const IdxImageShape expected{3, 4, 5, 1};
    QVERIFY(readIdxImageShape(file) == expected);
    const IdxImages images = readIdxImages(file);
    QVERIFY(images.shape == expected);
    QCOMPARE(images.pixels.size(), std::size_t{60});
    for (std::size_t i = 0; i < images.pixels.size(); ++i)
        QCOMPARE(std::size_t{images.pixels[i]}, i);
}

void TestIdx::readsChannels()
{
    const IdxImages images = readIdxImages(made("rgb", words({0x804, 2, 4, 5, 3}) + ramp(120)));
    QVERIFY((images.shape == IdxImageShape{2, 4, 5, 3}));
    QCOMPARE(images.shape.inputs(), 60);
    QCOMPARE(images.pixels.size(), std::size_t{120});
    QCOMPARE(int{images.pixels.back()}, 119);
}

void TestIdx::readsLabels()
{
    const auto file = made("labels.gz", gzipped(labelFile(QByteArray("\x07\x00\xFF", 3))));
    QCOMPARE(readIdxLabelCount(file), 3);
    QCOMPARE(readIdxLabels(file), (std::vector<std::uint8_t>{7, 0, 255}));
}

void TestIdx::readsFirstOnly()
{
    // A window's sample strip must not depend on the end of the file.
    const auto images = made("first", imageFile(3, 4, 5).chopped(1));
    QCOMPARE(readFirstIdxImages(made("whole", imageFile(3, 4, 5)), 2).pixels.size(), std::size_t{40});
    QCOMPARE(readFirstIdxImages(path("whole"), 2).shape.count, 2);
    QCOMPARE(readFirstIdxImages(path("whole"), 9).shape.count, 3);
    QCOMPARE(readFirstIdxImages(path("whole"), -1).shape.count, 0);
    QVERIFY(!test::refusalText([&] { readFirstIdxImages(images, 3); }).isEmpty());
    const auto labels = made("labels", labelFile("\1\2\3"));
    QCOMPARE(readFirstIdxLabels(labels, 2), (std::vector<std::uint8_t>{1, 2}));
}

void TestIdx::readsMoreThanOneStep()
{
    // 40 MB: the reader takes memory in steps of 16 MiB and more.
    const int count = 400, side = 320;
    const IdxImages images = readIdxImages(made("large", imageFile(count, side, side)));
    QCOMPARE(images.pixels.size(), std::size_t{40'960'000});
    for (std::size_t i = 0; i < images.pixels.size(); i += 1009)
        QCOMPARE(std::size_t{images.pixels[i]}, i % 251);
}

void TestIdx::refusesImages_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("said");
    const QByteArray good = imageFile(3, 4, 5);
    const QByteArray zipped = gzipped(good);
    QByteArray damaged = zipped;
    damaged[damaged.size() - 6] = static_cast<char>(~damaged[damaged.size() - 6]); // inside the CRC-32

    const auto row = [](const char* title, const QString& name, const QByteArray& bytes, const char* said) {
        QTest::newRow(title) << name << bytes << said;
    };
    row("empty", "a", {}, "ends inside the IDX header");
    row("empty .gz", "a.gz", {}, "is empty");
    row(".gz is not gzip", "a.gz", good, "is not gzip data");
    row("gzip truncated", "a.gz", zipped.chopped(12), "gzip data ends too early");
    row("gzip without its end mark", "a.gz", zipped.chopped(1), "gzip data ends too early");
    row("gzip cut in its header", "a.gz", zipped.first(5), "gzip data ends too early");
    row("gzip checksum wrong", "a.gz", damaged, "gzip data is damaged");
    row("gzip twice", "a.gz", gzipped(zipped), "compressed a second time");
    row("header truncated", "a", good.first(10), "ends inside the IDX header");
    row("data truncated", "a", good.chopped(1), "which a file of this size cannot hold");
    row("data truncated before gzip", "a.gz", gzipped(good.chopped(1)),
        "holds 59 bytes of data, the header says 60");
    row("no data", "a.gz", gzipped(good.first(16)), "holds 0 bytes of data");
    row("trailing data", "a", good + "x", "goes on after the 60 bytes");
    row("trailing data before gzip", "a.gz", gzipped(good + "x"), "goes on after the 60 bytes");
    row("labels instead", "a", labelFile("\1\2\3"), "starts with 0x00000801, which is a file of labels");
    row("signed bytes", "a", words({0x903, 1, 1, 1}) + "x",
        "0x00000903, which is IDX with 3 dimensions of signed bytes");
    row("floats", "a", words({0xD03, 1, 1, 1}) + "abcd", "of 32-bit floats");
    row("two dimensions", "a", words({0x802, 1, 1}) + "x", "with 2 dimensions of unsigned bytes");
    row("unknown type", "a", words({0x703, 1, 1, 1}) + "x", "0x00000703, which is not an IDX file");
    row("something else", "a", QByteArray("\x89PNG\r\n\x1a\n", 8), "0x89504e47, which is not an IDX file");
    row("little endian", "a", QByteArray("\x03\x08\0\0", 4) + good.mid(4),
        "0x03080000, which is not an IDX file");
    row("no images", "a", words({0x803, 0, 4, 5}), "image count 0; 1..2,147,483,647 is allowed");
    row("zero height", "a", words({0x803, 3, 0, 5}), "height 0; 1..4,096 is allowed");
    row("zero width", "a", words({0x803, 3, 4, 0}), "width 0; 1..4,096 is allowed");
    row("zero channels", "a", words({0x804, 3, 4, 5, 0}), "channels 0; 1..64 is allowed");
    row("too high", "a", words({0x803, 1, 4097, 1}) + ramp(4097), "height 4,097; 1..4,096 is allowed");
    row("too many channels", "a", words({0x804, 1, 1, 1, 65}) + ramp(65), "channels 65; 1..64 is allowed");
    row("negative count", "a", words({0x803, 0xFFFFFFFF, 4, 5}), "image count 4,294,967,295");
}

void TestIdx::refusesImages()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, said);
    const auto file = made(qPrintable(name), bytes);
    const QString message = test::refusalText([&] { readIdxImages(file); });
    QVERIFY2(message.contains(said), qPrintable(message));
    QVERIFY2(message.startsWith(QString::fromStdString(file.string()) + ": "), qPrintable(message));
}

void TestIdx::refusesLabels_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("said");
    const QByteArray good = labelFile("\1\2\3");
    QTest::newRow("images instead") << imageFile(1, 1, 1)
                                    << "starts with 0x00000803, which is a file of images";
    QTest::newRow("no labels") << words({0x801, 0}) << "label count 0";
    QTest::newRow("truncated") << good.chopped(1) << "which a file of this size cannot hold";
    QTest::newRow("trailing data") << good + "x"
                                   << "goes on after the 3 bytes";
    QTest::newRow("16-bit labels") << words({0xB01, 1}) + "ab"
                                   << "of 16-bit integers";
    QTest::newRow("header truncated") << good.first(6) << "ends inside the IDX header";
}

void TestIdx::refusesLabels()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, said);
    const auto file = made("labels", bytes);
    const QString message = test::refusalText([&] { readIdxLabels(file); });
    QVERIFY2(message.contains(said), qPrintable(message));
    QVERIFY2(message.startsWith(QString::fromStdString(file.string()) + ": "), qPrintable(message));
}

void TestIdx::refusesWhatIsNoFile()
{
    QVERIFY(test::refusalText([&] { readIdxImages(path("missing")); }).endsWith("missing: no such file"));
    QVERIFY(
        test::refusalText([&] { readIdxImages(m_folder.path().toStdString()); }).endsWith(": is not a file"));
}

void TestIdx::hugeHeaderTakesNoMemory_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("said");
    const QString tooSmall = "which a file of this size cannot hold";
    const QByteArray filling(1000, '\0');
    const QByteArray product64 = words({0x804, 0x7FFFFFFF, 4096, 4096, 64}) + filling;
    // 65536 · 65536 bytes: 0 in 32 bits.
    const QByteArray product32 = words({0x803, 0x10000, 256, 256}) + filling;
    QTest::newRow("2^61 bytes") << "a" << product64 << tooSmall;
    QTest::newRow("2^61 bytes, gzip") << "a.gz" << gzipped(product64) << tooSmall;
    QTest::newRow("2^32 bytes") << "a" << product32 << tooSmall;
    QTest::newRow("2^32 bytes, gzip") << "a.gz" << gzipped(product32) << tooSmall;
    // 6 MB of gzip could hold 5 GB, so only the limit on the memory stops this one.
    QByteArray noise(6'000'000, '\0');
    std::uint32_t state = 1;
    for (char& byte : noise)
        byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    QTest::newRow("5 GB that gzip could hold")
        << "a.gz" << gzipped(words({0x803, 5000, 1000, 1000}) + noise) << "at most 4,294,967,296 are allowed";
    QTest::newRow("4 GB that the limit allows")
        << "a.gz" << gzipped(words({0x803, 4000, 1000, 1000}) + noise)
        << "holds 6,000,000 bytes of data, the header says 4,000,000,000";
}

/// Memory of this process that may be mapped while a false header is read.
class AddressSpaceLimit
{
public:
    explicit AddressSpaceLimit(rlim_t bytes)
    {
        getrlimit(RLIMIT_AS, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = bytes;
        m_set = setrlimit(RLIMIT_AS, &limit) == 0;
    }
    ~AddressSpaceLimit() { setrlimit(RLIMIT_AS, &m_before); }
    AddressSpaceLimit(const AddressSpaceLimit&) = delete;
    AddressSpaceLimit& operator=(const AddressSpaceLimit&) = delete;

    bool isSet() const { return m_set; }

private:
    rlimit m_before{};
    bool m_set = false;
};

void TestIdx::hugeHeaderTakesNoMemory()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the sanitizers map more address space than the limit of this test");
#endif
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, said);
    const auto file = made(qPrintable(name), bytes);
    QString message;
    {
        const AddressSpaceLimit limit(rlim_t{1} << 30);
        QVERIFY(limit.isSet());
        message = test::refusalText([&] { readIdxImages(file); });
    }
    QVERIFY2(message.contains(said), qPrintable(message));
}

QTEST_GUILESS_MAIN(TestIdx)
#include "tst_idx.moc"
