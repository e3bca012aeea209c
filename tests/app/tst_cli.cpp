#include "core/packed/packed_file.h"
#include "experiments/document.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <signal.h>

using namespace ternbench;

namespace {

struct Result
{
    int status = -1; ///< exit status; -1 when the program did not end by itself
    QString out, err;

    QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
    QByteArray all() const { return ("status " + QString::number(status) + "\n" + out + err).toUtf8(); }
};

Result resultOf(QProcess& process)
{
    if (!process.waitForFinished(120'000))
        process.kill();
    const bool ended =
        process.exitStatus() == QProcess::NormalExit && process.state() == QProcess::NotRunning;
    return {ended ? process.exitCode() : -1, QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

Result cli(const QStringList& arguments)
{
    QProcess process;
    process.start(TERNBENCH_CLI, arguments);
    return resultOf(process);
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

/// Two layers on a few hundred generated images: a run takes well below a second.
Experiment smallExperiment()
{
    Experiment experiment = defaultExperiment();
    experiment.name = "small";
    experiment.data.kind = DataKind::Generated;
    experiment.data.generatedTrain = 400;
    experiment.data.generatedTest = 200;
    experiment.data.generatedSide = 8;
    experiment.data.generatedClasses = 4;
    auto& layers = experiment.network.layers;
    layers.erase(layers.begin() + 1, layers.begin() + 3);
    layers.front().outputs = 24;
    experiment.training.batchSize = 50;
    experiment.training.schedule = {{Stage::Kind::Float, Code{}, 2}, {Stage::Kind::Final, Code{}, 2}};
    return experiment;
}

} // namespace

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
    void runExportVerify();
    void runMayExportAtOnce();
    void sameSeedGivesTheSameBits();
    void overridesReachTheRun();
    void textOfARunIsOneLineAnEpoch();
    void existingFilesNeedForce();
    void interruptSavesAndResumeFinishes();
    void finishedRunIsNotResumed();
    void changedLayerFailsVerification_data();
    void changedLayerFailsVerification();
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
    QTest::newRow("resume") << QStringList{"resume", "--help"} << QStringList{"RUNFILE", "--json"};
    QTest::newRow("export") << QStringList{"export", "--help"}
                            << QStringList{"RUNFILE", "--output", "--force"};
    QTest::newRow("verify") << QStringList{"verify", "--help"} << QStringList{"PACKED", "--data"};
    QTest::newRow("info") << QStringList{"info", "--help"} << QStringList{"FILE"};
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
    row("unknown command", {"tran"}, "tran");
    row("no document", {"run"}, "DOCUMENT is required");
    row("no output", {"run", "a.json"}, "--output is required");
    row("unknown option", {"run", "a.json", "--output", "b", "--fast"}, "--fast");
    row("seed is no number", {"run", "a.json", "--output", "b", "--seed", "x"}, "--seed");
    row("seed is negative", {"run", "a.json", "--output", "b", "--seed=-1"}, "--seed");
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
    row("override of nothing", run + QStringList{"--set", "layers[5].name=x"},
        {"layers[5].name: does not exist"});
    row("override without value", run + QStringList{"--set", "name"}, {"\"name\"", "path=value"});
    row("data folder for generated data", run + QStringList{"--data", "/tmp"}, {"--data", "generated"});
    row("data not found", run + QStringList{"--set", "data.kind=idx", "--data", "/nowhere"},
        {"data: ", "/nowhere"});
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
    row("verify a document", {"verify", "@small.json"}, {"small.json"});
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

void TestCli::runExportVerify()
{
    const QString run = path("three.run.h5");
    const Result trained = cli({"run", document(), "--output", run, "--json"});
    QVERIFY2(trained.status == 0, trained.all());
    QCOMPARE(trained.json()["state"].toString(), "finished");
    const QJsonArray epochs = trained.json()["epochs"].toArray();
    QCOMPARE(epochs.size(), 4);
    QCOMPARE(epochs[0].toObject()["stage_label"].toString(), "float");
    QCOMPARE(epochs[3].toObject()["epoch"].toInt(), 4);

    const Result exported = cli({"export", run, "--json"}); // beside the run file
    QVERIFY2(exported.status == 0, exported.all());
    QVERIFY(QFile::exists(path("three.packed.h5")));
    const QJsonObject verification = exported.json()["verification"].toObject();
    QVERIFY(verification["passed"].toBool());
    QCOMPARE(verification["images"].toInt(), 200);

    const Result verified = cli({"verify", path("three.packed.h5")});
    QVERIFY2(verified.status == 0, verified.all());
    QVERIFY2(verified.out.contains(QRegularExpression("fc1 +\\(8,2\\) +4,800 +0 +[0-9a-f]{12} +OK")),
             verified.all());
    QVERIFY2(verified.out.contains(QRegularExpression("out +\\(8,2\\) +2,000 +0 +[0-9a-f]{12} +OK")),
             verified.all());
    QVERIFY2(verified.out.contains("Hardware error"), verified.all());
    QVERIFY2(!verified.out.contains("FAILED"), verified.all());

    const QJsonObject again = cli({"verify", path("three.packed.h5"), "--json"}).json();
    QCOMPARE(again["verification"].toObject()["class_errors"], verification["class_errors"]);
    // 8x8 inputs to 24, to 10: one byte for 8 weights
    QCOMPARE(again["ledger"].toObject()["index_bytes"].toInt(), (64 * 24 + 24 * 10) / 8);
}

void TestCli::runMayExportAtOnce()
{
    const Result result = cli({"verify", packed(), "--json"}); // written by `run --export`
    QVERIFY2(result.status == 0, result.all());
    const Result run = cli(
        {"run", document(), "-o", path("at once.run.h5"), "--export", path("at once.packed.h5"), "--json"});
    QVERIFY2(run.status == 0, run.all());
    QVERIFY(run.json()["export"].toObject()["verification"].toObject()["passed"].toBool());
}

void TestCli::sameSeedGivesTheSameBits()
{
    const auto hashes = [&](const QString& name, const QStringList& more) {
        const Result run = cli(QStringList{"run", document(), "--output", path(name + ".run.h5"), "--export",
                                           path(name + ".packed.h5"), "--json"} +
                               more);
        QStringList found;
        for (const auto& part : run.json()["export"].toObject()["verification"].toObject()["parts"].toArray())
            found += part.toObject()["computed_sha256"].toString();
        return found;
    };
    const QStringList first = hashes("seed7", {"--seed", "7", "--threads", "1"});
    QVERIFY(first.join("").size() >= 2 * 64);
    QCOMPARE(hashes("seed7again", {"--seed", "7", "--threads", "2"}), first);
    QVERIFY(hashes("seed8", {"--seed", "8"}) != first);
}

void TestCli::overridesReachTheRun()
{
    const QString run = path("overridden.run.h5");
    const Result result = cli({"run", document(), "--output", run, "--json", "--seed", "99", "--set",
                               "schedule[0].epochs=1", "--set", "name=two words", "schedule[1].epochs=1"});
    QVERIFY2(result.status == 0, result.all());
    QCOMPARE(result.json()["epochs"].toArray().size(), 2);
    QCOMPARE(result.json()["experiment"].toString(), "two words");
    QCOMPARE(result.json()["seed"].toInt(), 99);
    const QJsonObject info = cli({"info", run, "--json"}).json()["run"].toObject();
    QCOMPARE(info["document"].toObject()["name"].toString(), "two words");
}

void TestCli::textOfARunIsOneLineAnEpoch()
{
    const Result result = cli({"run", document(), "--output", path("text.run.h5")});
    QVERIFY2(result.status == 0, result.all());
    QVERIFY2(!result.out.contains('\r') && !result.out.contains('\033'), result.all()); // no terminal here
    QCOMPARE(result.out.count(QRegularExpression("^epoch [1-4]/4 ", QRegularExpression::MultilineOption)), 4);
    QVERIFY2(result.out.contains("left\n"), result.all());
    const Result json = cli({"run", document(), "--output", path("json.run.h5"), "--json"});
    QCOMPARE(json.err.count(QRegularExpression("^epoch [1-4]/4 ", QRegularExpression::MultilineOption)), 4);
    QVERIFY(!json.json().isEmpty());
}

void TestCli::existingFilesNeedForce()
{
    const QString run = path("forced.run.h5");
    write(run, "something else");
    QCOMPARE(cli({"run", document(), "--output", run}).status, 2);
    QCOMPARE(contentOf(run), QByteArray("something else"));
    QCOMPARE(cli({"run", document(), "--output", run, "--force"}).status, 0);
    QVERIFY(contentOf(run).startsWith("\x89HDF"));
    const QString packedFile = path("forced.packed.h5");
    write(packedFile, "something else");
    QCOMPARE(cli({"export", run}).status, 2);
    QCOMPARE(contentOf(packedFile), QByteArray("something else"));
    QCOMPARE(cli({"export", run, "--force"}).status, 0);
    QCOMPARE(cli({"verify", packedFile}).status, 0);
}

void TestCli::interruptSavesAndResumeFinishes()
{
    const QStringList more{"--set", "schedule[0].epochs=300", "schedule[1].epochs=20"};
    QProcess process;
    process.start(TERNBENCH_CLI, QStringList{"run", document(), "--output", path("stopped.run.h5")} + more);
    QByteArray seen;
    while (!seen.contains("epoch 2/320")) { // well inside the run
        QVERIFY2(process.waitForReadyRead(60'000), seen);
        seen += process.readAllStandardOutput();
    }
    QCOMPARE(::kill(pid_t(process.processId()), SIGINT), 0);
    const Result stopped = resultOf(process);
    QVERIFY2(stopped.status == 1, stopped.all());
    QVERIFY2(stopped.out.contains("ternbench-cli resume " + path("stopped.run.h5")), stopped.all());
    QVERIFY2(!stopped.out.contains("epoch 320/320"), "it ran to the end");

    const Result resumed =
        cli({"resume", path("stopped.run.h5"), "--export", path("stopped.packed.h5"), "--json"});
    QVERIFY2(resumed.status == 0, resumed.all());
    QCOMPARE(resumed.json()["epochs"].toArray().size(), 320);
    const Result straight = cli(QStringList{"run", document(), "--output", path("straight.run.h5"),
                                            "--export", path("straight.packed.h5"), "--json"} +
                                more);
    QVERIFY2(straight.status == 0, straight.all());
    QVERIFY(straight.json()["export"].toObject()["verification"] ==
            resumed.json()["export"].toObject()["verification"]); // hashes of every output included
}

void TestCli::finishedRunIsNotResumed()
{
    const QByteArray before = contentOf(finishedRun());
    const Result result = cli({"resume", finishedRun()});
    QVERIFY2(result.status == 2 && result.err.contains("finished"), result.all());
    QVERIFY(contentOf(finishedRun()) == before);
}

void TestCli::changedLayerFailsVerification_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<QString>("name");
    QTest::newRow("hidden layer") << 0 << "fc1";
    QTest::newRow("last layer") << 1 << "out";
}

void TestCli::changedLayerFailsVerification()
{
    QFETCH(int, layer);
    QFETCH(QString, name);
    PackedNetwork network = readPacked(packed().toStdString());
    std::vector<std::int64_t>& offset = network.network.layers[std::size_t(layer)].offset;
    offset.front() += std::int64_t{1} << 40; // every output of that row moves to its upper end
    const QString changed = path("changed.packed.h5");
    writePacked(network, changed.toStdString()); // all digests of datasets are right: only the outputs differ

    const Result result = cli({"verify", changed});
    QVERIFY2(result.status == 1, result.all());
    QVERIFY2(result.err.contains("FAILED at " + name), result.all());
    QVERIFY2(result.out.contains(QRegularExpression(name + " .* FAILED")), result.all());
    const Result json = cli({"verify", changed, "--json"});
    QCOMPARE(json.status, 1);
    QVERIFY(!json.json()["verification"].toObject()["passed"].toBool());
    QCOMPARE(json.json()["verification"].toObject()["first_failure"].toString(), name);
    QVERIFY(QFile::remove(changed));
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
