#include "datasets/hdf5_set.h"
#include "tests/datasets/hdf5_files.h"
#include "tests/refusal_text.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

using namespace ternbench;
using namespace ternbench::testing;

Q_DECLARE_METATYPE(Edit)
Q_DECLARE_METATYPE(Extents)

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

/// The half next to a number of its normal range, towards zero; 0 below that range.
std::uint16_t halfOf(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const int exponent = int(bits >> 23 & 0xFF) - 127 + 15;
    if (exponent <= 0)
        return 0;
    return std::uint16_t((bits >> 16 & 0x8000) | std::uint32_t(exponent) << 10 | (bits >> 13 & 0x3FF));
}

double valueOfHalf(std::uint16_t half)
{
    const int exponent = half >> 10 & 0x1F, mantissa = half & 0x3FF;
    const double size =
        exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
    return half & 0x8000 ? -size : size;
}

} // namespace

class TestHdf5Set : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_set.write(); }
    void readsEveryType_data();
    void readsEveryType();
    void readsEveryShape_data();
    void readsEveryShape();
    void readsEveryTypeOfLabels_data();
    void readsEveryTypeOfLabels();
    void readsEveryHalf();
    void readsMoreThanOnePiece();
    void spreadsFloatsByTheTrainingImages();
    void leavesOtherContentAlone();
    void limits();
    void samples();
    void describesWithoutReadingTheValues();

private:
    DataSpec spec() const { return m_set.spec(); }
    QString path() const { return QString::fromStdString(m_set.path()); }

    QTemporaryDir m_folder;
    SmallSet m_set{m_folder.filePath("small set.h5").toStdString()};
};

void TestHdf5Set::readsEveryType_data()
{
    QTest::addColumn<Edit>("edit");
    QTest::addColumn<bool>("floats");
    QTest::addColumn<QString>("type");
    const auto row = [](const char* name, hid_t type, auto zero, bool bigEndian) {
        using T = decltype(zero);
        const double unit = std::is_floating_point_v<T> ? 1.0 / 255 : 1.0;
        QTest::newRow(name) << Edit([=](const h5::Handle& file) {
            put(file, "x_train", type, {3, 2, 2}, bytesOf(valuesOf<T>(12, false, unit), bigEndian));
            put(file, "x_test", type, {2, 2, 2}, bytesOf(valuesOf<T>(8, true, unit), bigEndian));
        }) << std::is_floating_point_v<T> << QString(name).section(' ', 0, 0);
    };
    const auto half = [](const char* name, bool bigEndian) {
        QTest::newRow(name) << Edit([=](const h5::Handle& file) {
            const h5::Handle type = halfType(bigEndian);
            for (const auto& [part, count] : {std::pair{"x_train", hsize_t{3}}, {"x_test", hsize_t{2}}}) {
                std::vector<std::uint16_t> values;
                for (const float value : valuesOf<float>(4 * count, count == 2, 1.0 / 255))
                    values.push_back(halfOf(value));
                put(file, part, type.id(), {count, 2, 2}, bytesOf(values, bigEndian));
            }
        }) << true << "float16";
    };
    row("uint8", H5T_STD_U8LE, std::uint8_t{}, false);
    row("uint16", H5T_STD_U16LE, std::uint16_t{}, false);
    row("uint16 big-endian", H5T_STD_U16BE, std::uint16_t{}, true);
    row("int16", H5T_STD_I16LE, std::int16_t{}, false);
    row("int32 big-endian", H5T_STD_I32BE, std::int32_t{}, true);
    row("int64", H5T_STD_I64LE, std::int64_t{}, false);
    row("uint64 big-endian", H5T_STD_U64BE, std::uint64_t{}, true);
    row("float32", H5T_IEEE_F32LE, float{}, false);
    row("float32 big-endian", H5T_IEEE_F32BE, float{}, true);
    row("float64", H5T_IEEE_F64LE, double{}, false);
    row("float64 big-endian", H5T_IEEE_F64BE, double{}, true);
    half("float16", false);
    half("float16 big-endian", true);
}

void TestHdf5Set::readsEveryType()
{
    QFETCH(Edit, edit);
    QFETCH(bool, floats);
    QFETCH(QString, type);
    m_set.edit(edit);
    QCOMPARE(QString::fromStdString(readHdf5Shape(spec()).typeName), type);
    const Dataset data = loadDataset(spec());
    QCOMPARE(data.train.pixels, valuesOf<std::uint8_t>(12, false));
    QCOMPARE(data.test.pixels, valuesOf<std::uint8_t>(8, true));
    QCOMPARE(data.byteMap.has_value(), floats);
    QVERIFY(!floats || *data.byteMap == (ByteMap{0.0, 1.0}));
    QCOMPARE(data.train.labels, (std::vector<std::uint8_t>{2, 0, 1}));
    QCOMPARE(data.test.labels, (std::vector<std::uint8_t>{1, 0}));
}

void TestHdf5Set::readsEveryShape_data()
{
    QTest::addColumn<Extents>("image");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("channels");
    QTest::addColumn<QString>("size");
    QTest::newRow("flat") << Extents{7} << 1 << 7 << 1 << "7 values";
    QTest::newRow("one value") << Extents{1} << 1 << 1 << 1 << "1 values";
    QTest::newRow("square") << Extents{3, 3} << 3 << 3 << 1 << "3 x 3";
    QTest::newRow("lying") << Extents{2, 5} << 2 << 5 << 1 << "2 x 5";
    QTest::newRow("standing") << Extents{5, 2} << 5 << 2 << 1 << "5 x 2";
    QTest::newRow("colours") << Extents{2, 5, 3} << 2 << 5 << 3 << "2 x 5 with 3 channels";
    QTest::newRow("one channel") << Extents{4, 3, 1} << 4 << 3 << 1 << "4 x 3";
    QTest::newRow("largest side") << Extents{1, 4096} << 1 << 4096 << 1 << "4096 values";
    QTest::newRow("most channels") << Extents{1, 1, 64} << 1 << 1 << 64 << "1 x 1 with 64 channels";
}

void TestHdf5Set::readsEveryShape()
{
    QFETCH(Extents, image);
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(int, channels);
    QFETCH(QString, size);
    const std::size_t values = productOf(image);
    for (const bool floats : {false, true}) {
        m_set.edit([&](const h5::Handle& file) {
            for (const auto& [name, count] : {std::pair{"x_train", hsize_t{3}}, {"x_test", hsize_t{2}}}) {
                Extents shape{count};
                shape.insert(shape.end(), image.begin(), image.end());
                const bool test = count == 2;
                if (floats)
                    put64(file, name, shape, valuesOf<double>(count * values, test, 1.0 / 255));
                else
                    putValues(file, name, H5T_STD_U8LE, shape, valuesOf<std::uint8_t>(count * values, test));
            }
        });
        const Dataset data = loadDataset(spec());
        for (const LabelledImages* part : {&data.train, &data.test}) {
            QCOMPARE(part->height, height);
            QCOMPARE(part->width, width);
            QCOMPARE(part->channels, channels);
            QCOMPARE(part->inputs, int(values));
        }
        QCOMPARE(data.inputs(), int(values));
        QCOMPARE(data.train.pixels, valuesOf<std::uint8_t>(3 * values, false));
        QCOMPARE(data.test.pixels, valuesOf<std::uint8_t>(2 * values, true));
        const QString message = QString::fromStdString(describeDataset(spec()).message);
        const QString map = " (float64, brought to 8 bits by the range of the training images)";
        QCOMPARE(message, path() + ": 3 training and 2 test images of " + size + (floats ? map : QString()));
    }
}

void TestHdf5Set::readsEveryTypeOfLabels_data()
{
    QTest::addColumn<Edit>("edit");
    const auto row = [](const char* name, hid_t type, auto zero, bool bigEndian, bool column) {
        using T = decltype(zero);
        QTest::newRow(name) << Edit([=](const h5::Handle& file) {
            const Extents train = column ? Extents{3, 1} : Extents{3},
                          test = column ? Extents{2, 1} : Extents{2};
            put(file, "y_train", type, train, bytesOf(std::vector<T>{9, 0, 127}, bigEndian));
            put(file, "y_test", type, test, bytesOf(std::vector<T>{126, 3}, bigEndian));
        });
    };
    row("uint8", H5T_STD_U8LE, std::uint8_t{}, false, false);
    row("int8", H5T_STD_I8LE, std::int8_t{}, false, false);
    row("int16 big-endian", H5T_STD_I16BE, std::int16_t{}, true, false);
    row("int32 in a column", H5T_STD_I32LE, std::int32_t{}, false, true);
    row("int64", H5T_STD_I64LE, std::int64_t{}, false, false);
    row("uint64 big-endian, in a column", H5T_STD_U64BE, std::uint64_t{}, true, true);
}

void TestHdf5Set::readsEveryTypeOfLabels()
{
    QFETCH(Edit, edit);
    m_set.edit(edit);
    const Dataset data = loadDataset(spec());
    QCOMPARE(data.train.labels, (std::vector<std::uint8_t>{9, 0, 127}));
    QCOMPARE(data.test.labels, (std::vector<std::uint8_t>{126, 3}));
    QCOMPARE(data.classes(), 128); // 0 to the largest of both parts
    QCOMPARE(data.classNames.back(), std::string("127"));
    QCOMPARE(data.name, std::string("small set"));
    QCOMPARE(data.origin, m_set.path());
}

/// Normal and subnormal numbers and both zeros: the library converts them bit by bit.
void TestHdf5Set::readsEveryHalf()
{
    for (const bool bigEndian : {false, true}) {
        std::vector<std::uint16_t> halves;
        for (int bits = 0; bits <= 0xFFFF; ++bits)
            if ((bits >> 10 & 0x1F) != 0x1F) // neither infinite nor NaN
                halves.push_back(std::uint16_t(bits));
        m_set.edit([&](const h5::Handle& file) {
            put(file, "x_train", halfType(bigEndian).id(), {halves.size()}, bytesOf(halves, bigEndian));
        });
        std::vector<double> values(halves.size());
        h5::File::open(m_set.path(), h5::Maker::AnyProgram).root().readEntries<double>("x_train", 0, values);
        for (std::size_t i = 0; i < halves.size(); ++i)
            QCOMPARE(values[i], valueOfHalf(halves[i]));
    }
}

/// A piece holds 131,072 values.
void TestHdf5Set::readsMoreThanOnePiece()
{
    constexpr std::size_t count = 700, values = 400;
    std::vector<std::int64_t> labels(count);
    for (std::size_t i = 0; i < count; ++i)
        labels[i] = std::int64_t(i * 5 % 256);
    for (const bool floats : {false, true}) {
        m_set.edit([&](const h5::Handle& file) {
            const Extents shape{count, 20, 20}, test{2, 20, 20};
            if (floats) {
                put64(file, "x_train", shape, valuesOf<double>(count * values, false, 1.0 / 255));
                put64(file, "x_test", test, valuesOf<double>(2 * values, true, 1.0 / 255));
            } else {
                putValues(file, "x_train", H5T_STD_I32LE, shape,
                          valuesOf<std::int32_t>(count * values, false));
                putValues(file, "x_test", H5T_STD_I32LE, test, valuesOf<std::int32_t>(2 * values, true));
            }
            putLabels(file, "y_train", {count}, labels);
        });
        const Dataset data = loadDataset(spec());
        QCOMPARE(data.train.pixels, valuesOf<std::uint8_t>(count * values, false));
        for (std::size_t i = 0; i < count; ++i)
            QCOMPARE(std::int64_t{data.train.labels[i]}, labels[i]);
    }
}

void TestHdf5Set::spreadsFloatsByTheTrainingImages()
{
    m_set.edit([](const h5::Handle& file) {
        put64(file, "x_train", {3, 2}, {-1.0, 2.0, 0.5, 0.0, 1.0, -1.0});
        put64(file, "x_test", {2, 2}, {-5.0, 9.0, 2.0, 0.5});
    });
    const Dataset data = loadDataset(spec());
    QVERIFY(data.byteMap == (ByteMap{-1.0, 2.0}));
    QCOMPARE(data.byteMap->text(), std::string("-1..2 to 0..255"));
    QCOMPARE(data.train.pixels, (std::vector<std::uint8_t>{0, 255, 128, 85, 170, 0})); // 127.5 is rounded up
    QCOMPARE(data.test.pixels, (std::vector<std::uint8_t>{0, 255, 255, 128}));
    // Within 0..1 values keep their ratio to 1.
    m_set.edit([](const h5::Handle& file) {
        put64(file, "x_train", {3, 2}, {0.2, 0.4, 0.2, 0.4, 0.4, 0.4});
    });
    QCOMPARE(loadDataset(spec()).train.pixels, (std::vector<std::uint8_t>{51, 102, 51, 102, 102, 102}));
}

void TestHdf5Set::leavesOtherContentAlone()
{
    const Dataset before = loadDataset(spec());
    m_set.edit([](const h5::Handle& file) {
        putLabels(file, "epochs", {}, {3});
        put64(file, "mean", {2, 2}, {notANumber, 0, 0, 0});
        const h5::Handle group(H5Gcreate2(file.id(), "more", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                               H5Gclose);
        putLabels(group, "x_train", {1}, {-1});
    });
    const Dataset after = loadDataset(spec());
    QCOMPARE(after.trainSha256, before.trainSha256);
    QCOMPARE(after.testSha256, before.testSha256);
}

void TestHdf5Set::limits()
{
    DataSpec some = spec();
    some.trainLimit = 2;
    some.testLimit = 1;
    const Dataset data = loadDataset(some);
    QCOMPARE(data.train.count, 2);
    QCOMPARE(data.train.pixels, valuesOf<std::uint8_t>(8, false));
    QCOMPARE(data.train.labels, (std::vector<std::uint8_t>{2, 0}));
    QCOMPARE(data.test.pixels, valuesOf<std::uint8_t>(4, true));
    QCOMPARE(data.test.labels, (std::vector<std::uint8_t>{1}));
    some.trainLimit = 1;
    QCOMPARE(loadDataset(some).classes(), 3); // of the whole set
    some.trainLimit = some.testLimit = 50;
    QCOMPARE(loadDataset(some).train.count, 3);
    QCOMPARE(loadDataset(some).test.count, 2);
    some.testLimit = -3;
    QCOMPARE(test::refusalText([&] { loadDataset(some); }),
             QString("data.test_limit: -3 is not allowed: must be 0 (all) or more"));
    // What makes bytes of floats is of the whole set, too.
    m_set.edit([](const h5::Handle& file) {
        put64(file, "x_train", {3, 2}, {0.0, 1.0, 0.5, 0.5, 0.0, 4.0});
        put64(file, "x_test", {2, 2}, {0.0, 1.0, 0.0, 1.0});
    });
    some = spec();
    some.trainLimit = 1;
    QCOMPARE(loadDataset(some).train.pixels, (std::vector<std::uint8_t>{0, 64}));
}

void TestHdf5Set::samples()
{
    const LabelledImages two = readSamples(spec(), 2);
    QCOMPARE(two.count, 2);
    QCOMPARE(two.height, 2);
    QCOMPARE(two.pixels, valuesOf<std::uint8_t>(8, false));
    QCOMPARE(two.labels, (std::vector<std::uint8_t>{2, 0}));
    QCOMPARE(readSamples(spec(), 50).count, 3);
    QCOMPARE(readSamples(spec(), 0).count, 0);
    m_set.edit([](const h5::Handle& file) {
        put64(file, "x_train", {3, 2}, {0.0, 1.0, 0.5, 0.5, 0.0, 4.0});
        put64(file, "x_test", {2, 2}, {0.0, 1.0, 0.0, 1.0});
    });
    QCOMPARE(readSamples(spec(), 1).pixels, (std::vector<std::uint8_t>{0, 64})); // as in the whole set
}

void TestHdf5Set::describesWithoutReadingTheValues()
{
    m_set.edit([](const h5::Handle& file) {
        put64(file, "x_train", {3, 2, 2}, std::vector<double>(12, notANumber));
        put64(file, "x_test", {2, 2, 2}, std::vector<double>(8, notANumber));
    });
    DataSpec some = spec();
    some.trainLimit = 2;
    const DatasetSummary summary = describeDataset(some);
    QVERIFY2(summary.found, summary.message.c_str());
    QCOMPARE(summary.trainCount, 2);
    QCOMPARE(summary.testCount, 2);
    QCOMPARE(summary.height, 2);
    QCOMPARE(summary.width, 2);
    QCOMPARE(summary.channels, 1);
    QCOMPARE(summary.classes, 0);
}

QTEST_GUILESS_MAIN(TestHdf5Set)
#include "tst_hdf5_set.moc"
