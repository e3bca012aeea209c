#include "tests/app/cli_fixture.h"

#include <QRegularExpression>
#include <QTemporaryDir>

using namespace ternbench;
using namespace ternbench::test;

/// What the command line tells a hardware designer of a packed file: faults, reports.
class TestCliHardware : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void faultsAreReproducible();
    void faultsAsText();
    void badFaultsAreRefused_data();
    void badFaultsAreRefused();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString packed() const { return path("small.packed.h5"); }

    QTemporaryDir m_folder;
};

void TestCliHardware::initTestCase()
{
    const QString document = path("small.json");
    saveExperiment(smallExperiment(), document.toStdString());
    const Result run = cli({"run", document, "--output", path("small.run.h5"), "--export", packed()});
    QVERIFY2(run.status == 0, run.all());
}

void TestCliHardware::faultsAreReproducible()
{
    const QStringList command{"faults", packed(), "--flips", "0,1,40", "--repeats", "3", "--json"};
    const Result first = cli(command + QStringList{"--threads", "1"});
    QVERIFY2(first.status == 0, first.all());
    const QJsonObject faults = first.json()["faults"].toObject();
    QCOMPARE(faults["index_bits"].toInt(), (64 * 24 + 24 * 10)); // one bit a weight
    QCOMPARE(faults["images"].toInt(), 200);
    const QJsonArray points = faults["points"].toArray();
    QCOMPARE(points.size(), 3);
    QCOMPARE(points[0].toObject()["class_error"].toObject()["mean"], faults["sound_class_error"]);
    QCOMPARE(points[2].toObject()["repeats"].toInt(), 3);
    QVERIFY(cli(command + QStringList{"--threads", "2"}).json() == first.json());
    QVERIFY(cli(command + QStringList{"--seed", "2"}).json() != first.json());
}

void TestCliHardware::faultsAsText()
{
    const Result result = cli({"faults", packed(), "--repeats", "2", "--images", "20"});
    QVERIFY2(result.status == 0, result.all());
    QVERIFY2(result.out.contains(QRegularExpression(" +100 +2 +\\d+ +\\d+ +\\d+ ")), result.all());
    QVERIFY2(result.out.contains("1,776 index bits"), result.all());
    QVERIFY2(result.out.contains("20 test images"), result.all());
    QVERIFY2(result.out.contains("decoded as all zeros"), result.all());
}

void TestCliHardware::badFaultsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message");
    QTest::newRow("too many") << QStringList{"--flips", "1,1777"}
                              << "flips: 1777 is not allowed: must be 0..1776";
    QTest::newRow("negative") << QStringList{"--flips=-1"} << "flips: -1 is not allowed";
    QTest::newRow("no number") << QStringList{"--flips", "1,x"} << "--flips";
    QTest::newRow("negative seed") << QStringList{"--seed=-1"} << "--seed";
    QTest::newRow("no repeats") << QStringList{"--repeats", "0"} << "--repeats";
    QTest::newRow("negative images") << QStringList{"--images=-5"} << "--images";
}

void TestCliHardware::badFaultsAreRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const Result result = cli(QStringList{"faults", packed()} + arguments);
    QVERIFY2(result.status == 2, result.all());
    QVERIFY2(result.err.contains(message), result.all());
    QCOMPARE(cli({"faults", path("none.packed.h5")}).status, 2);
}

QTEST_GUILESS_MAIN(TestCliHardware)
#include "tst_cli_hardware.moc"
