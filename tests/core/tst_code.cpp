#include "core/code/code.h"

#include <QTest>

using namespace ternbench;

namespace {

/// M by listing every ternary word of N digits: shares nothing with patternCount().
int countedPatterns(const Code& code)
{
    int words = 1;
    for (int i = 0; i < code.groupSize; ++i)
        words *= 3;
    int admitted = 0;
    for (int word = 0; word < words; ++word) {
        int nonZeros = 0;
        for (int rest = word; rest > 0; rest /= 3)
            nonZeros += rest % 3 != 0 ? 1 : 0;
        const bool enough = code.family == CodeFamily::AtMostK    ? true
                            : code.family == CodeFamily::ExactlyK ? nonZeros == code.maxNonZeros
                                                                  : nonZeros > 0;
        admitted += enough && nonZeros <= code.maxNonZeros ? 1 : 0;
    }
    return admitted;
}

} // namespace

class TestCode : public QObject
{
    Q_OBJECT

private slots:
    void table_data();
    void table();
    void countsEveryPattern_data();
    void countsEveryPattern();
    void refuses_data();
    void refuses();
    void largestTableAllowed();
    void onePatternStillHasAnIndex();
    void namesComeBack();
};

void TestCode::table_data()
{
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<CodeFamily>("family");
    QTest::addColumn<int>("patterns");
    QTest::addColumn<int>("bits");
    QTest::addColumn<double>("perWeight");
    QTest::addColumn<QString>("text");
    const auto row = [](int n, int k, CodeFamily family, int patterns, int bits, double perWeight,
                        const char* text) {
        QTest::newRow(text) << n << k << family << patterns << bits << perWeight << QString(text);
    };
    const CodeFamily atMost = CodeFamily::AtMostK, trimmed = CodeFamily::Trimmed;
    row(4, 1, atMost, 9, 4, 1.0, "(4,1)");
    row(4, 2, atMost, 33, 6, 1.5, "(4,2)");
    row(8, 1, atMost, 17, 5, 0.625, "(8,1)");
    row(8, 2, atMost, 129, 8, 1.0, "(8,2)");
    row(8, 3, atMost, 577, 10, 1.25, "(8,3)");
    row(8, 4, atMost, 1697, 11, 1.375, "(8,4)");
    row(16, 2, atMost, 513, 10, 0.625, "(16,2)");
    row(16, 4, atMost, 34113, 16, 1.0, "(16,4)");
    row(8, 2, trimmed, 128, 7, 0.875, "(8,2) trimmed");
    row(16, 2, trimmed, 512, 9, 0.5625, "(16,2) trimmed");
    row(4, 2, trimmed, 32, 5, 1.25, "(4,2) trimmed");
    row(4, 3, CodeFamily::ExactlyK, 32, 5, 1.25, "(4,3) exactly");
    row(8, 8, atMost, 6561, 13, 1.625, "(8,8)");
}

void TestCode::table()
{
    QFETCH(int, n);
    QFETCH(int, k);
    QFETCH(CodeFamily, family);
    const Code code{n, k, family};
    QTEST(int(patternCount(code)), "patterns");
    QTEST(indexBits(code), "bits");
    QFETCH(double, perWeight);
    QVERIFY(bitsPerWeight(code) == perWeight); // binary fractions: exact
    QTEST(QString::fromStdString(toString(code)), "text");
    QVERIFY(!codeProblem(code));
}

void TestCode::countsEveryPattern_data()
{
    QTest::addColumn<CodeFamily>("family");
    QTest::newRow("at-most-k") << CodeFamily::AtMostK;
    QTest::newRow("exactly-k") << CodeFamily::ExactlyK;
    QTest::newRow("trimmed") << CodeFamily::Trimmed;
}

void TestCode::countsEveryPattern()
{
    QFETCH(CodeFamily, family);
    for (int n = 1; n <= 8; ++n)
        for (int k = 1; k <= n; ++k) {
            const Code code{n, k, family};
            QVERIFY2(int(patternCount(code)) == countedPatterns(code), toString(code).c_str());
            // The narrowest index that tells all patterns apart.
            const auto largest = std::uint64_t{1} << indexBits(code);
            QVERIFY2(largest >= patternCount(code), toString(code).c_str());
            QVERIFY2(patternCount(code) <= 2 || largest / 2 < patternCount(code), toString(code).c_str());
        }
}

void TestCode::refuses_data()
{
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<QString>("said");
    QTest::newRow("N 0") << 0 << 1 << "N = 0 is not allowed: must be 1..32";
    QTest::newRow("N negative") << -8 << 2 << "N = -8 is not allowed: must be 1..32";
    QTest::newRow("N above 32") << 33 << 2 << "N = 33 is not allowed: must be 1..32";
    QTest::newRow("N huge") << 2147483647 << 2 << "N = 2147483647 is not allowed";
    QTest::newRow("K 0") << 8 << 0 << "K = 0 is not allowed: must be 1..8 (N)";
    QTest::newRow("K negative") << 8 << -1 << "K = -1 is not allowed: must be 1..8 (N)";
    QTest::newRow("K above N") << 8 << 9 << "K = 9 is not allowed: must be 1..8 (N)";
    QTest::newRow("table too large") << 16 << 8 << "K = 8 is not allowed: (16,8) has 5445441 patterns";
    QTest::newRow("count beyond 64 bits of care")
        << 32 << 32 << "K = 32 is not allowed: (32,32) has 1853020188851841 patterns";
}

void TestCode::refuses()
{
    QFETCH(int, n);
    QFETCH(int, k);
    QFETCH(QString, said);
    const auto problem = codeProblem({n, k, CodeFamily::AtMostK});
    QVERIFY(problem.has_value());
    QVERIFY2(QString::fromStdString(*problem).startsWith(said), problem->c_str());
}

void TestCode::largestTableAllowed()
{
    // Every code within 1 <= K <= N <= 32 is allowed exactly up to 2^20 patterns.
    int allowed = 0, refused = 0;
    for (int n = 1; n <= 32; ++n)
        for (int k = 1; k <= n; ++k) {
            const Code code{n, k, CodeFamily::AtMostK};
            const auto problem = codeProblem(code);
            QCOMPARE(!problem.has_value(), patternCount(code) <= 1'048'576);
            problem ? ++refused : ++allowed;
            QVERIFY2(!problem || problem->find("at most 1048576") != std::string::npos, "names the limit");
        }
    QVERIFY(allowed > 50 && refused > 50);
    QVERIFY(!codeProblem({12, 12, CodeFamily::AtMostK})); // 3^12 = 531441
    QVERIFY(codeProblem({13, 13, CodeFamily::AtMostK}));  // 3^13 = 1594323
}

void TestCode::onePatternStillHasAnIndex()
{
    // (1,1) exactly and trimmed have the two patterns + and -.
    QCOMPARE(indexBits({1, 1, CodeFamily::ExactlyK}), 1);
    QCOMPARE(indexBits({1, 1, CodeFamily::AtMostK}), 2);
}

void TestCode::namesComeBack()
{
    for (const CodeFamily family : {CodeFamily::AtMostK, CodeFamily::ExactlyK, CodeFamily::Trimmed})
        QVERIFY(familyFromName(familyName(family)) == family);
    QCOMPARE(familyName(CodeFamily::AtMostK), std::string_view("at-most-k"));
    QCOMPARE(familyName(CodeFamily::ExactlyK), std::string_view("exactly-k"));
    QCOMPARE(familyName(CodeFamily::Trimmed), std::string_view("trimmed"));
    QVERIFY(!familyFromName("at most k"));
    QVERIFY(!familyFromName(""));
}

QTEST_GUILESS_MAIN(TestCode)
#include "tst_code.moc"
