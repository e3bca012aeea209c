#include "tests/app/cli_fixture.h"

#include <QTemporaryDir>

using namespace ternbench;
using namespace ternbench::test;

// From a run to simulated RTL on the command line.
class TestCliRtl : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void exportsAndSimulates();
    void simulationBecomesEvidence();
    void changedRtlGivesNoEvidence();
    void acceptsAPackedFile();
    void refusesBadInput_data();
    void refusesBadInput();
    void damagedFolderFails();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
};

void TestCliRtl::initTestCase()
{
    write(path("small.json"), QByteArray::fromStdString(toJson(smallExperiment())));
    const Result run = cli({"run", path("small.json"), "--output", path("small.run.h5")});
    QVERIFY2(run.status == 0, run.all());
    const Result packed = cli({"export", path("small.run.h5"), "--output", path("small.packed.h5")});
    QVERIFY2(packed.status == 0, packed.all());
}

void TestCliRtl::exportsAndSimulates()
{
    const Result result = cli({"export", path("small.run.h5"), "--output", path("again.packed.h5"), "--rtl",
                               path("rtl"), "--lanes", "2", "--rows", "4", "--images", "20", "--json"});
    QVERIFY2(result.status == 0, result.all());
    const QJsonObject rtl = result.json()["rtl"].toObject();
    QCOMPARE(rtl["images"].toInt(), 20);
    const Result check = cli({"rtl-check", path("rtl"), "--icarus", "--images", "20", "--json"});
    QVERIFY2(check.status == 0, check.all());
    const QJsonObject simulated = check.json()["checks"].toArray().at(0).toObject();
    QCOMPARE(simulated["images"].toInt(), 20);
    QCOMPARE(simulated["cycles"].toArray().at(0).toInt(), rtl["total_cycles"].toInt());
    QCOMPARE(simulated["cycles"].toArray().at(1).toInt(), rtl["total_cycles"].toInt());
}

/// What a simulation counted stands in the report as simulated, part by part; for other hardware or another
/// network it is refused.
void TestCliRtl::simulationBecomesEvidence()
{
    const Result check =
        cli({"rtl-check", path("rtl"), "--icarus", "--images", "2", "--evidence-out", path("evidence.json")});
    QVERIFY2(check.status == 0, check.all());
    const QStringList report{
        "report", path("small.packed.h5"), "--evidence", path("evidence.json"), "--json", "--rows", "4",
        "--lanes"};
    const Result same = cli(report + QStringList{"2"});
    QVERIFY2(same.status == 0, same.all());
    const QJsonObject coded = same.json()["report"].toObject()["datapaths"].toObject()["coded"].toObject();
    const QJsonObject figures = coded["total"].toObject()["figures"].toObject();
    QCOMPARE(figures["cycles"].toObject()["basis"].toString(), "simulated");
    for (const QJsonValue& part : coded["parts"].toArray())
        QCOMPARE(part["figures"].toObject()["cycles"].toObject()["basis"].toString(), "simulated");
    const Result other = cli(report + QStringList{"1"});
    QCOMPARE(other.status, 2);
    QVERIFY2(other.err.contains("lanes = 2 in the RTL that it is of, the report is for 1"), other.all());
    // Nothing of the folder is overwritten, and a file that says nothing is not written.
    const QStringList icarus{"rtl-check", path("rtl"), "--icarus",      "--images",
                             "1",         "--force",   "--evidence-out"};
    for (const char* inside : {"rtl/sv/rom.sv", "rtl/SHA256SUMS", "rtl/e.json", "rtl/../rtl/memory/e.json"}) {
        const Result refused = cli(icarus + QStringList{path(inside)});
        QVERIFY2(refused.status == 2 && refused.err.contains("must lie outside"), refused.all());
    }
    const Result lint = cli({"rtl-check", path("rtl"), "--lint", "--evidence-out", path("lint.json")});
    QVERIFY2(lint.status == 2 && lint.err.contains("--lint alone counts nothing"), lint.all());
    const Result many = cli({"rtl-check", path("rtl"), "--icarus", "--images", "21"});
    QVERIFY2(many.status == 1 && many.err.contains("21 images were asked for, the test bench has 20"),
             many.all());
    const Result itself = cli(report + QStringList{"2", "--html", path("evidence.json"), "--force"});
    QVERIFY2(itself.status == 2 && itself.err.contains("is also --evidence"), itself.all());
    QVERIFY(cli(report + QStringList{"2"}).status == 0);
    const Result none = cli({"rtl-check", path("no"), "--icarus"});
    QVERIFY2(none.status == 2 && none.err.contains("there is no such folder"), none.all());
}

/// Edited RTL may be tried out, but what it counts is no evidence of the network's.
void TestCliRtl::changedRtlGivesNoEvidence()
{
    QFile module(path("rtl/sv/argmax.sv"));
    QVERIFY(module.open(QIODevice::Append) && module.write("// mine\n") > 0);
    module.close();
    const Result plain = cli({"rtl-check", path("rtl"), "--icarus", "--images", "1"});
    QVERIFY2(plain.status == 0 && plain.err.contains("not what was exported: sv/argmax.sv"), plain.all());
    const Result refused =
        cli({"rtl-check", path("rtl"), "--icarus", "--images", "1", "--evidence-out", path("mine.json")});
    QVERIFY2(refused.status == 2 && refused.err.contains("--evidence-out"), refused.all());
    QVERIFY(!QFile::exists(path("mine.json")));
}

void TestCliRtl::acceptsAPackedFile()
{
    const Result result =
        cli({"export", path("small.packed.h5"), "--rtl", path("logic"), "--table", "logic", "--images", "3"});
    QVERIFY2(result.status == 0, result.all());
    QVERIFY(QFile::exists(path("logic/README.md")));
    QVERIFY(QFile::exists(path("logic/network_top.sv")));
}

void TestCliRtl::refusesBadInput_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("message");
    QTest::newRow("lanes") << QStringList{"--rtl", "new", "--lanes", "0"}
                           << "--lanes: lanes = 0 is not allowed";
    QTest::newRow("rows") << QStringList{"--rtl", "new", "--rows", "999"} << "rows = 999 is not allowed";
    QTest::newRow("table") << QStringList{"--rtl", "new", "--table", "ram"} << "ram is not allowed";
    QTest::newRow("images") << QStringList{"--rtl", "new", "--images", "0"}
                            << "--images: Value 0 not in range";
    QTest::newRow("a folder in use") << QStringList{"--rtl", "."} << "not empty";
    QTest::newRow("no folder above it") << QStringList{"--rtl", "none/new"} << "cannot be written";
    QTest::newRow("packed already") << QStringList{"--rtl", "new", "--output", "b.h5"} << "packed already";
    QTest::newRow("nothing to simulate") << QStringList{"--simulate"} << "--simulate: is for RTL";
    QTest::newRow("lanes of nothing") << QStringList{"--lanes", "2"} << "--lanes: is for RTL";
    QTest::newRow("odd port") << QStringList{"--rtl", "new", "--off-chip", "12"}
                              << "--off-chip: off-chip bits";
}

void TestCliRtl::refusesBadInput()
{
    QFETCH(QStringList, options);
    QFETCH(QString, message);
    for (QString& option : options)
        if (option == "new" || option == "." || option == "none/new" || option == "b.h5")
            option = path(option);
    const Result result = cli(QStringList{"export", path("small.packed.h5")} + options);
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains(message), result.all());
    QVERIFY(!QFile::exists(path("new")));
    QVERIFY(QFile::exists(path("small.packed.h5")));
}

void TestCliRtl::damagedFolderFails()
{
    const QString classes = path("logic/golden/classes.hex");
    const QByteArray content = contentOf(classes);
    write(classes, QByteArray(content).replace(0, 1, content.startsWith('0') ? "1" : "0"));
    const Result check = cli({"rtl-check", path("logic"), "--icarus"});
    QCOMPARE(check.status, 1);
    QVERIFY2(check.err.contains("FAIL: image 0: class"), check.all());
    QCOMPARE(cli({"rtl-check", path("small.packed.h5")}).status, 2);
}

QTEST_GUILESS_MAIN(TestCliRtl)
#include "tst_cli_rtl.moc"
