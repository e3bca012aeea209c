#include "core/error.h"
#include "core/storage/run_file.h"
#include "experiments/training_run.h"
#include "tests/experiments/small_run.h"
#include "tests/refusal_text.h"

#include <QTemporaryDir>
#include <QTest>

#include <future>
#include <limits>

using namespace ternbench;
using test::refusalOf;
namespace fs = std::filesystem;

namespace {

using enum RunState;

constexpr int stepsPerEpoch = 10, epochCount = 5;

} // namespace

class TestTrainingRun : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void observerContract();
    void everyLossIsHandedOut();
    void checkpointsEveryEpoch();
    void stepsEpochByEpoch();
    void beginsWithOneEpoch();
    void pausesAndResumes();
    void stopsWhilePaused();
    void stopsBeforeTheFirstStep();
    void timeGoesOnWhereItWas();
    void destructorStopsAndSaves();
    void stoppedAfterEveryStepEndsWithTheSameBits_data();
    void stoppedAfterEveryStepEndsWithTheSameBits();
    void resumingAFinishedRunEndsAtOnce();
    void divergenceKeepsTheLastGoodState();
    void refusesAnotherExperiment();
    void refusesOtherImages();
    void failures_data();
    void failures();
    void refusesBadOptionsAtOnce();
    void aFailedCheckpointIsAWarning();

private:
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    RunOptions to(const std::string& name) const
    {
        RunOptions options;
        options.threads = 1;
        options.output = path(name);
        return options;
    }
    /// `file` must hold what an uninterrupted run of `whole` holds.

    QTemporaryDir m_folder;
    small::Told m_whole; ///< an uninterrupted run, written to whole.h5
};

void TestTrainingRun::initTestCase()
{
    QVERIFY(m_folder.isValid());
    small::Recorder recorder;
    TrainingRun run(small::experiment(), to("whole.h5"), recorder.observer());
    run.wait();
    m_whole = recorder.told();
    QVERIFY(run.failure() == TrainingRun::Failure::None);
    QVERIFY(recorder.contractKept());
}

void TestTrainingRun::observerContract()
{
    QCOMPARE(m_whole.states, (std::vector<RunState>{Starting, Running, Saving, Finished}));
    QCOMPARE(m_whole.epochs.size(), std::size_t{epochCount});
    for (int e = 0; e < epochCount; ++e)
        QCOMPARE(m_whole.epochs[std::size_t(e)]->epoch, e + 1);
    QCOMPARE(m_whole.lastMessage, std::string("Finished after 5 epochs"));
    const RunRecord record = readRunFile(path("whole.h5"));
    QVERIFY(record.status == RunStatus::Finished);
    QCOMPARE(record.environment.seed, std::uint64_t{7});
    QCOMPARE(record.environment.threads, 1);
    QCOMPARE(record.environment.trainSha256, small::data().trainSha256);
    QCOMPARE(record.environment.testSha256, small::data().testSha256);

    // The bits are the engine's own: an engine driven by hand gives the same.
    Trainer trainer = small::trainer(2);
    small::trainEpochs(trainer, epochCount);
    QCOMPARE(small::difference(*record.checkpoint, trainer.state()), std::string());
}

void TestTrainingRun::everyLossIsHandedOut()
{
    std::vector<float> losses;
    for (const BatchProgress& progress : m_whole.progress) {
        QCOMPARE(std::size_t(progress.firstLossStep), losses.size());
        losses.insert(losses.end(), progress.losses.begin(), progress.losses.end());
        QCOMPARE(std::size_t(progress.step), losses.size());
        QCOMPARE(progress.totalSteps, std::int64_t{stepsPerEpoch * epochCount});
        QVERIFY(progress.secondsLeft >= 0.0 && progress.samplesPerSecond > 0.0);
    }
    QVERIFY(losses == readRunFile(path("whole.h5")).batchLosses);
    QCOMPARE(losses.size(), std::size_t{stepsPerEpoch * epochCount});
}

void TestTrainingRun::checkpointsEveryEpoch()
{
    small::Recorder recorder;
    RunOptions options = to("every.h5");
    options.checkpointEpochs = 1;
    std::vector<int> epochs;
    recorder.onLog = [&](const std::string& line) {
        if (line.starts_with("Saved "))
            epochs.push_back(readRunFile(options.output).checkpoint->position.epoch);
    };
    TrainingRun run(small::experiment(), options, recorder.observer());
    run.wait();
    QCOMPARE(epochs, (std::vector<int>{1, 2, 3, 4, 5}));
    small::mustEndAlike(options.output, path("whole.h5"));
}

void TestTrainingRun::beginsWithOneEpoch()
{
    small::Recorder recorder;
    RunOptions options = to("first.h5");
    options.stepEpoch = true;
    TrainingRun run(small::experiment(), options, recorder.observer());
    QVERIFY(recorder.waitForState(Paused));
    QCOMPARE(recorder.told().epochs.size(), std::size_t{1});
    QCOMPARE(recorder.told().states, (std::vector<RunState>{Starting, Running, Paused}));
    run.stop();
    run.wait();
}

void TestTrainingRun::stepsEpochByEpoch()
{
    small::Recorder recorder;
    RunOptions options = to("steps.h5");
    options.startPaused = true;
    TrainingRun run(small::experiment(), options, recorder.observer());
    QVERIFY(recorder.waitForState(Paused));
    QVERIFY(recorder.told().epochs.empty());
    for (std::size_t epoch = 1; epoch < epochCount; ++epoch) {
        run.stepEpoch();
        QVERIFY(recorder.waitForState(Paused, epoch + 1));
        QCOMPARE(recorder.told().epochs.size(), epoch);
    }
    run.stepEpoch();
    run.wait();
    std::vector<RunState> expected{Starting, Paused};
    for (int epoch = 1; epoch < epochCount; ++epoch)
        expected.insert(expected.end(), {Running, Paused});
    expected.insert(expected.end(), {Running, Saving, Finished});
    QCOMPARE(recorder.told().states, expected);
    QVERIFY(recorder.contractKept());
    small::mustEndAlike(options.output, path("whole.h5"));
}

void TestTrainingRun::pausesAndResumes()
{
    small::Recorder recorder;
    TrainingRun* self = nullptr;
    // Commands given while the second epoch's result is handed out take effect before the third begins.
    recorder.onEpoch = [&](const EpochSnapshot& epoch) {
        if (epoch.epoch == 2)
            self->pause();
    };
    RunOptions options = to("paused.h5");
    options.startPaused = true;
    TrainingRun run(small::experiment(), options, recorder.observer());
    self = &run;
    run.resume();
    QVERIFY(recorder.waitForState(Paused, 2));
    QCOMPARE(recorder.told().epochs.size(), std::size_t{2});
    QCOMPARE(recorder.told().progress.back().step, std::int64_t{2 * stepsPerEpoch});
    run.pause(); // already paused: nothing happens
    run.resume();
    run.resume();
    run.wait();
    QCOMPARE(recorder.told().states,
             (std::vector<RunState>{Starting, Paused, Running, Paused, Running, Saving, Finished}));
    QVERIFY(recorder.contractKept());
    small::mustEndAlike(options.output, path("whole.h5"));
}

void TestTrainingRun::stopsWhilePaused()
{
    small::Recorder recorder;
    RunOptions options = to("stopped.h5");
    options.startPaused = true;
    TrainingRun run(small::experiment(), options, recorder.observer());
    run.stepEpoch();
    QVERIFY(recorder.waitForState(Paused, 2));
    run.stop();
    run.wait();
    QCOMPARE(recorder.told().states,
             (std::vector<RunState>{Starting, Paused, Running, Paused, Saving, Stopped}));
    QCOMPARE(recorder.told().lastMessage, std::string("Stopped in epoch 2"));
    QVERIFY(run.failure() == TrainingRun::Failure::None);
    const RunRecord record = readRunFile(options.output);
    QVERIFY(record.status == RunStatus::Unfinished);
    QCOMPARE(record.checkpoint->position.epoch, 1);
    QCOMPARE(record.history.size(), std::size_t{1});
    QVERIFY(recorder.contractKept());
}

void TestTrainingRun::stopsBeforeTheFirstStep()
{
    RunOptions options = to("early.h5");
    {
        small::Recorder recorder;
        TrainingRun run(small::experiment(), options, recorder.observer());
        run.stop();
        run.wait();
        QCOMPARE(recorder.told().states.back(), Stopped);
        QVERIFY(readRunFile(options.output).checkpoint);
    }
    options.resumeFrom = options.output;
    QCOMPARE(small::runToEnd(small::experiment(), options).states.back(), Finished);
    small::mustEndAlike(options.output, path("whole.h5"));
}

void TestTrainingRun::timeGoesOnWhereItWas()
{
    RunOptions options = to("timed.h5");
    options.startPaused = true;
    {
        small::Recorder recorder;
        TrainingRun run(small::experiment(), options, recorder.observer());
        QVERIFY(recorder.waitForState(Paused));
        run.stepEpoch();
        QVERIFY(recorder.waitForState(Paused, 2));
    }
    const double before = readRunFile(options.output).history.front()->seconds;
    QVERIFY(before > 0.0);
    options.resumeFrom = options.output;
    options.startPaused = false;
    double least = std::numeric_limits<double>::infinity();
    RunObserver observer;
    observer.progress = [&](const BatchProgress& progress) {
        least = std::min(least, progress.secondsElapsed);
    };
    TrainingRun run(small::experiment(), options, observer);
    run.wait();
    QVERIFY2(least >= before, qPrintable(QStringLiteral("%1 s after %2 s").arg(least).arg(before)));
}

void TestTrainingRun::destructorStopsAndSaves()
{
    small::Recorder recorder;
    RunOptions options = to("destroyed.h5");
    options.startPaused = true;
    {
        TrainingRun run(small::experiment(), options, recorder.observer());
        QVERIFY(recorder.waitForState(Paused));
    }
    QCOMPARE(recorder.told().states, (std::vector<RunState>{Starting, Paused, Saving, Stopped}));
    QVERIFY(readRunFile(options.output).status == RunStatus::Unfinished);
}

void TestTrainingRun::stoppedAfterEveryStepEndsWithTheSameBits_data()
{
    QTest::addColumn<bool>("everyOption");
    QTest::newRow("plain") << false;
    QTest::newRow("with every option of retraining") << true;
}

void TestTrainingRun::stoppedAfterEveryStepEndsWithTheSameBits()
{
    QFETCH(bool, everyOption);
    Experiment experiment = small::experiment();
    fs::path whole = path("whole.h5");
    if (everyOption) {
        small::useEveryOption(experiment.network, experiment.quantizer, experiment.training);
        whole = path("whole_options.h5");
        small::runToEnd(experiment, to("whole_options.h5"));
    }
    RunOptions options = to("pieces.h5");
    int pieces = 0;
    for (bool finished = false; !finished; ++pieces) {
        QVERIFY(pieces <= stepsPerEpoch * epochCount);
        small::Recorder recorder;
        std::promise<TrainingRun*> self;
        recorder.onProgress = [&, known = self.get_future().share()](const BatchProgress&) {
            known.get()->stop(); // the first progress comes after one step
        };
        TrainingRun run(experiment, options, recorder.observer());
        self.set_value(&run);
        run.wait();
        finished = recorder.told().states.back() == Finished;
        QVERIFY(recorder.contractKept());
        options.resumeFrom = options.output;
    }
    QVERIFY(pieces > 2 * epochCount); // most stops lay within an epoch
    small::mustEndAlike(options.output, whole);
}

void TestTrainingRun::resumingAFinishedRunEndsAtOnce()
{
    RunOptions options = to("again.h5");
    options.resumeFrom = path("whole.h5");
    const small::Told told = small::runToEnd(small::experiment(), options);
    QCOMPARE(told.states, (std::vector<RunState>{Starting, Running, Saving, Finished}));
    QCOMPARE(told.epochs.size(), std::size_t{epochCount}); // the curves are there again
    small::mustEndAlike(options.output, path("whole.h5"));
}

void TestTrainingRun::divergenceKeepsTheLastGoodState()
{
    small::Recorder recorder;
    TrainingRun run(small::divergingExperiment(), to("diverged.h5"), recorder.observer());
    run.wait();
    const small::Told told = recorder.told();
    QCOMPARE(told.states, (std::vector<RunState>{Starting, Running, Saving, Failed}));
    QVERIFY(run.failure() == TrainingRun::Failure::Run);
    QVERIFY2(told.lastMessage.starts_with("diverged: "), told.lastMessage.c_str());
    QVERIFY2(told.lastMessage.find("layer '") != std::string::npos, told.lastMessage.c_str());
    QVERIFY2(told.lastMessage.find("at step 1;") != std::string::npos, told.lastMessage.c_str());
    QVERIFY2(told.lastMessage.ends_with("the state at the end of epoch 1 is kept"), told.lastMessage.c_str());

    const RunRecord record = readRunFile(path("diverged.h5"));
    QVERIFY(record.status == RunStatus::Diverged);
    QVERIFY(told.lastMessage.starts_with(record.message));
    QCOMPARE(record.history.size(), std::size_t{1});
    QCOMPARE(record.checkpoint->position.step, std::int64_t{1});
    const Experiment experiment = small::divergingExperiment();
    Trainer trainer(experiment.network, experiment.quantizer, experiment.training, experiment.seed,
                    small::data().train, small::data().test, 1);
    small::trainEpochs(trainer, 1);
    QCOMPARE(small::difference(*record.checkpoint, trainer.state()), std::string());
}

void TestTrainingRun::refusesAnotherExperiment()
{
    Experiment another = small::experiment();
    another.training.optimizer.learningRate *= 2.0;
    RunOptions options = to("other.h5");
    options.resumeFrom = path("whole.h5");
    small::Recorder recorder;
    TrainingRun run(another, options, recorder.observer());
    run.wait();
    QCOMPARE(recorder.told().states, (std::vector<RunState>{Starting, Failed}));
    QVERIFY(run.failure() == TrainingRun::Failure::BadInput);
    QVERIFY(recorder.told().lastMessage.starts_with(options.resumeFrom.string() + ": was made with another"));
    QVERIFY(!fs::exists(options.output));
}

void TestTrainingRun::refusesOtherImages()
{
    RunRecord record = readRunFile(path("whole.h5"));
    record.environment.trainSha256 = std::string(64, 'a');
    writeRunFile(record, path("images.h5"));
    RunOptions options = to("other.h5");
    options.resumeFrom = path("images.h5");
    const small::Told told = small::runToEnd(small::experiment(), options);
    QCOMPARE(told.states.back(), Failed);
    QVERIFY2(told.lastMessage.find("was trained on other images") != std::string::npos,
             told.lastMessage.c_str());
}

void TestTrainingRun::failures_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("resumeFrom");
    QTest::newRow("missing data") << "no such folder"
                                  << "";
    QTest::newRow("missing run file") << ""
                                      << "missing.h5";
    QTest::newRow("no run file") << ""
                                 << ".";
}

void TestTrainingRun::failures()
{
    QFETCH(QString, folder);
    QFETCH(QString, resumeFrom);
    Experiment experiment = small::experiment();
    if (!folder.isEmpty()) {
        experiment.data.kind = DataKind::Idx;
        experiment.data.folder = path(folder.toStdString()).string();
    }
    RunOptions options = to("failed.h5");
    if (!resumeFrom.isEmpty())
        options.resumeFrom = path(resumeFrom.toStdString());
    small::Recorder recorder;
    TrainingRun run(experiment, options, recorder.observer());
    run.wait();
    QCOMPARE(recorder.told().states, (std::vector<RunState>{Starting, Failed}));
    QVERIFY(run.failure() == TrainingRun::Failure::BadInput);
    const std::string named = folder.isEmpty() ? options.resumeFrom.string() : experiment.data.folder;
    QVERIFY2(recorder.told().lastMessage.find(named) != std::string::npos,
             recorder.told().lastMessage.c_str());
    QVERIFY(!fs::exists(options.output));
}

void TestTrainingRun::refusesBadOptionsAtOnce()
{
    const auto start = [](const Experiment& experiment, const fs::path& output) {
        RunOptions options;
        options.output = output;
        const TrainingRun run(experiment, options, {});
    };
    const fs::path nowhere = path("no such folder") / "x.h5";
    const std::string message = refusalOf([&] { start(small::experiment(), nowhere); });
    QVERIFY2(message.starts_with(nowhere.string() + ": cannot be written"), message.c_str());
    QVERIFY(!refusalOf([&] { start(small::experiment(), path(".")); }).empty());
    Experiment invalid = small::experiment();
    invalid.network.layers[1].code.maxNonZeros = 9;
    const std::string problem = refusalOf([&] { start(invalid, path("x.h5")); });
    QVERIFY2(problem.find("layers[1].code.K: 9 is not allowed") != std::string::npos, problem.c_str());
}

void TestTrainingRun::aFailedCheckpointIsAWarning()
{
    // The folder goes away after the first epoch and is back before the end: training must not stop for it.
    RunOptions options = to("away/run.h5");
    options.checkpointEpochs = 1;
    fs::create_directory(path("away"));
    small::Recorder recorder;
    recorder.onEpoch = [&](const EpochSnapshot& epoch) {
        if (epoch.epoch == 2)
            fs::rename(path("away"), path("elsewhere"));
        if (epoch.epoch == 4)
            fs::rename(path("elsewhere"), path("away"));
    };
    TrainingRun run(small::experiment(), options, recorder.observer());
    run.wait();
    const small::Told told = recorder.told();
    QCOMPARE(told.states.back(), Finished);
    QCOMPARE(std::ranges::count_if(told.log,
                                   [](const auto& l) { return l.starts_with("Warning: no checkpoint"); }),
             std::ptrdiff_t{2});
    small::mustEndAlike(options.output, path("whole.h5"));
}

QTEST_GUILESS_MAIN(TestTrainingRun)
#include "tst_training_run.moc"
