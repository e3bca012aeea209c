#include "app/cli/run_driver.h"

#include "app/cli/describe.h"
#include "app/cli/epoch_report.h"
#include "app/cli/run_events.h"
#include "app/cli/text_table.h"
#include "core/parallel/thread_pool.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <system_error>

namespace ternbench {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string epochText(const Experiment& experiment, int epoch)
{
    return "epoch " + std::to_string(epoch) + "/" + std::to_string(totalEpochs(experiment.training));
}

/// Shows a run's observations; all methods but the constructor are called from the run's own thread.
class Watcher
{
public:
    Watcher(const Experiment& experiment, Console& console, RunEvents& events, RunOutcome& outcome)
        : m_experiment(experiment), m_console(console), m_events(events), m_outcome(outcome)
    {}

    RunObserver observer()
    {
        RunObserver observer;
        observer.progress = [this](const BatchProgress& progress) { showProgress(progress); };
        observer.epoch = [this](const std::shared_ptr<const EpochSnapshot>& epoch) { showEpoch(epoch); };
        observer.state = [this](RunState state, const std::string& message) { follow(state, message); };
        observer.log = [this](const std::string& line) { m_console.line(line); };
        return observer;
    }

private:
    void showProgress(const BatchProgress& progress)
    {
        m_secondsLeft = progress.secondsLeft;
        if (!m_console.isTerminal() || progress.totalSteps <= 0)
            return;
        std::string text = epochText(m_experiment, progress.epoch + 1) + "  " +
                           stageText(m_experiment, progress.stage) + "  " +
                           fixed(100.0 * double(progress.step) / double(progress.totalSteps), 1) + " %";
        if (!progress.losses.empty())
            text += "  loss " + fixed(double(progress.losses.back()), 4);
        m_console.progress(text + "  " + fixed(progress.samplesPerSecond, 0) + " images/s  " +
                           durationText(progress.secondsLeft) + " left");
    }

    void showEpoch(const std::shared_ptr<const EpochSnapshot>& epoch)
    {
        m_outcome.epochs.push_back(figuresOf(*epoch));
        m_console.line(epochText(m_experiment, epoch->epoch) + "  " + stageText(m_experiment, epoch->stage) +
                       "  train loss " + fixed(epoch->trainLoss, 4) + " error " + percent(epoch->trainError) +
                       "  test loss " + fixed(epoch->testLoss, 4) + " error " + percent(epoch->testError) +
                       "  " + fixed(epoch->seconds, 1) + " s" +
                       (m_secondsLeft < 0.0 ? "" : "  " + durationText(m_secondsLeft) + " left"));
    }

    void follow(RunState state, const std::string& message)
    {
        m_outcome.state = state;
        m_outcome.message = message;
        m_outcome.started = m_outcome.started || state == RunState::Running;
        if (isOver(state) || state == RunState::Unsaved)
            m_events.over();
    }

    const Experiment& m_experiment;
    Console& m_console;
    RunEvents& m_events;
    RunOutcome& m_outcome;
    double m_secondsLeft = -1.0; // unknown before the first progress
};

std::string_view stateName(RunState state)
{
    switch (state) {
    case RunState::Finished:
        return "finished";
    case RunState::Stopped:
        return "stopped";
    default:
        return "failed";
    }
}

/// Where a run goes that cannot be saved where it was to go; a name that no other run has.
std::filesystem::path fallbackFor(const std::filesystem::path& output)
{
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    const std::string name = "ternbench-" + std::to_string(::getpid()) + "-" + output.filename().string();
    return (error ? std::filesystem::path("/tmp") : folder) / name;
}

/// Tries another place once, then gives the run up: nobody is there to ask.
void rescue(TrainingRun& run, RunOutcome& outcome, Console& console)
{
    const std::filesystem::path fallback = fallbackFor(outcome.output);
    if (outcome.rescued) {
        run.discard();
        return;
    }
    outcome.rescued = true;
    console.error(outcome.message + "; trying " + fallback.string());
    outcome.output = fallback;
    run.save(fallback);
}

} // namespace

RunOutcome drive(const Experiment& experiment, const RunOptions& options, Console& console)
{
    RunOutcome outcome;
    outcome.output = options.output;
    outcome.environment = currentEnvironment();
    outcome.environment.threads = threadCount(options.threads);
    RunEvents events;
    Watcher watcher(experiment, console, events, outcome);
    const auto start = Clock::now();
    {
        TrainingRun run(experiment, options, watcher.observer());
        for (;;) {
            const RunEvents::Event event = events.wait();
            if (event == RunEvents::Event::Interrupt) {
                console.line("Stopping at the next mini-batch and saving; once more aborts.");
                run.stop();
            } else if (outcome.state == RunState::Unsaved) {
                rescue(run, outcome, console);
            } else {
                break;
            }
        }
        run.wait();
        outcome.badInput = run.failure() == TrainingRun::Failure::BadInput && !outcome.started;
    }
    console.clearProgress();
    outcome.seconds = secondsSince(start);
    return outcome;
}

std::string describeOutcome(const RunOutcome& outcome)
{
    if (outcome.state != RunState::Finished)
        return outcome.message + (outcome.output.empty()
                                      ? ""
                                      : "\nGo on with: ternbench-cli resume " + outcome.output.string());
    std::string text = outcome.message + " in " + durationText(outcome.seconds);
    if (!outcome.epochs.empty())
        text += ", test error " + percent(outcome.epochs.back()->testError);
    return text;
}

nlohmann::ordered_json toJson(const RunOutcome& outcome, const Experiment& experiment)
{
    return {{"state", stateName(outcome.state)},
            {"message", outcome.message},
            {"experiment", experiment.name},
            {"seed", experiment.seed},
            {"seconds", outcome.seconds},
            {"environment", environmentJson(outcome.environment)},
            {"epochs", epochsJson(outcome.epochs, &experiment)}};
}

} // namespace ternbench
