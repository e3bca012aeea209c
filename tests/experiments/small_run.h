#pragma once

#include "core/storage/run_file.h"
#include "experiments/training_run.h"
#include "tests/core/small_training.h"

#include <QTest>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

/// A small experiment, and an observer that remembers everything and can be waited for.
namespace ternbench::small {

inline Experiment experiment()
{
    Experiment experiment;
    experiment.name = "A small run";
    experiment.seed = 7;
    experiment.data = dataSpec();
    experiment.network = network();
    experiment.training = training();
    return experiment;
}

/// One mini-batch an epoch, plain gradient descent at an absurd rate. Batch normalization in the first layer
/// alone: its running statistics have moved on when the second mini-batch diverges behind it.
inline Experiment divergingExperiment()
{
    Experiment diverging = experiment();
    diverging.network.layers[1].batchNorm = false;
    diverging.training.batchSize = diverging.data.generatedTrain;
    diverging.training.optimizer.method = OptimizerMethod::Sgd;
    diverging.training.optimizer.learningRate = 1000.0;
    return diverging;
}

/// What a run told, in order.
struct Told
{
    std::vector<RunState> states;
    std::string lastMessage;
    std::vector<std::shared_ptr<const EpochSnapshot>> epochs;
    std::vector<BatchProgress> progress;
    std::vector<std::string> log;
};

class Recorder
{
public:
    /// Called on the run's own thread as things happen, before the test is woken.
    std::function<void(const BatchProgress&)> onProgress;
    std::function<void(const EpochSnapshot&)> onEpoch;
    std::function<void(const std::string&)> onLog;

    RunObserver observer()
    {
        RunObserver observer;
        observer.progress = [this](const BatchProgress& progress) {
            const Visit visit(*this);
            if (onProgress)
                onProgress(progress);
            add([&](Told& told) { told.progress.push_back(progress); });
        };
        observer.epoch = [this](std::shared_ptr<const EpochSnapshot> epoch) {
            const Visit visit(*this);
            if (onEpoch)
                onEpoch(*epoch);
            add([&](Told& told) { told.epochs.push_back(epoch); });
        };
        observer.state = [this](RunState state, const std::string& message) {
            const Visit visit(*this);
            add([&](Told& told) {
                told.states.push_back(state);
                told.lastMessage = message;
            });
        };
        observer.log = [this](const std::string& line) {
            const Visit visit(*this);
            if (onLog)
                onLog(line);
            add([&](Told& told) { told.log.push_back(line); });
        };
        return observer;
    }

    /// Waits until `condition` holds of what was told; false after a minute.
    bool waitFor(const std::function<bool(const Told&)>& condition)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::minutes(1), [&] { return condition(m_told); });
    }
    bool waitForState(RunState state, std::size_t times = 1)
    {
        return waitFor(
            [&](const Told& told) { return std::size_t(std::ranges::count(told.states, state)) >= times; });
    }
    Told told()
    {
        const std::lock_guard lock(m_mutex);
        return m_told;
    }
    /// All callbacks so far came one at a time, from one thread that is not the caller's, none after the end.
    bool contractKept() const { return !m_broken && m_thread != std::this_thread::get_id(); }

private:
    /// Checks the observer's contract around one callback.
    class Visit
    {
    public:
        explicit Visit(Recorder& recorder) : m_recorder(recorder)
        {
            if (m_recorder.m_inside.fetch_add(1) != 0)
                m_recorder.m_broken = true;
            if (m_recorder.m_thread == std::thread::id())
                m_recorder.m_thread = std::this_thread::get_id();
            const std::vector<RunState> states = m_recorder.told().states;
            if (m_recorder.m_thread != std::this_thread::get_id() ||
                (!states.empty() && isOver(states.back())))
                m_recorder.m_broken = true;
        }
        ~Visit() { m_recorder.m_inside.fetch_sub(1); }
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;

    private:
        Recorder& m_recorder;
    };

    template <class Change>
    void add(const Change& change)
    {
        {
            const std::lock_guard lock(m_mutex);
            change(m_told);
        }
        m_changed.notify_all();
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    Told m_told;
    std::thread::id m_thread;
    std::atomic<int> m_inside{0};
    std::atomic<bool> m_broken{false};
};

/// Runs to the end; what was told.
inline Told runToEnd(const Experiment& experiment, const RunOptions& options)
{
    Recorder recorder;
    TrainingRun run(experiment, options, recorder.observer());
    run.wait();
    return recorder.told();
}

/// Whether two files hold finished runs with the same bits: the state, every loss, the history.
inline void mustEndAlike(const std::filesystem::path& file, const std::filesystem::path& whole)
{
    const RunRecord a = readRunFile(whole), b = readRunFile(file);
    QVERIFY(b.status == RunStatus::Finished);
    QCOMPARE(difference(*b.checkpoint, *a.checkpoint), std::string());
    QVERIFY(b.batchLosses == a.batchLosses);
    QCOMPARE(b.history.size(), a.history.size());
    for (std::size_t e = 0; e < a.history.size(); ++e) {
        QCOMPARE(b.history[e]->epoch, int(e) + 1);
        QVERIFY(b.history[e]->trainLoss == a.history[e]->trainLoss);
        QVERIFY(b.history[e]->testLoss == a.history[e]->testLoss);
        QCOMPARE(b.history[e]->layers[0].indexFlips, a.history[e]->layers[0].indexFlips);
        QCOMPARE(b.history[e]->layers[1].shadow.counts, a.history[e]->layers[1].shadow.counts);
    }
}

} // namespace ternbench::small
