#include "core/random.h"
#include "tests/core/small_convolution.h"
#include "tests/experiments/small_run.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace ternbench;
namespace fs = std::filesystem;

namespace {

constexpr int kills = 20;

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

/// Whether the child ended by itself: it is killed behind a random line that it says and a random wait, so at
/// a step, at an epoch's end, or while its file is written.
bool endsUnkilled(const QString& kind, const fs::path& file, bool mayLive, Random& random)
{
    QProcess child;
    child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    child.start(QCoreApplication::applicationFilePath(),
                {"--child", kind, QString::fromStdString(file.string())});
    int lines = mayLive ? 1'000'000 : 4 + int(random.below(4));
    while (lines > 0 && (child.canReadLine() || child.waitForReadyRead(60'000)))
        while (lines > 0 && child.canReadLine()) {
            child.readLine();
            --lines;
        }
    if (lines == 0) {
        QTest::qSleep(int(random.below(10)));
        child.kill();
    }
    if (child.state() != QProcess::NotRunning && !child.waitForFinished(60'000))
        qFatal("the child does not end");
    if (child.exitStatus() == QProcess::NormalExit && child.exitCode() != 0)
        qFatal("the child failed");
    return child.exitStatus() == QProcess::NormalExit;
}

} // namespace

/// SIGKILL loses nothing but the time since the last checkpoint.
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
    int killed = 0;
    int lastEpoch = 0;
    while (!endsUnkilled(kind, file, killed == kills, random)) {
        ++killed;
        if (!fs::exists(file))
            continue;
        const RunRecord record = readRunFile(file); // readable throughout
        QVERIFY(record.checkpoint->position.epoch >= lastEpoch);
        lastEpoch = record.checkpoint->position.epoch;
    }
    QCOMPARE(killed, kills);
    QVERIFY(lastEpoch > 0); // some were killed behind a checkpoint
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
