#include "core/storage/run_file.h"
#include "experiments/training_run.h"
#include "tests/experiments/small_run.h"

#include <QTemporaryDir>
#include <QTest>

using namespace ternbench;
namespace fs = std::filesystem;

/// Runs whose file cannot be written when they end: the folder is gone by then.
class TestUnsavedRun : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_lost = path("lost");
        fs::create_directory(m_lost);
        m_options = {};
        m_options.threads = 1;
        m_options.output = m_lost / "a.run.h5";
        m_options.checkpointEpochs = 0;
    }

    void waitsAndSavesElsewhere()
    {
        small::Recorder recorder;
        TrainingRun run(small::experiment(), m_options, recorder.observer());
        loseFolder(recorder);
        run.save(path("elsewhere.run.h5"));
        run.wait();
        QVERIFY(run.failure() == TrainingRun::Failure::None);
        QCOMPARE(recorder.told().states.back(), RunState::Finished);
        const RunRecord record = readRunFile(path("elsewhere.run.h5"));
        QVERIFY(record.status == RunStatus::Finished);
        QCOMPARE(record.history.size(), recorder.told().epochs.size());
    }

    void savesWhereItWasToGoOnceThatIsPossible()
    {
        small::Recorder recorder;
        TrainingRun run(small::experiment(), m_options, recorder.observer());
        loseFolder(recorder);
        run.save(); // in vain
        QVERIFY(recorder.waitFor(
            [](const Told& told) { return std::ranges::count(told.states, RunState::Unsaved) == 2; }));
        fs::create_directory(m_lost);
        run.save();
        run.wait();
        QCOMPARE(recorder.told().states.back(), RunState::Finished);
        QVERIFY(fs::exists(m_options.output));
    }

    void endsWithoutAFileWhenToldTo()
    {
        small::Recorder recorder;
        TrainingRun run(small::experiment(), m_options, recorder.observer());
        loseFolder(recorder);
        run.discard();
        run.wait();
        QVERIFY(run.failure() == TrainingRun::Failure::Run);
        const std::string& message = recorder.told().lastMessage;
        QVERIFY2(message.find("not saved: " + m_options.output.string()) != std::string::npos,
                 message.c_str());
    }

    void destructionDoesNotWaitForever()
    {
        small::Recorder recorder;
        {
            TrainingRun run(small::experiment(), m_options, recorder.observer());
            loseFolder(recorder);
        }
        QCOMPARE(recorder.told().states.back(), RunState::Failed);
    }

    void divergenceIsToldEvenWhereItCannotBeSaved()
    {
        small::Recorder recorder;
        recorder.onProgress = [this](const BatchProgress&) { fs::remove_all(m_lost); };
        TrainingRun run(small::divergingExperiment(), m_options, recorder.observer());
        QVERIFY(recorder.waitFor([](const Told& told) {
            return !told.states.empty() && told.states.back() == RunState::Unsaved;
        }));
        run.discard();
        run.wait();
        const std::string& message = recorder.told().lastMessage;
        QVERIFY2(message.find("diverged") != std::string::npos, message.c_str());
        QVERIFY2(message.find("not saved") != std::string::npos, message.c_str());
    }

private:
    using Told = small::Told;

    fs::path path(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }

    /// Takes the run's folder away and waits until it has tried to save.
    void loseFolder(small::Recorder& recorder)
    {
        fs::remove_all(m_lost);
        QVERIFY(recorder.waitFor([](const Told& told) {
            return !told.states.empty() && told.states.back() == RunState::Unsaved;
        }));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_lost;
    RunOptions m_options;
};

QTEST_GUILESS_MAIN(TestUnsavedRun)
#include "tst_unsaved_run.moc"
