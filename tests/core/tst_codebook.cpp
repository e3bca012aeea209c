#include "core/code/codebook.h"
#include "core/error.h"

#include <QTest>

#include <algorithm>

using namespace ternbench;

namespace {

using Pattern = std::vector<std::int8_t>;

std::vector<int> positionsOf(const Pattern& pattern)
{
    std::vector<int> positions;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] != 0)
            positions.push_back(int(i));
    return positions;
}

std::vector<int> signsOf(const Pattern& pattern)
{
    std::vector<int> signs;
    for (const std::int8_t value : pattern)
        if (value != 0)
            signs.push_back(value < 0 ? 1 : 0);
    return signs;
}

/// The order as design.md words it: number of non-zeros, then the position set, then the signs.
bool comesBefore(const Pattern& a, const Pattern& b)
{
    const auto left = positionsOf(a), right = positionsOf(b);
    if (left.size() != right.size())
        return left.size() < right.size();
    return left != right ? left < right : signsOf(a) < signsOf(b);
}

/// Every admitted pattern, found by counting through all ternary words and sorted.
std::vector<Pattern> enumerated(const Code& code)
{
    int words = 1;
    for (int i = 0; i < code.groupSize; ++i)
        words *= 3;
    std::vector<Pattern> patterns;
    for (int word = 0; word < words; ++word) {
        Pattern pattern;
        for (int i = 0, rest = word; i < code.groupSize; ++i, rest /= 3)
            pattern.push_back(std::int8_t(rest % 3 - 1));
        const int nonZeros = int(positionsOf(pattern).size());
        const int least = code.family == CodeFamily::AtMostK    ? 0
                          : code.family == CodeFamily::ExactlyK ? code.maxNonZeros
                                                                : 1;
        if (nonZeros >= least && nonZeros <= code.maxNonZeros)
            patterns.push_back(pattern);
    }
    std::ranges::sort(patterns, comesBefore);
    return patterns;
}

Pattern patternFrom(const std::string& text)
{
    Pattern pattern;
    for (const char c : text)
        pattern.push_back(c == '+' ? std::int8_t{1} : c == '-' ? std::int8_t{-1} : std::int8_t{0});
    return pattern;
}

} // namespace

class TestCodebook : public QObject
{
    Q_OBJECT

private slots:
    void orderOfAllPatterns_data();
    void orderOfAllPatterns();
    void firstPatternsOf82();
    void rankAndUnrankAreInverse_data();
    void rankAndUnrankAreInverse();
    void refusesPatternsOutsideTheCode_data();
    void refusesPatternsOutsideTheCode();
    void refusesIndexesBeyondTheTable();
    void refusesImpossibleCodes();
};

void TestCodebook::orderOfAllPatterns_data()
{
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<CodeFamily>("family");
    for (const auto& [n, k] :
         {std::pair{1, 1}, {2, 1}, {3, 3}, {4, 2}, {5, 4}, {8, 2}, {8, 8}, {9, 3}, {10, 2}})
        for (const CodeFamily family : {CodeFamily::AtMostK, CodeFamily::ExactlyK, CodeFamily::Trimmed})
            QTest::newRow(toString(Code{n, k, family}).c_str()) << n << k << family;
}

void TestCodebook::orderOfAllPatterns()
{
    QFETCH(int, n);
    QFETCH(int, k);
    QFETCH(CodeFamily, family);
    const Codebook codebook({n, k, family});
    const std::vector<Pattern> expected = enumerated({n, k, family});
    QCOMPARE(std::size_t{codebook.size()}, expected.size());
    const auto table = codebook.table();
    QCOMPARE(table.size(), expected.size() * std::size_t(n));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const Pattern found(table.begin() + std::ptrdiff_t(i) * n, table.begin() + std::ptrdiff_t(i + 1) * n);
        QCOMPARE(patternText(found), patternText(expected[i]));
        QVERIFY(codebook.rank(expected[i]) == std::uint32_t(i));
    }
}

void TestCodebook::firstPatternsOf82()
{
    // By hand from the definition: zero; one at position 0 (+, -), 1, ... 7; then the pairs (0,1), (0,2) ...
    const Codebook codebook({8, 2, CodeFamily::AtMostK});
    const std::vector<std::pair<std::uint32_t, std::string>> known{
        {0, "00000000"},  {1, "+0000000"},  {2, "-0000000"},   {3, "0+000000"},
        {16, "0000000-"}, {17, "++000000"}, {18, "+-000000"},  {19, "-+000000"},
        {20, "--000000"}, {21, "+0+00000"}, {127, "000000-+"}, {128, "000000--"}};
    for (const auto& [index, text] : known) {
        Pattern pattern(8);
        codebook.unrank(index, pattern);
        QCOMPARE(patternText(pattern), text);
    }
}

void TestCodebook::rankAndUnrankAreInverse_data()
{
    // Too long to enumerate by ternary words: the whole table, index by index.
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<CodeFamily>("family");
    for (const auto& [n, k] : {std::pair{16, 2}, {16, 4}, {32, 1}, {32, 3}, {12, 12}, {31, 4}})
        for (const CodeFamily family : {CodeFamily::AtMostK, CodeFamily::ExactlyK, CodeFamily::Trimmed})
            QTest::newRow(toString(Code{n, k, family}).c_str()) << n << k << family;
}

void TestCodebook::rankAndUnrankAreInverse()
{
    QFETCH(int, n);
    QFETCH(int, k);
    QFETCH(CodeFamily, family);
    const Codebook codebook({n, k, family});
    QCOMPARE(std::uint64_t{codebook.size()}, patternCount({n, k, family}));
    Pattern pattern(std::size_t(n), 7); // unrank must write every position
    Pattern before;
    for (std::uint32_t index = 0; index < codebook.size(); ++index) {
        codebook.unrank(index, pattern);
        if (codebook.rank(pattern) != index)
            QFAIL(qPrintable(
                QString("index %1 is %2, ranked differently").arg(index).arg(patternText(pattern).c_str())));
        if (index % 97 == 1) // the order, here and there: comparing is slow
            QVERIFY(comesBefore(before, pattern));
        before = pattern;
    }
}

void TestCodebook::refusesPatternsOutsideTheCode_data()
{
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<CodeFamily>("family");
    QTest::addColumn<QString>("pattern");
    QTest::newRow("too many non-zeros") << 8 << 2 << CodeFamily::AtMostK << "+0-000+0";
    QTest::newRow("trimmed has no zero") << 8 << 2 << CodeFamily::Trimmed << "00000000";
    QTest::newRow("exactly: too few") << 4 << 3 << CodeFamily::ExactlyK << "+-00";
    QTest::newRow("exactly: too many") << 4 << 3 << CodeFamily::ExactlyK << "+-++";
    QTest::newRow("too short") << 8 << 2 << CodeFamily::AtMostK << "+000000";
    QTest::newRow("too long") << 8 << 2 << CodeFamily::AtMostK << "+00000000";
}

void TestCodebook::refusesPatternsOutsideTheCode()
{
    QFETCH(int, n);
    QFETCH(int, k);
    QFETCH(CodeFamily, family);
    QFETCH(QString, pattern);
    QVERIFY(!Codebook({n, k, family}).rank(patternFrom(pattern.toStdString())).has_value());
    const Pattern two{2, 0, 0, 0};
    QVERIFY(!Codebook({4, 2, CodeFamily::AtMostK}).rank(two).has_value());
}

void TestCodebook::refusesIndexesBeyondTheTable()
{
    const Codebook codebook({8, 2, CodeFamily::Trimmed});
    Pattern pattern(8);
    codebook.unrank(127, pattern);
    for (const std::uint32_t index : {128u, 129u, 0xFFFFFFFFu})
        QVERIFY_THROWS_EXCEPTION(InputError, codebook.unrank(index, pattern));
}

void TestCodebook::refusesImpossibleCodes()
{
    QVERIFY_THROWS_EXCEPTION(InputError, Codebook({8, 9, CodeFamily::AtMostK}));
    QVERIFY_THROWS_EXCEPTION(InputError, Codebook({0, 0, CodeFamily::AtMostK}));
    QVERIFY_THROWS_EXCEPTION(InputError, Codebook({32, 16, CodeFamily::AtMostK}));
}

QTEST_GUILESS_MAIN(TestCodebook)
#include "tst_codebook.moc"
