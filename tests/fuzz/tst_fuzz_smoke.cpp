#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutation.h"

#include <QElapsedTimer>
#include <QTest>

using namespace ternbench;

// Keeps the fuzz targets working: each runs over its seeds and over mutations of them that are the same every
// time. The search for defects is libFuzzer's: see README.md in this folder.

class TestFuzzSmoke : public QObject
{
    Q_OBJECT

private slots:
    void readsOrRefuses_data();
    void readsOrRefuses();
};

void TestFuzzSmoke::readsOrRefuses_data()
{
    QTest::addColumn<int>("mutations");
    for (const fuzz::Target& target : fuzz::targets()) {
        const std::string name(target.name);
        const bool slow = name.starts_with("packed") || name.starts_with("run"); // a millisecond or more each
        QTest::newRow(name.c_str()) << (slow ? 250 : 1000);
    }
}

void TestFuzzSmoke::readsOrRefuses()
{
    QFETCH(int, mutations);
    const fuzz::Target* target = fuzz::findTarget(QTest::currentDataTag());
    const std::vector<std::string> seeds = target->seeds();
    Random random(1, 0);
    QVERIFY(!seeds.empty());
    for (int run = 0; run < int(seeds.size()) + mutations; ++run) {
        const std::string input =
            run < int(seeds.size()) ? seeds[std::size_t(run)] : fuzz::mutated(seeds, random);
        QElapsedTimer timer;
        timer.start();
        try {
            target->run(fuzz::bytesOf(input));
        } catch (const std::exception& error) {
            QFAIL(qPrintable(QString("input %1, %2: %3")
                                 .arg(run)
                                 .arg(QByteArray::fromStdString(input).toHex().left(400), error.what())));
        }
        QVERIFY2(timer.elapsed() < 2000,
                 qPrintable(QString("input %1 took %2 ms").arg(run).arg(timer.elapsed())));
    }
}

QTEST_GUILESS_MAIN(TestFuzzSmoke)
#include "tst_fuzz_smoke.moc"
