#include "core/packed/bit_packing.h"
#include "core/random.h"

#include <QTest>

#include <vector>

using namespace ternbench;

class TestBitPacking : public QObject
{
    Q_OBJECT

private slots:
    void leastSignificantBitFirst_data();
    void leastSignificantBitFirst();
    void roundTrip_data();
    void roundTrip();
    void bitOfIndexInString();
    void paddingMustBeZero();
};

void TestBitPacking::leastSignificantBitFirst_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<QList<unsigned>>("indexes");
    QTest::addColumn<QByteArray>("bytes");
    // 3 bits: 001, 110, 011 -> ...011 110 001 from the top: 1 bit of 011 falls into the second byte.
    QTest::newRow("3 bits") << 3 << QList<unsigned>{1, 6, 3} << QByteArray::fromHex("f100");
    QTest::newRow("3 bits across bytes") << 3 << QList<unsigned>{1, 6, 7} << QByteArray::fromHex("f101");
    QTest::newRow("1 bit") << 1 << QList<unsigned>{1, 0, 0, 0, 0, 0, 0, 1, 1} << QByteArray::fromHex("8101");
    QTest::newRow("8 bits") << 8 << QList<unsigned>{0x12, 0xAB} << QByteArray::fromHex("12ab");
    QTest::newRow("10 bits") << 10 << QList<unsigned>{0x3FF, 0, 0x201} << QByteArray::fromHex("ff031020");
    QTest::newRow("20 bits") << 20 << QList<unsigned>{0xABCDE} << QByteArray::fromHex("debc0a");
    QTest::newRow("none") << 7 << QList<unsigned>{} << QByteArray();
}

void TestBitPacking::leastSignificantBitFirst()
{
    QFETCH(int, bits);
    QFETCH(QList<unsigned>, indexes);
    const std::vector<std::uint32_t> values(indexes.begin(), indexes.end());
    std::vector<std::uint8_t> bytes(packedBytes(values.size(), bits));
    packIndexes(values, bits, bytes);
    QTEST(QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())), "bytes");
}

void TestBitPacking::roundTrip_data()
{
    QTest::addColumn<int>("bits");
    for (int bits = 1; bits <= 20; ++bits)
        QTest::addRow("%d bits", bits) << bits;
}

void TestBitPacking::roundTrip()
{
    QFETCH(int, bits);
    Random random(1, 100, std::uint64_t(bits));
    for (std::size_t count : {1u, 2u, 3u, 5u, 7u, 8u, 9u, 13u, 63u, 98u, 129u}) {
        std::vector<std::uint32_t> indexes(count);
        for (std::uint32_t& index : indexes)
            index = random.below(1u << bits);
        indexes[count / 2] = (1u << bits) - 1; // all ones must not spill
        QCOMPARE(packedBytes(count, bits), (count * std::size_t(bits) + 7) / 8);
        std::vector<std::uint8_t> bytes(packedBytes(count, bits), 0xAA); // every byte is written
        packIndexes(indexes, bits, bytes);
        std::vector<std::uint32_t> back(count);
        QVERIFY(unpackIndexes(bytes, bits, back));
        QCOMPARE(back, indexes);
    }
}

void TestBitPacking::bitOfIndexInString()
{
    // Bit i of index g is bit g·b + i of the string, as the format says.
    constexpr int bits = 11;
    Random random(1, 101);
    std::vector<std::uint32_t> indexes(17);
    for (std::uint32_t& index : indexes)
        index = random.below(1u << bits);
    std::vector<std::uint8_t> bytes(packedBytes(indexes.size(), bits));
    packIndexes(indexes, bits, bytes);
    for (std::size_t g = 0; g < indexes.size(); ++g)
        for (std::size_t i = 0; i < bits; ++i) {
            const std::size_t position = g * bits + i;
            QCOMPARE((bytes[position / 8] >> (position % 8)) & 1, int((indexes[g] >> i) & 1u));
        }
}

void TestBitPacking::paddingMustBeZero()
{
    const std::vector<std::uint32_t> indexes{5, 2, 7};
    std::vector<std::uint8_t> bytes(packedBytes(indexes.size(), 3)); // 9 bits in 16
    packIndexes(indexes, 3, bytes);
    std::vector<std::uint32_t> back(indexes.size());
    for (int bit = 9; bit < 16; ++bit) {
        std::vector<std::uint8_t> damaged = bytes;
        damaged[1] = std::uint8_t(damaged[1] | (1 << (bit - 8)));
        QVERIFY2(!unpackIndexes(damaged, 3, back), qPrintable(QString("bit %1").arg(bit)));
    }
    QVERIFY(unpackIndexes(bytes, 3, back));
}

QTEST_GUILESS_MAIN(TestBitPacking)
#include "tst_bit_packing.moc"
