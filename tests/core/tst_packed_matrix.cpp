#include "core/code/codebook.h"
#include "core/error.h"
#include "core/random.h"
#include "core/runtime/packed_matrix.h"
#include "tests/refusal_text.h"

#include <QTest>

#include <algorithm>

using namespace ternbench;

namespace {

const GemvKernels* kernelsNamed(const QByteArray& name)
{
    if (name == "portable")
        return &portableGemvKernels();
    if (name == "avx2")
        return avx2GemvKernels();
    return name == "avx512" ? avx512GemvKernels() : vbmiGemvKernels();
}

/// A matrix of random patterns of `code`, (rows, fanIn); what a tail group cannot hold is left out.
std::vector<std::int8_t> randomMatrix(const Code& code, int rows, int fanIn, Random& random)
{
    const Codebook codebook(code);
    const int n = code.groupSize;
    std::vector<std::int8_t> weights(std::size_t(rows) * std::size_t(fanIn));
    std::vector<std::int8_t> pattern(static_cast<std::size_t>(n));
    for (int r = 0; r < rows; ++r)
        for (int first = 0; first < fanIn; first += n) {
            codebook.unrank(random.below(codebook.size()), pattern);
            std::copy_n(pattern.begin(), std::min(n, fanIn - first),
                        weights.begin() + std::ptrdiff_t(r) * fanIn + first);
        }
    return weights;
}

PackedMatrix packed(const std::vector<std::int8_t>& weights, int rows, int fanIn, int largestInput,
                    const GemvKernels& kernels)
{
    const auto decode = [&](int row, std::span<std::int8_t> out) {
        std::copy_n(weights.begin() + std::ptrdiff_t(row) * fanIn, fanIn, out.begin());
    };
    return PackedMatrix(rows, fanIn, largestInput, decode, kernels);
}

std::vector<std::int32_t> plainProduct(const std::vector<std::int8_t>& weights,
                                       const std::vector<std::int16_t>& q, int rows)
{
    std::vector<std::int32_t> acc(static_cast<std::size_t>(rows), 0);
    for (std::size_t r = 0; r < acc.size(); ++r)
        for (std::size_t j = 0; j < q.size(); ++j)
            acc[r] += weights[r * q.size() + j] * q[j];
    return acc;
}

/// Extremes of the range are as likely as all else: overflow shows there.
std::vector<std::int16_t> randomInputs(int count, int largest, bool isSigned, Random& random)
{
    std::vector<std::int16_t> q(static_cast<std::size_t>(count));
    for (std::int16_t& value : q) {
        const int magnitude = random.below(2) ? largest : int(random.below(std::uint32_t(largest) + 1));
        value = std::int16_t(isSigned && random.below(2) ? -magnitude : magnitude);
    }
    return q;
}

} // namespace

class TestPackedMatrix : public QObject
{
    Q_OBJECT

private slots:
    void patternsAreAllDifferentUpToSign();
    void equalsThePlainProduct_data();
    void equalsThePlainProduct();
    void severalVectorsAtOnce_data() { kernelRows(); }
    void severalVectorsAtOnce();
    void wholeRangeOfSixteenBitInputs_data() { kernelRows(); }
    void wholeRangeOfSixteenBitInputs();
    void sumsOfOneSign_data() { kernelRows(); }
    void sumsOfOneSign();
    void octetsWhereTheCodeAllowsThem_data();
    void octetsWhereTheCodeAllowsThem();
    void refusesSumsBeyondTheAccumulators();

private:
    static void kernelRows()
    {
        QTest::addColumn<QByteArray>("kernels");
        for (const char* name : {"portable", "avx2", "avx512", "vbmi"})
            QTest::newRow(name) << QByteArray(name);
    }
};

void TestPackedMatrix::patternsAreAllDifferentUpToSign()
{
    QCOMPARE(octets.count, 64);
    QCOMPARE(quads.count, 40);
    for (const SubVectorPatterns* all : {&octets, &quads})
        for (int a = 0; a < all->count; ++a)
            for (int b = 0; b < a; ++b) {
                bool same = true, opposite = true;
                for (int i = 0; i < 8; ++i) {
                    same = same && all->patterns[a][i] == all->patterns[b][i];
                    opposite = opposite && all->patterns[a][i] == -all->patterns[b][i];
                }
                QVERIFY(!same && !opposite);
            }
}

void TestPackedMatrix::equalsThePlainProduct_data()
{
    QTest::addColumn<QByteArray>("kernels");
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<int>("family");
    const Code codes[] = {
        {8, 2, CodeFamily::AtMostK},  {8, 2, CodeFamily::Trimmed},  {4, 1, CodeFamily::AtMostK},
        {4, 2, CodeFamily::AtMostK},  {8, 3, CodeFamily::AtMostK},  {16, 2, CodeFamily::AtMostK},
        {4, 3, CodeFamily::ExactlyK}, {5, 2, CodeFamily::AtMostK},  {8, 8, CodeFamily::AtMostK},
        {1, 1, CodeFamily::AtMostK},  {32, 3, CodeFamily::AtMostK}, {12, 1, CodeFamily::Trimmed}};
    for (const char* name : {"portable", "avx2", "avx512", "vbmi"})
        for (const Code& code : codes)
            QTest::addRow("%s %s", name, toString(code).c_str())
                << QByteArray(name) << code.groupSize << code.maxNonZeros << int(code.family);
}

void TestPackedMatrix::equalsThePlainProduct()
{
    QFETCH(QByteArray, kernels);
    QFETCH(int, n);
    QFETCH(int, k);
    QFETCH(int, family);
    const GemvKernels* set = kernelsNamed(kernels);
    if (!set)
        QSKIP("this CPU does not have them");
    Random random(1, 77, std::uint64_t(n * 100 + k));
    constexpr std::pair<int, int> shapes[] = {{1, 1}, {3, 7}, {64, 64}, {65, 513}, {300, 784}, {10, 1024}};
    ThreadPool pool(3);
    GemvScratch scratch;
    for (const auto& [rows, fanIn] : shapes)
        for (const int largest : {1, 3, 127, 255}) {
            const auto weights = randomMatrix({n, k, CodeFamily(family)}, rows, fanIn, random);
            const PackedMatrix matrix = packed(weights, rows, fanIn, largest, *set);
            const auto q = randomInputs(fanIn, largest, largest == 127, random);
            const auto expected = plainProduct(weights, q, rows);
            std::vector<std::int32_t> acc(static_cast<std::size_t>(rows));
            matrix.multiply(q, acc, scratch);
            QCOMPARE(acc, expected);
            std::ranges::fill(acc, 0);
            matrix.multiply(q, acc, scratch, pool);
            QCOMPARE(acc, expected);
        }
}

void TestPackedMatrix::severalVectorsAtOnce()
{
    QFETCH(QByteArray, kernels);
    const GemvKernels* set = kernelsNamed(kernels);
    if (!set)
        QSKIP("this CPU does not have them");
    Random random(4, 77, 0);
    GemvScratch scratch;
    constexpr int rows = 70, fanIn = 1033;
    const auto weights = randomMatrix({8, 2, CodeFamily::AtMostK}, rows, fanIn, random);
    const PackedMatrix matrix = packed(weights, rows, fanIn, 255, *set);
    // The largest count first: what a larger batch leaves in the scratch memory must not matter.
    for (const int vectors : {64, 37, 16, 2, 1}) {
        std::vector<std::int16_t> q;
        std::vector<std::int32_t> expected, acc(std::size_t(rows) * std::size_t(vectors), -1);
        for (int n = 0; n < vectors; ++n) {
            const auto one = randomInputs(fanIn, 255, false, random);
            q.insert(q.end(), one.begin(), one.end());
            const auto product = plainProduct(weights, one, rows);
            expected.insert(expected.end(), product.begin(), product.end());
        }
        matrix.multiply(q, acc, scratch);
        QCOMPARE(acc, expected);
    }
}

void TestPackedMatrix::wholeRangeOfSixteenBitInputs()
{
    QFETCH(QByteArray, kernels);
    const GemvKernels* set = kernelsNamed(kernels);
    if (!set)
        QSKIP("this CPU does not have them");
    Random random(2, 77, 0);
    GemvScratch scratch;
    // On both sides of where one sum, or two, stop fitting the kernels' 16 bits.
    for (const int largest : {511, 4000, 8191, 8192, 16383, 16384, 32767})
        for (const int k : {2, 5}) {
            const auto weights = randomMatrix({8, k, CodeFamily::AtMostK}, 70, 203, random);
            const PackedMatrix matrix = packed(weights, 70, 203, largest, *set);
            const auto q = randomInputs(203, largest, true, random);
            std::vector<std::int32_t> acc(70);
            matrix.multiply(q, acc, scratch);
            QCOMPARE(acc, plainProduct(weights, q, 70));
        }
}

/// Every sub-vector's sum at the end of its range: what is added up in few bits overflows here first.
void TestPackedMatrix::sumsOfOneSign()
{
    QFETCH(QByteArray, kernels);
    const GemvKernels* set = kernelsNamed(kernels);
    if (!set)
        QSKIP("this CPU does not have them");
    GemvScratch scratch;
    constexpr int rows = 70, fanIn = 1030;
    for (const int nonZeros : {1, 2, 4})
        for (const int largest :
             {1, 8, 15, 16, 31, 127, 128, 255, 256, 511, 512, 513, 1023, 1024, 2048, 8192, 16384, 32767}) {
            std::vector<std::int8_t> weights(std::size_t(rows) * fanIn, 0);
            for (std::size_t at = 0; at < weights.size(); ++at)
                if (at % fanIn % (nonZeros == 4 ? 4 : 8) < std::size_t(nonZeros))
                    weights[at] = at / fanIn % 2 ? std::int8_t{-1} : std::int8_t{1};
            const PackedMatrix matrix = packed(weights, rows, fanIn, largest, *set);
            for (const int sign : {1, -1}) {
                const std::vector<std::int16_t> q(fanIn, std::int16_t(sign * largest));
                std::vector<std::int32_t> acc(rows);
                matrix.multiply(q, acc, scratch);
                QCOMPARE(acc, plainProduct(weights, q, rows));
            }
        }
}

void TestPackedMatrix::octetsWhereTheCodeAllowsThem_data()
{
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<std::size_t>("bytes"); // of 64 x 1024
    QTest::newRow("(8,2)") << 8 << 2 << std::size_t{64 * 128};
    QTest::newRow("(4,1)") << 4 << 1 << std::size_t{64 * 128};
    QTest::newRow("(16,2)") << 16 << 2 << std::size_t{64 * 128};
    QTest::newRow("(4,2)") << 4 << 2 << std::size_t{64 * 256};
    QTest::newRow("(8,3)") << 8 << 3 << std::size_t{64 * 256};
}

void TestPackedMatrix::octetsWhereTheCodeAllowsThem()
{
    QFETCH(int, n);
    QFETCH(int, k);
    Random random(3, 77, 0);
    const auto weights = randomMatrix({n, k, CodeFamily::AtMostK}, 64, 1024, random);
    QTEST(packed(weights, 64, 1024, 255, gemvKernels()).bytes(), "bytes");
}

void TestPackedMatrix::refusesSumsBeyondTheAccumulators()
{
    constexpr int fanIn = 70'000;
    const std::vector<std::int8_t> weights(std::size_t{2} * fanIn, 1);
    const QString refusal = test::refusalText([&] { packed(weights, 2, fanIn, 32767, gemvKernels()); });
    QVERIFY2(refusal.contains("32 bits"), qPrintable(refusal));
}

QTEST_GUILESS_MAIN(TestPackedMatrix)
#include "tst_packed_matrix.moc"
