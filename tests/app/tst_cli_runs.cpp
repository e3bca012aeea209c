#include "core/packed/packed_file.h"
#include "core/storage/run_file.h"
#include "experiments/training_run.h"
#include "tests/app/cli_fixture.h"
#include "tests/datasets/idx_files.h"

#include <QRegularExpression>
#include <QTemporaryDir>

#include <csignal>
#include <memory>

using namespace ternbench;
using namespace ternbench::test;

/// Runs from start to verified export, stopped and resumed ones, and checks that must fail.
class TestCliRuns : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void runExportVerify();
    void runMayExportAtOnce();
    void evaluationFromIndexesIsExact();
    void sameSeedGivesTheSameBits();
    void overridesReachTheRun();
    void oneCodeForEveryLayer();
    void textOfARunIsOneLineAnEpoch();
    void existingFilesNeedForce();
    void interruptSavesAndResumeFinishes();
    void resumeFindsMovedImages();
    void changedLayerFailsVerification_data();
    void changedLayerFailsVerification();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString document() const { return path("small.json"); }
    QString finishedRun() const { return path("finished.run.h5"); }
    QString packed() const { return path("finished.packed.h5"); }

    QTemporaryDir m_folder;
};

void TestCliRuns::initTestCase()
{
    saveExperiment(smallExperiment(), document().toStdString());
    const Result run = cli({"run", document(), "--output", finishedRun(), "--export", packed()});
    QVERIFY2(run.status == 0, run.all());
}

void TestCliRuns::runExportVerify()
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

void TestCliRuns::runMayExportAtOnce()
{
    const Result result = cli({"verify", packed(), "--json"}); // written by `run --export`
    QVERIFY2(result.status == 0, result.all());
    const Result run = cli(
        {"run", document(), "-o", path("at once.run.h5"), "--export", path("at once.packed.h5"), "--json"});
    QVERIFY2(run.status == 0, run.all());
    QVERIFY(run.json()["export"].toObject()["verification"].toObject()["passed"].toBool());
}

void TestCliRuns::evaluationFromIndexesIsExact()
{
    const Result result = cli({"bench", "evaluate", packed(), "--json"});
    QVERIFY2(result.status == 0, result.all());
    const QJsonObject json = result.json();
    QVERIFY(json["exact"].toBool());
    const QJsonObject verified = cli({"verify", packed(), "--reference", "--json"}).json();
    QCOMPARE(json["class_errors"], verified["verification"].toObject()["class_errors"]);
    QCOMPARE(json["images"], verified["verification"].toObject()["images"]);
}

void TestCliRuns::sameSeedGivesTheSameBits()
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

void TestCliRuns::overridesReachTheRun()
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

void TestCliRuns::oneCodeForEveryLayer()
{
    const QString run = path("coded.run.h5");
    const Result result = cli({"run", document(), "--output", run, "--code", "4,2,exactly-k", "--set",
                               "layers[1].code.K=1", "--set", "layers[1].code.family=trimmed"});
    QVERIFY2(result.status == 0, result.all());
    const QJsonObject info = cli({"info", run, "--json"}).json()["run"].toObject();
    const QJsonArray layers = info["document"].toObject()["layers"].toArray();
    QCOMPARE(layers.size(), 2);
    QCOMPARE(layers[0].toObject()["code"].toObject(),
             (QJsonObject{{"N", 4}, {"K", 2}, {"family", "exactly-k"}}));
    QCOMPARE(layers[1].toObject()["code"].toObject(),
             (QJsonObject{{"N", 4}, {"K", 1}, {"family", "trimmed"}})); // --set is the more specific
}

void TestCliRuns::textOfARunIsOneLineAnEpoch()
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

void TestCliRuns::existingFilesNeedForce()
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

void TestCliRuns::interruptSavesAndResumeFinishes()
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

namespace {

/// 60 training and 20 test images of 4 x 4 in `folder`; another brightness makes other images.
void writeImages(const QString& folder, int ofTraining, int ofTest)
{
    using namespace ternbench::testing;
    const auto labels = [](int count) {
        QByteArray all;
        for (int i = 0; i < count; ++i)
            all.append(char(i % 3));
        return labelFile(all);
    };
    const auto images = [](int count, int brightness) {
        QByteArray file = imageFile(count, 4, 4);
        file[16] = char(brightness);
        return file;
    };
    QVERIFY(QDir().mkpath(folder));
    write(folder + "/train-images-idx3-ubyte", images(60, ofTraining));
    write(folder + "/train-labels-idx1-ubyte", labels(60));
    write(folder + "/t10k-images-idx3-ubyte", images(20, ofTest));
    write(folder + "/t10k-labels-idx1-ubyte", labels(20));
}

/// Trains until `epochs` are done and stops.
void runAndStop(const Experiment& experiment, const std::filesystem::path& output, int epochs)
{
    RunOptions options;
    options.output = output;
    options.startPaused = true;
    std::unique_ptr<TrainingRun> run;
    RunObserver observer;
    observer.epoch = [&](const std::shared_ptr<const EpochSnapshot>& epoch) {
        if (epoch->epoch == epochs)
            run->stop();
    };
    run = std::make_unique<TrainingRun>(experiment, options, observer);
    run->resume(); // nothing is observed before `run` is there
    run->wait();
}

} // namespace

void TestCliRuns::resumeFindsMovedImages()
{
    const QString before = path("images"), after = path("moved images"), other = path("other images");
    const QString otherTests = path("other test images");
    writeImages(before, 7, 7);
    writeImages(other, 8, 7);
    writeImages(otherTests, 7, 8);
    Experiment experiment = smallExperiment();
    experiment.data.kind = DataKind::Idx;
    experiment.data.folder = before.toStdString();
    experiment.training.batchSize = 20;
    const QString file = path("images.json"), run = path("moved.run.h5");
    saveExperiment(experiment, file.toStdString());
    const Result straight = cli(
        {"run", file, "--output", path("unmoved.run.h5"), "--export", path("unmoved.packed.h5"), "--json"});
    QVERIFY2(straight.status == 0, straight.all());
    runAndStop(experiment, run.toStdString(), 2);
    QCOMPARE(readRunFile(run.toStdString()).status, RunStatus::Unfinished);
    QVERIFY(QDir().rename(before, after));

    const QByteArray stopped = contentOf(run);
    const Result lost = cli({"resume", run});
    QVERIFY2(lost.status == 2 && lost.err.contains(before), lost.all());
    const Result wrong = cli({"resume", run, "--data", other});
    QVERIFY2(wrong.status == 2 && wrong.err.contains("trained on other images"), wrong.all());
    const Result wrongTests = cli({"resume", run, "--data", otherTests});
    QVERIFY2(wrongTests.status == 2 && wrongTests.err.contains("tested on other images"), wrongTests.all());
    QCOMPARE(contentOf(run), stopped);

    const Result resumed =
        cli({"resume", run, "--data", after, "--export", path("moved.packed.h5"), "--json"});
    QVERIFY2(resumed.status == 0, resumed.all());
    QCOMPARE(resumed.json()["epochs"].toArray().size(), 4);
    const QJsonValue verification = resumed.json()["export"].toObject()["verification"];
    QVERIFY(verification.toObject()["passed"].toBool());
    QCOMPARE(verification, straight.json()["export"].toObject()["verification"]); // hashes of every output
    const QJsonObject info = cli({"info", run, "--json"}).json()["run"].toObject();
    QCOMPARE(info["document"].toObject()["data"].toObject()["folder"].toString(), after);
}

void TestCliRuns::changedLayerFailsVerification_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<QString>("name");
    QTest::newRow("hidden layer") << 0 << "fc1";
    QTest::newRow("last layer") << 1 << "out";
}

void TestCliRuns::changedLayerFailsVerification()
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

QTEST_GUILESS_MAIN(TestCliRuns)
#include "tst_cli_runs.moc"
