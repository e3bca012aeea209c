#include "core/code/codebook.h"
#include "core/error.h"
#include "core/packed/coding_comparison.h"
#include "core/packed/packed_file.h"
#include "core/packed/ternary_codings.h"
#include "core/random.h"

#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

using Weights = std::vector<std::int8_t>;

/// A stream of bits, most plainly: one bool a bit.
class Bits
{
public:
    void put(std::uint64_t value, int bits)
    {
        for (int i = 0; i < bits; ++i)
            m_bits.push_back((value >> i) & 1);
    }
    std::uint64_t take(int bits)
    {
        std::uint64_t value = 0;
        for (int i = 0; i < bits; ++i)
            value |= std::uint64_t{m_bits.at(m_at++)} << i;
        return value;
    }
    std::uint64_t size() const { return m_bits.size(); }
    bool atEnd() const { return m_at == m_bits.size(); }

private:
    std::vector<bool> m_bits;
    std::size_t m_at = 0;
};

Bits encodeCsr(const TernaryMatrix& matrix)
{
    Bits bits;
    std::uint64_t pointer = 0;
    bits.put(pointer, 32);
    for (std::uint64_t row = 0; row < matrix.rows; ++row) {
        for (std::uint64_t j = 0; j < matrix.fanIn; ++j)
            pointer += matrix.weights[row * matrix.fanIn + j] != 0 ? 1 : 0;
        bits.put(pointer, 32);
    }
    const int width = int(std::ceil(std::log2(double(matrix.fanIn))));
    for (std::uint64_t i = 0; i < matrix.count(); ++i)
        if (matrix.weights[i] != 0) {
            bits.put(i % matrix.fanIn, width);
            bits.put(matrix.weights[i] < 0 ? 1 : 0, 1);
        }
    return bits;
}

Weights decodeCsr(Bits bits, std::uint64_t rows, std::uint64_t fanIn)
{
    Weights weights(rows * fanIn, 0);
    std::vector<std::uint64_t> pointers;
    for (std::uint64_t i = 0; i <= rows; ++i)
        pointers.push_back(bits.take(32));
    const int width = int(std::ceil(std::log2(double(fanIn))));
    for (std::uint64_t row = 0; row < rows; ++row)
        for (std::uint64_t i = pointers[row]; i < pointers[row + 1]; ++i) {
            const std::uint64_t column = bits.take(width);
            weights[row * fanIn + column] = bits.take(1) ? -1 : 1;
        }
    return bits.atEnd() ? weights : Weights{};
}

Bits encodeBitmap(const TernaryMatrix& matrix)
{
    Bits bits;
    for (const std::int8_t weight : matrix.weights)
        bits.put(weight != 0 ? 1 : 0, 1);
    for (const std::int8_t weight : matrix.weights)
        if (weight != 0)
            bits.put(weight < 0 ? 1 : 0, 1);
    return bits;
}

Bits encodeRuns(const TernaryMatrix& matrix, int width)
{
    const std::uint64_t escape = (1u << width) - 1;
    Bits bits;
    bits.put(std::uint64_t(width - 1), 4);
    std::uint64_t zeros = 0;
    for (const std::int8_t weight : matrix.weights) {
        if (weight == 0) {
            ++zeros;
            continue;
        }
        for (; zeros >= escape; zeros -= escape)
            bits.put(escape, width);
        bits.put(zeros, width);
        bits.put(weight < 0 ? 1 : 0, 1);
        zeros = 0;
    }
    return bits;
}

Weights decodeRuns(Bits bits, std::uint64_t count)
{
    Weights weights;
    const int width = int(bits.take(4)) + 1;
    const std::uint64_t escape = (1u << width) - 1;
    while (!bits.atEnd()) {
        const std::uint64_t token = bits.take(width);
        weights.insert(weights.end(), token, 0);
        if (token != escape)
            weights.push_back(bits.take(1) ? -1 : 1);
    }
    weights.resize(count, 0);
    return weights;
}

/// Weights of a density, some rows empty.
Weights randomWeights(std::uint64_t rows, std::uint64_t fanIn, double density, std::uint64_t key)
{
    Random random(3, 200, key);
    Weights weights(rows * fanIn, 0);
    for (std::int8_t& weight : weights)
        if (random.uniform() <= density)
            weight = random.below(2) ? 1 : -1;
    return weights;
}

IntegerLayer layerOf(const char* name, int rows, int fanIn, Code code, Weights weights)
{
    IntegerLayer layer;
    layer.name = name;
    layer.rows = rows;
    layer.fanIn = fanIn;
    layer.code = code;
    layer.weights = std::move(weights);
    return layer;
}

/// Random patterns of the code, padding zero.
IntegerLayer codedLayer(const char* name, int rows, int fanIn, Code code)
{
    const Codebook codebook(code);
    Random random(5, 201, std::uint64_t(fanIn));
    Weights weights;
    const int groups = (fanIn + code.groupSize - 1) / code.groupSize;
    Weights pattern(static_cast<std::size_t>(code.groupSize));
    for (int row = 0; row < rows; ++row)
        for (int g = 0; g < groups; ++g) {
            const int real = std::min(code.groupSize, fanIn - g * code.groupSize);
            codebook.unrank(real < code.groupSize ? 0 : random.below(codebook.size()), pattern);
            weights.insert(weights.end(), pattern.begin(), pattern.begin() + real);
        }
    return layerOf(name, rows, fanIn, code, weights);
}

} // namespace

class TestCodingComparison : public QObject
{
    Q_OBJECT

private slots:
    void handCounted();
    void wholeBlocksTakeTheirNominalBits();
    void realStreamsHaveTheseSizes_data();
    void realStreamsHaveTheseSizes();
    void bestRunWidthIsChosen();
    void threeOfFourNeedsThreeNonZeros_data();
    void threeOfFourNeedsThreeNonZeros();
    void entropies();
    void noCodeBeatsItsBound();
    void totalsAreSums();
    void indexesAgreeWithTheLedger();
    void everySizeStatesAnAssumption();
    void foreignWeightsAreRefused();
};

void TestCodingComparison::handCounted()
{
    // Two rows of ten weights under (8,2): two groups a row, 8 bits each.
    //                        group 0                      tail
    const Weights weights = {1, 0, 0, 0, 0, 0, -1, 0, /**/ 0, 0,   // zeros before non-zeros: 0, 5
                             0, 0, 0, 0, 1, 0, 0,  0, /**/ 0, -1}; // 7, 4
    IntegerNetwork network;
    network.layers = {layerOf("fc", 2, 10, {8, 2}, weights)};
    const CodingComparison comparison = compareCodings(network);
    const LayerCodings& layer = comparison.layers.front();
    QCOMPARE(layer.weights, std::uint64_t{20});
    QCOMPARE(layer.nonZeros, std::uint64_t{4});
    const auto bits = [&](CodingKind kind) { return layer.of(kind).bits; };
    QCOMPARE(bits(CodingKind::Indexes), std::uint64_t{2 * 2 * 8});
    QCOMPARE(bits(CodingKind::IndexesAndTable), std::uint64_t{32 + 129 * 8 * 8});
    QCOMPARE(bits(CodingKind::Float32), std::uint64_t{20 * 32});
    QCOMPARE(bits(CodingKind::EightBit), std::uint64_t{20 * 8});
    QCOMPARE(bits(CodingKind::TwoBit), std::uint64_t{2 * 24}); // 20 bits a row, padded to 3 bytes
    QCOMPARE(bits(CodingKind::FiveTrits), std::uint64_t{2 * 2 * 8});
    QCOMPARE(bits(CodingKind::Tq1_0), std::uint64_t{2 * 54 * 8}); // a whole block a row
    QCOMPARE(bits(CodingKind::Tq2_0), std::uint64_t{2 * 66 * 8});
    QCOMPARE(bits(CodingKind::ThreeOfFour), std::uint64_t{2 * 16}); // 3 blocks of 5 bits, padded
    QCOMPARE(bits(CodingKind::Csr), std::uint64_t{3 * 32 + 4 * (4 + 1)});
    QCOMPARE(bits(CodingKind::Bitmap), std::uint64_t{20 + 4});
    // w = 3 holds the runs 0, 5, 4 in one token and 7 in two: 4 + 5·3 + 4 = 23. w = 2: 1+2+3+2 tokens: 24.
    QCOMPARE(bits(CodingKind::RunLength), std::uint64_t{23});
    QCOMPARE(layer.of(CodingKind::Csr).bytes, std::uint64_t{15}); // 116 bits
    QVERIFY(!layer.of(CodingKind::ThreeOfFour).representable);
    QVERIFY(layer.of(CodingKind::ThreeOfFour).assumption.find("1 of 6 blocks") != std::string::npos);
    // 2 of +1, 2 of -1, 16 zeros: 4·log2(10) + 16·log2(1.25) = 18.44
    QCOMPARE(bits(CodingKind::WeightEntropy), std::uint64_t{19});
    // Four groups, four patterns: 2 bits each.
    QCOMPARE(bits(CodingKind::GroupEntropy), std::uint64_t{8});
}

void TestCodingComparison::wholeBlocksTakeTheirNominalBits()
{
    // 2,560 weights a row: divisible by 256, 8, 5 and 4, so nothing is padded.
    IntegerNetwork network;
    network.layers = {codedLayer("fc", 3, 2560, {8, 2})};
    const LayerCodings layer = compareCodings(network).total;
    const auto rate = [&](CodingKind kind) { return layer.bitsPerWeight(kind); };
    QCOMPARE(rate(CodingKind::Indexes), 1.0);
    QCOMPARE(rate(CodingKind::Float32), 32.0);
    QCOMPARE(rate(CodingKind::EightBit), 8.0);
    QCOMPARE(rate(CodingKind::TwoBit), 2.0);
    QCOMPARE(rate(CodingKind::FiveTrits), 1.6);
    QCOMPARE(rate(CodingKind::Tq1_0), 1.6875);
    QCOMPARE(rate(CodingKind::Tq2_0), 2.0625);
    QCOMPARE(rate(CodingKind::ThreeOfFour), 1.25);
}

void TestCodingComparison::realStreamsHaveTheseSizes_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("fanIn");
    QTest::addColumn<double>("density");
    for (const auto& [rows, fanIn] : {std::pair{1, 1}, {1, 2}, {5, 3}, {7, 64}, {9, 65}, {30, 300}})
        for (const double density : {0.0, 0.004, 0.05, 0.25, 0.7, 1.0})
            QTest::addRow("%dx%d density %g", rows, fanIn, density) << rows << fanIn << density;
}

void TestCodingComparison::realStreamsHaveTheseSizes()
{
    QFETCH(int, rows);
    QFETCH(int, fanIn);
    QFETCH(double, density);
    const auto m = std::uint64_t(rows), n = std::uint64_t(fanIn);
    const Weights weights = density > 0.0 ? randomWeights(m, n, density, m * 1000 + n) : Weights(m * n, 0);
    const TernaryMatrix matrix{weights, m, n};

    const Bits csr = encodeCsr(matrix);
    QCOMPARE(csrBits(matrix), csr.size());
    QCOMPARE(decodeCsr(csr, m, n), weights);

    QCOMPARE(bitmapBits(matrix), encodeBitmap(matrix).size());

    const RunLength runs = runLength(matrix);
    const Bits stream = encodeRuns(matrix, runs.width);
    QCOMPARE(runs.bits, stream.size());
    QCOMPARE(decodeRuns(stream, m * n), weights);
}

void TestCodingComparison::bestRunWidthIsChosen()
{
    for (const double density : {0.0005, 0.01, 0.1, 0.5, 0.9}) {
        const Weights weights = randomWeights(20, 211, density, 77);
        const TernaryMatrix matrix{weights, 20, 211};
        std::uint64_t best = ~std::uint64_t{0};
        for (int width = 1; width <= 16; ++width)
            best = std::min(best, encodeRuns(matrix, width).size());
        QCOMPARE(runLength(matrix).bits, best);
    }
}

void TestCodingComparison::threeOfFourNeedsThreeNonZeros_data()
{
    QTest::addColumn<QList<int>>("weights");
    QTest::addColumn<int>("fitting");
    QTest::newRow("three") << QList<int>{1, -1, 0, 1} << 1;
    QTest::newRow("two") << QList<int>{1, 0, 0, 1} << 0;
    QTest::newRow("four") << QList<int>{1, 1, 1, 1} << 0;
    QTest::newRow("tail of three non-zeros") << QList<int>{0, 1, 1, 1, 1, -1, 1} << 2; // zero in the padding
    QTest::newRow("tail with a zero") << QList<int>{0, 1, 1, 1, 1, 0} << 2;
    QTest::newRow("tail of zeros") << QList<int>{0, 1, 1, 1, 0, 0} << 1;
}

void TestCodingComparison::threeOfFourNeedsThreeNonZeros()
{
    QFETCH(QList<int>, weights);
    const Weights values(weights.begin(), weights.end());
    const ThreeOfFour found = threeOfFour({values, 1, values.size()});
    QTEST(int(found.fitting), "fitting");
    QCOMPARE(found.blocks, (values.size() + 3) / 4);
    // Weights under (4,3) exactly are what this format is for.
    IntegerNetwork network;
    network.layers = {codedLayer("fc", 4, 40, {4, 3, CodeFamily::ExactlyK})};
    QVERIFY(compareCodings(network).total.of(CodingKind::ThreeOfFour).representable);
    QCOMPARE(compareCodings(network).total.of(CodingKind::ThreeOfFour).bits,
             compareCodings(network).total.of(CodingKind::Indexes).bits);
}

void TestCodingComparison::entropies()
{
    const auto bits = [](std::vector<std::uint64_t> counts) { return entropyBits(counts); };
    QCOMPARE(bits({}), 0.0);
    QCOMPARE(bits({5}), 0.0);
    QCOMPARE(bits({4, 4}), 8.0);
    QCOMPARE(bits({0, 3, 0, 3, 3, 3}), 24.0);
    QCOMPARE(bits({2, 1, 1}), 2.0 + 2.0 + 2.0);
}

void TestCodingComparison::noCodeBeatsItsBound()
{
    IntegerNetwork network;
    network.layers = {codedLayer("a", 50, 400, {8, 2}), codedLayer("b", 50, 401, {4, 2}),
                      codedLayer("c", 60, 64, {16, 2, CodeFamily::Trimmed})};
    const CodingComparison comparison = compareCodings(network);
    for (const LayerCodings& layer : comparison.layers) {
        QVERIFY(layer.of(CodingKind::GroupEntropy).bits <= layer.of(CodingKind::Indexes).bits);
        for (const CodingKind kind : {CodingKind::FiveTrits, CodingKind::Bitmap, CodingKind::TwoBit})
            QVERIFY(layer.of(CodingKind::WeightEntropy).bits <= layer.of(kind).bits);
        QVERIFY(layer.of(CodingKind::WeightEntropy).bound && layer.of(CodingKind::GroupEntropy).bound);
        QVERIFY(!layer.of(CodingKind::Indexes).bound);
    }
}

void TestCodingComparison::totalsAreSums()
{
    IntegerNetwork network;
    network.layers = {codedLayer("a", 3, 40, {4, 3, CodeFamily::ExactlyK}), codedLayer("b", 5, 30, {8, 2})};
    const CodingComparison comparison = compareCodings(network);
    QCOMPARE(comparison.total.weights, std::uint64_t{3 * 40 + 5 * 30});
    for (std::size_t i = 0; i < comparison.total.sizes.size(); ++i) {
        const CodingSize &a = comparison.layers[0].sizes[i], &b = comparison.layers[1].sizes[i];
        const CodingSize& sum = comparison.total.sizes[i];
        QCOMPARE(std::size_t(sum.kind), i);
        QCOMPARE(sum.bits, a.bits + b.bits);
        QCOMPARE(sum.bytes, a.bytes + b.bytes);
        QCOMPARE(sum.representable, a.representable && b.representable);
    }
    QVERIFY(!comparison.total.of(CodingKind::ThreeOfFour).representable);
    QVERIFY(comparison.total.of(CodingKind::ThreeOfFour).assumption.find("not all") != std::string::npos);
    QVERIFY(compareCodings({}).layers.empty());
}

void TestCodingComparison::indexesAgreeWithTheLedger()
{
    IntegerNetwork network;
    network.layers = {codedLayer("a", 9, 53, {8, 2}), codedLayer("b", 5, 9, {16, 2, CodeFamily::Trimmed})};
    std::uint64_t bytes = 0, tables = 0;
    for (const LedgerEntry& entry : ledgerOf(network).entries) {
        bytes += entry.item == "indexes" || entry.item == "padding" ? entry.bytes : 0;
        tables += entry.item == "table" ? entry.bytes : 0;
    }
    const LayerCodings total = compareCodings(network).total;
    QCOMPARE(total.of(CodingKind::Indexes).bytes, bytes);
    QCOMPARE(total.of(CodingKind::IndexesAndTable).bytes, bytes + tables);
}

void TestCodingComparison::everySizeStatesAnAssumption()
{
    IntegerNetwork network;
    network.layers = {codedLayer("a", 3, 40, {8, 2})};
    std::vector<std::string_view> keys;
    const CodingComparison comparison = compareCodings(network);
    for (const CodingSize& size : comparison.total.sizes) {
        QVERIFY(size.assumption.size() > 20 && size.assumption.ends_with('.'));
        QVERIFY(!codingName(size.kind).empty());
        QVERIFY(std::ranges::find(keys, codingKey(size.kind)) == keys.end());
        keys.push_back(codingKey(size.kind));
    }
    QCOMPARE(keys.size(), std::size_t{14});
}

void TestCodingComparison::foreignWeightsAreRefused()
{
    IntegerNetwork network;
    network.layers = {layerOf("fc", 1, 8, {8, 2}, {1, 1, 1, 0, 0, 0, 0, 0})};
    QVERIFY_THROWS_EXCEPTION(InputError, compareCodings(network));
}

QTEST_GUILESS_MAIN(TestCodingComparison)
#include "tst_coding_comparison.moc"
