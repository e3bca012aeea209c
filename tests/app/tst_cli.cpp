#include "core/storage/run_file.h"
#include "tests/app/cli_fixture.h"

#include <QTemporaryDir>

using namespace ternbench;
using namespace ternbench::test;

/// Usage, bad input, and what `info` tells.
class TestCli : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void helpAndVersion_data();
    void helpAndVersion();
    void badUsage_data();
    void badUsage();
    void badInputLeavesFilesIntact_data();
    void badInputLeavesFilesIntact();
    void finishedRunIsNotResumed();
    void infoTellsEveryKindOfFile();
    void closedOutputIsAFailure();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString document() const { return path("small.json"); }
    QString finishedRun() const { return path("finished.run.h5"); }
    QString packed() const { return path("finished.packed.h5"); }

    QTemporaryDir m_folder;
};

void TestCli::initTestCase()
{
    saveExperiment(smallExperiment(), document().toStdString());
    const Result run = cli({"run", document(), "--output", finishedRun(), "--export", packed()});
    QVERIFY2(run.status == 0, run.all());
    RunRecord stopped = readRunFile(finishedRun().toStdString());
    stopped.status = RunStatus::Unfinished;
    writeRunFile(stopped, path("stopped.run.h5").toStdString());
}

void TestCli::helpAndVersion_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("parts");
    QTest::newRow("--version") << QStringList{"--version"} << QStringList{"Ternbench 0."};
    QTest::newRow("--help") << QStringList{"--help"}
                            << QStringList{"run", "resume", "export", "verify", "info", "Exit status"};
    QTest::newRow("run") << QStringList{"run", "--help"}
                         << QStringList{"DOCUMENT", "--output", "--seed", "--threads",
                                        "--data",   "--set",    "--json"};
    QTest::newRow("resume") << QStringList{"resume", "--help"} << QStringList{"RUNFILE", "--data", "--json"};
    QTest::newRow("export") << QStringList{"export", "--help"}
                            << QStringList{"RUNFILE", "--output", "--force"};
    QTest::newRow("verify") << QStringList{"verify", "--help"} << QStringList{"PACKED", "--data"};
    QTest::newRow("bench") << QStringList{"bench", "infer", "--help"}
                           << QStringList{"--rows", "--cols", "--code", "--threads", "--cold", "--json"};
    QTest::newRow("info") << QStringList{"info", "--help"} << QStringList{"FILE", "--set", "--code"};
}

void TestCli::helpAndVersion()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, parts);
    const Result result = cli(arguments);
    QVERIFY2(result.status == 0 && result.err.isEmpty(), result.all());
    for (const QString& part : parts)
        QVERIFY2(result.out.contains(part), qPrintable(part));
}

void TestCli::badUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QStringList& arguments, const char* message) {
        QTest::newRow(name) << arguments << message;
    };
    row("no command", {}, "subcommand is required");
    row("unknown command", {"tran"}, "tran is no command: must be one of run, resume, export");
    row("no document", {"run"}, "DOCUMENT is required");
    row("no output", {"run", "a.json"}, "--output is required");
    row("unknown option", {"run", "a.json", "--output", "b", "--fast"}, "--fast");
    row("too many threads", {"run", "a.json", "--output", "b", "--threads", "5000"}, "0 to 1024");
    row("verify without file", {"verify"}, "PACKED is required");
    row("export without file", {"export"}, "RUNFILE is required");
    row("two files for info", {"info", "a", "b"}, "b");
}

void TestCli::badUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const Result result = cli(arguments);
    QVERIFY2(result.status == 2, result.all());
    QVERIFY2(result.err.contains(message), result.all());
}

void TestCli::badInputLeavesFilesIntact_data()
{
    QTest::addColumn<QStringList>("arguments"); // "@name" stands for a file in the test's folder
    QTest::addColumn<QStringList>("parts");
    const auto row = [](const char* name, const QStringList& arguments, const QStringList& parts) {
        QTest::newRow(name) << arguments << parts;
    };
    const QStringList run{"run", "@small.json", "--output", "@new.run.h5"};
    row("no such document", {"run", "@none.json", "--output", "@new.run.h5"}, {"none.json", "No such file"});
    row("document is no JSON", {"run", "@finished.run.h5", "--output", "@new.run.h5"},
        {"finished.run.h5", "not UTF-8"});
    row("impossible value", run + QStringList{"--set", "layers[0].code.K=9"},
        {"layers[0].code.K: 9 is not allowed", "1..8"});
    row("two values, one after the other", run + QStringList{"--set", "name=x", "layers[0].code.K=9"},
        {"layers[0].code.K: 9 is not allowed"});
    row("code of no numbers", run + QStringList{"--code", "eight,2"},
        {"--code: eight,2 is not allowed", "N,K or N,K,FAMILY"});
    row("impossible code", run + QStringList{"--code", "4,5"}, {"--code", "1..4"});
    row("seed is no number", run + QStringList{"--seed", "x"},
        {"seed: \"x\" is not allowed", "0..18446744073709551615"});
    row("seed is negative", run + QStringList{"--seed=-1"}, {"seed: -1 is not allowed"});
    row("seed beyond 64 bits", run + QStringList{"--seed", "18446744073709551616"},
        {"seed: 1.8446744073709552e+19"});
    row("override of nothing", run + QStringList{"--set", "layers[5].name=x"},
        {"layers[5].name: does not exist"});
    row("override without value", run + QStringList{"--set", "name"}, {"\"name\"", "path=value"});
    row("data folder for generated data", run + QStringList{"--data", "/tmp"}, {"--data", "generated"});
    row("data not found", run + QStringList{"--set", "data.kind=idx", "--data", "/nowhere"},
        {"data.folder: there is no folder /nowhere"});
    row("no such output folder", {"run", "@small.json", "--output", "@none/new.run.h5"},
        {"--output", "none/new.run.h5", "No such file"});
    row("output is a folder", {"run", "@small.json", "--output", "@."}, {"--output", "must name a file"});
    row("output is a device", {"run", "@small.json", "--output", "/dev/null", "--force"},
        {"not a regular file"});
    row("output exists", {"run", "@small.json", "--output", "@finished.run.h5"},
        {"--output", "finished.run.h5", "exists already", "--force"});
    row("output is the document", {"run", "@small.json", "--output", "@small.json", "--force"},
        {"--output", "is also DOCUMENT"});
    row("export is the output", run + QStringList{"--export", "@new.run.h5"},
        {"--export", "is also --output"});
    row("nothing coded to export",
        run + QStringList{"--export", "@new.packed.h5", "--set", "schedule=[{\"code\":\"float\"}]"},
        {"schedule[0].code: \"float\" is not allowed"});
    row("resume a document", {"resume", "@small.json"}, {"small.json"});
    row("resume nothing", {"resume", "@none.run.h5"}, {"none.run.h5"});
    row("export a document", {"export", "@small.json", "--output", "@new.packed.h5"}, {"small.json"});
    row("export a packed file", {"export", "@finished.packed.h5", "--output", "@new.packed.h5"},
        {"finished.packed.h5"});
    row("export over a packed file", {"export", "@finished.run.h5"},
        {"finished.packed.h5", "exists already"});
    row("export over the run file", {"export", "@finished.run.h5", "--output", "@finished.run.h5", "--force"},
        {"--output", "is also RUNFILE"});
    row("verify a run file", {"verify", "@finished.run.h5"}, {"finished.run.h5"});
    row("verify with a folder for generated data", {"verify", "@finished.packed.h5", "--data", "/tmp"},
        {"--data", "/tmp", "generated"});
    row("export with a folder for generated data",
        {"export", "@finished.run.h5", "--output", "@new.packed.h5", "--data", "/tmp"},
        {"--data", "/tmp", "generated"});
    row("verify a document", {"verify", "@small.json"}, {"small.json"});
    row("info of a run file under --set", {"info", "@finished.run.h5", "--set", "seed=2"},
        {"--set: seed=2 is not allowed", "finished.run.h5 is a run file", "experiment document"});
    row("info of a packed file under --code", {"info", "@finished.packed.h5", "--code", "4,1"},
        {"--code: 4,1 is not allowed", "finished.packed.h5 is a packed file", "experiment document"});
    row("info of the machine under --set", {"info", "--set", "seed=2"},
        {"--set: seed=2 is not allowed", "no FILE is given"});
    row("info under an impossible value", {"info", "@small.json", "--set", "layers[0].code.K=9"},
        {"layers[0].code.K: 9 is not allowed"});
    row("resume with a folder for generated data", {"resume", "@stopped.run.h5", "--data", "/tmp"},
        {"--data", "/tmp", "generated"});
    row("info on nothing", {"info", "@none"}, {"none", "No such file"});
    row("info on a folder", {"info", "@."}, {"folder"});
}

void TestCli::badInputLeavesFilesIntact()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, parts);
    const QStringList files = QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden);
    QList<QByteArray> before;
    for (const QString& file : files)
        before.append(contentOf(path(file)));
    for (QString& argument : arguments)
        if (argument.startsWith('@'))
            argument = path(argument.mid(1));
    const Result result = cli(arguments + QStringList{"--json"});
    QVERIFY2(result.status == 2, result.all());
    for (const QString& part : parts)
        QVERIFY2(result.err.contains(part), (part + " is not in: " + result.err).toUtf8());
    QCOMPARE(result.json()["exit_status"].toInt(), 2);
    QVERIFY2(result.json()["error"].toString().contains(parts.first()), result.all());

    QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden), files);
    for (qsizetype i = 0; i < files.size(); ++i)
        QVERIFY2(contentOf(path(files[i])) == before[i], qPrintable(files[i]));
}

void TestCli::finishedRunIsNotResumed()
{
    const QByteArray before = contentOf(finishedRun());
    const Result result = cli({"resume", finishedRun()});
    QVERIFY2(result.status == 2 && result.err.contains("finished"), result.all());
    QVERIFY(contentOf(finishedRun()) == before);
}

void TestCli::infoTellsEveryKindOfFile()
{
    const QJsonObject machine = cli({"info", "--json"}).json();
    for (const char* key : {"generator", "cpu", "simd", "blas_kernel_set", "hdf5"})
        QVERIFY2(!machine[key].toString().isEmpty(), key);
    QVERIFY(machine["threads"].toInt() >= 1);

    const Result aDocument = cli({"info", document()});
    QVERIFY2(aDocument.status == 0 && aDocument.out.contains("small") && aDocument.out.contains("(8,2)"),
             aDocument.all());
    const QJsonObject plan = cli({"info", document(), "--json"}).json()["experiment"].toObject();
    const QJsonObject actual = cli({"info", packed(), "--json"}).json()["packed"].toObject();
    QVERIFY(plan["ledger"].isObject());
    QCOMPARE(plan["ledger"], actual["ledger"]); // what was promised is what was written

    const QJsonObject run = cli({"info", finishedRun(), "--json"}).json()["run"].toObject();
    QCOMPARE(run["status"].toString(), "finished");
    QCOMPARE(run["history"].toArray().size(), 4);
    const Result aRun = cli({"info", finishedRun()});
    QVERIFY2(aRun.status == 0 && aRun.out.contains("4 of 4 epochs"), aRun.all());
    const Result aPacked = cli({"info", packed()});
    QVERIFY2(aPacked.status == 0 && aPacked.out.contains("indexes") && aPacked.out.contains("Hardware error"),
             aPacked.all());
}

void TestCli::closedOutputIsAFailure()
{
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(TERNBENCH_CLI, {"info"});
    const Result result = resultOf(process);
    QVERIFY2(result.status == 1 && result.err.contains("standard output"), result.all());
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
