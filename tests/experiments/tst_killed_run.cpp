#include "core/random.h"
#include "tests/core/small_convolution.h"
#include "tests/experiments/small_run.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace ternbench;
namespace fs = std::filesystem;

namespace {

constexpr int kills = 20;
/// So many must leave a temporary file; half of them are timed to.
constexpr int killsWithinAWrite = 5;

/// More epochs than the children survive between the kills.
Experiment longExperiment(const QString& kind)
{
    Experiment experiment = small::experiment();
    small::useEveryOption(experiment.network, experiment.quantizer, experiment.training);
    if (kind == u"convolutional") {
        experiment.network.layers = small::convolutionNetwork().layers;
        experiment.network.layers.front().code = eightBitWeights;
        experiment.training.augmentation = small::convolutionTraining().augmentation;
    }
    experiment.training.schedule = {{Stage::Kind::Float, {}, 8}, {Stage::Kind::Final, {}, 20, Growth::Cubic}};
    return experiment;
}

/// The other half of endsWithTheSameBits(): trains to `file`, going on from it where it is there, and says
/// so.
int runChild(const QString& kind, const fs::path& file)
{
    const auto say = [](const char* what, int number) {
        std::printf("%s %d\n", what, number);
        std::fflush(stdout);
    };
    RunOptions options;
    options.threads = 1;
    options.output = file;
    options.checkpointEpochs = 1;
    if (fs::exists(file))
        options.resumeFrom = file;
    RunObserver observer;
    observer.progress = [&](const BatchProgress& progress) { say("step", int(progress.step)); };
    observer.epoch = [&](const auto& epoch) { say("epoch", epoch->epoch); };
    observer.log = [&](const std::string&) { say("log", 0); };
    TrainingRun run(longExperiment(kind), options, observer);
    run.wait();
    return run.failure() == TrainingRun::Failure::None ? 0 : 1;
}

/// When a child is killed.
enum class Kill {
    Anywhere,    ///< behind a random line that it says and a random wait
    WithinWrite, ///< as soon as there is a temporary file that it writes
    Never,
};

std::vector<std::string> temporaryFiles(const fs::path& file, const std::string& ofProcess = {})
{
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(file.parent_path()))
        if (const std::string name = entry.path().filename().string();
            name.starts_with(file.filename().string() + ".tmp-" + ofProcess))
            found.push_back(name);
    return found;
}

struct Ending
{
    bool killed = false;
    bool withinWrite = false; ///< it left a temporary file
};

void killAtTemporaryFile(QProcess& child, const fs::path& file, const std::string& mark)
{
    QElapsedTimer timer;
    timer.start();
    while (temporaryFiles(file, mark).empty()) {
        if (child.waitForFinished(0))
            return;
        if (timer.elapsed() > 60'000)
            qFatal("the child writes no file");
    }
    child.kill();
}

/// Runs a child until it is killed or ends by itself.
Ending runAndKill(const QString& kind, const fs::path& file, Kill kill, Random& random)
{
    QProcess child;
    child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    child.start(QCoreApplication::applicationFilePath(),
                {"--child", kind, QString::fromStdString(file.string())});
    int lines = kill == Kill::Never ? 1'000'000 : 4 + int(random.below(4));
    while (lines > 0 && (child.canReadLine() || child.waitForReadyRead(60'000)))
        while (lines > 0 && child.canReadLine()) {
            child.readLine();
            --lines;
        }
    const std::string mark = std::to_string(child.processId()) + "-";
    if (kill == Kill::WithinWrite)
        killAtTemporaryFile(child, file, mark);
    else if (lines == 0) {
        QTest::qSleep(int(random.below(10)));
        child.kill();
    }
    if (child.state() != QProcess::NotRunning && !child.waitForFinished(60'000))
        qFatal("the child does not end");
    if (child.exitStatus() == QProcess::NormalExit && child.exitCode() != 0)
        qFatal("the child failed");
    return {child.exitStatus() != QProcess::NormalExit, !temporaryFiles(file, mark).empty()};
}

} // namespace

/// SIGKILL loses nothing but the time since the last checkpoint, and leaves nothing behind.
class TestKilledRun : public QObject
{
    Q_OBJECT

private slots:
    void endsWithTheSameBits_data();
    void endsWithTheSameBits();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QTemporaryDir m_folder;
};

void TestKilledRun::endsWithTheSameBits_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("fully connected, every option") << QStringLiteral("linear");
    QTest::newRow("convolutional, 8-bit first layer, augmentation") << QStringLiteral("convolutional");
}

void TestKilledRun::endsWithTheSameBits()
{
    QFETCH(QString, kind);
    RunOptions options;
    options.output = path("whole.h5");
    QCOMPARE(small::runToEnd(longExperiment(kind), options).states.back(), RunState::Finished);
    const fs::path file = path("killed.h5");
    fs::remove(file);
    Random random(1, 600);
    int killed = 0, withinWrite = 0, behindCheckpoint = 0, lastEpoch = 0;
    for (int i = 0; killed < kills || withinWrite < killsWithinAWrite; ++i) {
        QVERIFY2(i < 10 * kills, std::to_string(withinWrite).c_str());
        const Ending ending = runAndKill(kind, file, i % 2 ? Kill::WithinWrite : Kill::Anywhere, random);
        killed += ending.killed ? 1 : 0;
        withinWrite += ending.withinWrite ? 1 : 0;
        if (!fs::exists(file))
            continue;
        const RunRecord record = readRunFile(file); // readable throughout
        QVERIFY(record.checkpoint->position.epoch >= lastEpoch);
        lastEpoch = record.checkpoint->position.epoch;
        behindCheckpoint += ending.killed && lastEpoch > 0 ? 1 : 0;
        if (record.status == RunStatus::Finished) { // before enough were killed: another run
            small::mustEndAlike(file, path("whole.h5"));
            fs::remove(file);
            lastEpoch = 0;
        }
    }
    QVERIFY(behindCheckpoint > 0);
    QVERIFY(!runAndKill(kind, file, Kill::Never, random).killed);
    QVERIFY(temporaryFiles(file).empty()); // what the killed ones left
    small::mustEndAlike(file, path("whole.h5"));
}

int main(int argc, char** argv)
{
    if (argc == 4 && std::string(argv[1]) == "--child")
        return runChild(QString::fromUtf8(argv[2]), argv[3]);
    QCoreApplication application(argc, argv);
    TestKilledRun test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_killed_run.moc"
