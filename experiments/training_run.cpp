#include "experiments/training_run.h"

#include "core/error.h"
#include "core/kernels/blas.h"
#include "core/storage/run_file.h"
#include "core/training/history.h"
#include "core/training/trainer.h"
#include "experiments/document.h"
#include "experiments/resuming.h"
#include "experiments/run_clock.h"
#include "experiments/run_commands.h"
#include "experiments/run_output.h"
#include "experiments/validation.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

namespace ternbench {

namespace {

using Clock = std::chrono::steady_clock;

/// At most 5 progress reports a second: each wakes the window, which then takes a core from training.
constexpr std::chrono::milliseconds progressInterval{200};

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace

bool isOver(RunState state)
{
    return state == RunState::Finished || state == RunState::Stopped || state == RunState::Failed;
}

struct TrainingRun::Private
{
    Private(Experiment e, RunOptions o, RunObserver ob)
        : experiment(std::move(e)), options(std::move(o)), observer(std::move(ob)), output(options.output)
    {}

    // On the run's own thread, in this order:
    void main();
    void runSchedule();
    void prepare(const Dataset& dataset);
    void resumeFromFile();
    bool obeyCommands(); ///< false: stop
    bool obey(RunCommand command);
    void trainStep();
    void endEpoch();
    void reportProgress(bool now);
    /// The trainer's state becomes the record's checkpoint.
    void keepState();
    void end(RunStatus status, const std::string& error, RunState last, const std::string& message);
    void save(RunStatus status, const std::string& error);
    void saveCheckpoint();

    void setState(RunState state, const std::string& message = {})
    {
        if (observer.state)
            observer.state(state, message);
    }
    void log(const std::string& line)
    {
        if (observer.log)
            observer.log(line);
    }

    Experiment experiment;
    RunOptions options;
    RunObserver observer;
    RunCommandQueue commands;
    RunOutput output;
    std::atomic<Failure> failure{Failure::None};

    std::unique_ptr<Trainer> trainer;
    std::unique_ptr<RunClock> clock;
    RunRecord record; ///< its checkpoint: at the end of the last epoch, or where the run was stopped
    double epochSeconds = 0.0;
    bool paused = false;
    bool pauseAtEpochEnd = false;
    std::int64_t firstUnreported = 0; ///< step of the first loss not yet handed out
    Clock::time_point lastProgress{};

    std::jthread thread; ///< last: everything above is there before it starts
};

void TrainingRun::Private::main()
{
    try {
        setState(RunState::Starting, "Reading the data set");
        const Dataset dataset = loadDataset(experiment.data);
        prepare(dataset);
        runSchedule();
    } catch (const InputError& error) {
        failure = Failure::BadInput;
        setState(RunState::Failed, error.what());
    } catch (const std::exception& error) {
        failure = Failure::Run;
        setState(RunState::Failed, error.what());
    }
}

void TrainingRun::Private::prepare(const Dataset& dataset)
{
    const TensorShape image{dataset.height, dataset.width, dataset.channels};
    if (const std::vector<Problem> problems = validate(experiment, image); !problems.empty())
        throw InputError(toString(problems));
    const int threads = threadCount(options.threads);
    trainer = std::make_unique<Trainer>(experiment.network, experiment.quantizer, experiment.training,
                                        experiment.seed, dataset.train, dataset.test, threads);
    record.experimentJson = toJson(experiment);
    record.environment = currentEnvironment();
    record.environment.threads = threads;
    record.environment.seed = experiment.seed;
    record.environment.trainSha256 = dataset.trainSha256;
    record.environment.testSha256 = dataset.testSha256;
    log(dataset.name + ": " + std::to_string(dataset.train.count) + " training and " +
        std::to_string(dataset.test.count) + " test images from " + dataset.origin);
    log("Engine: " + record.environment.simd + ", OpenBLAS " + record.environment.blasKernels + ", " +
        std::to_string(threads) + (threads == 1 ? " thread" : " threads"));
    if (const std::string warning = blasWarning(); !warning.empty())
        log("Warning: " + warning);
    if (!options.resumeFrom.empty())
        resumeFromFile();
    double before = epochSeconds;
    for (const auto& epoch : record.history)
        before += epoch->seconds;
    clock = std::make_unique<RunClock>(experiment.training, trainer->stepsPerEpoch(), before);
    paused = options.startPaused;
    pauseAtEpochEnd = options.stepEpoch;
}

void TrainingRun::Private::resumeFromFile()
{
    RunRecord saved = readForResuming(options.resumeFrom, experiment, record.environment);
    if (otherKernels(saved.environment, record.environment))
        log("Warning: this run began with " + saved.environment.simd + " and OpenBLAS " +
            saved.environment.blasKernels + " kernels; its last bits will differ from an uninterrupted run");
    trainer->restore(*saved.checkpoint);
    record.checkpoint = saved.checkpoint;
    record.history = std::move(saved.history);
    record.batchLosses = std::move(saved.batchLosses);
    const TrainingPosition& position = record.checkpoint->position;
    epochSeconds = position.seconds;
    for (const auto& epoch : record.history)
        if (observer.epoch)
            observer.epoch(epoch);
    log("Resumed after epoch " + std::to_string(position.epoch) + ", mini-batch " +
        std::to_string(position.batch));
}

void TrainingRun::Private::runSchedule()
{
    setState(paused ? RunState::Paused : RunState::Running);
    while (!trainer->finished()) {
        if (!obeyCommands()) {
            reportProgress(true);
            keepState();
            return end(RunStatus::Unfinished, {}, RunState::Stopped,
                       "Stopped in epoch " + std::to_string(trainer->position().epoch + 1));
        }
        try {
            trainStep();
            if (trainer->epochDone())
                endEpoch();
        } catch (const RunError& error) {
            failure = Failure::Run;
            const std::string kept = record.checkpoint
                                         ? "; the state at the end of epoch " +
                                               std::to_string(record.checkpoint->position.epoch) + " is kept"
                                         : std::string("; no epoch was finished before");
            return end(RunStatus::Diverged, error.what(), RunState::Failed, error.what() + kept);
        }
    }
    end(RunStatus::Finished, {}, RunState::Finished,
        "Finished after " + std::to_string(trainer->position().epoch) + " epochs");
}

/// Saves and reports the last state. A full disk must not cost the hours of a run: where it cannot be saved
/// it waits until it can, or until it is told to end without.
void TrainingRun::Private::end(RunStatus status, const std::string& error, RunState last,
                               const std::string& message)
{
    for (;;) {
        setState(RunState::Saving);
        try {
            save(status, error);
            return setState(last, message);
        } catch (const InputError& problem) {
            log(std::string("Not saved: ") + problem.what());
            setState(RunState::Unsaved, problem.what());
            RunCommand command = commands.wait();
            while (command != RunCommand::Save && command != RunCommand::Discard)
                command = commands.wait();
            if (command == RunCommand::Discard) {
                failure = Failure::Run;
                return setState(RunState::Failed, message + "; not saved: " + problem.what());
            }
        }
    }
}

bool TrainingRun::Private::obeyCommands()
{
    while (const auto command = commands.poll())
        if (!obey(*command))
            return false;
    if (paused)
        reportProgress(true);
    while (paused)
        if (!obey(commands.wait()))
            return false;
    return true;
}

bool TrainingRun::Private::obey(RunCommand command)
{
    const bool wasPaused = paused;
    switch (command) {
    case RunCommand::Pause:
        paused = true;
        pauseAtEpochEnd = false;
        break;
    case RunCommand::Resume:
        paused = false;
        pauseAtEpochEnd = false;
        break;
    case RunCommand::StepEpoch:
        paused = false;
        pauseAtEpochEnd = true;
        break;
    case RunCommand::Stop:
        return false;
    case RunCommand::Save:
    case RunCommand::Discard: // of a run that was saved after all
        break;
    }
    if (paused != wasPaused)
        setState(paused ? RunState::Paused : RunState::Running);
    return true;
}

void TrainingRun::Private::trainStep()
{
    const int epoch = trainer->position().epoch;
    const auto start = Clock::now();
    const StepResult result = trainer->step();
    const double seconds = secondsSince(start);
    clock->addStep(epoch, seconds);
    epochSeconds += seconds;
    record.batchLosses.push_back(result.loss);
    reportProgress(false);
}

void TrainingRun::Private::endEpoch()
{
    reportProgress(true);
    const auto start = Clock::now();
    auto snapshot = std::make_shared<EpochSnapshot>(trainer->finishEpoch(epochSeconds));
    epochSeconds = 0.0;
    keepState();
    clock->addEpochEnd(secondsSince(start));
    snapshot->seconds += secondsSince(start);
    if (!record.history.empty())
        record.history.back() = withoutMasks(*record.history.back());
    record.history.push_back(snapshot);
    if (observer.epoch)
        observer.epoch(snapshot);
    if (options.checkpointEpochs > 0 && snapshot->epoch % options.checkpointEpochs == 0 &&
        !trainer->finished())
        saveCheckpoint();
    if (pauseAtEpochEnd && !trainer->finished()) {
        pauseAtEpochEnd = false;
        paused = true;
        setState(RunState::Paused);
    }
}

void TrainingRun::Private::keepState()
{
    record.checkpoint.reset(); // three times the weights: never two at once
    auto state = std::make_shared<EngineState>(trainer->state());
    state->position.seconds = epochSeconds;
    record.checkpoint = std::move(state);
}

void TrainingRun::Private::reportProgress(bool now)
{
    const auto time = Clock::now();
    if (!observer.progress || (!now && time - lastProgress < progressInterval))
        return;
    lastProgress = time;
    const TrainingPosition& position = trainer->position();
    BatchProgress progress;
    progress.step = position.step;
    progress.totalSteps = std::int64_t(totalEpochs(experiment.training)) * trainer->stepsPerEpoch();
    progress.epoch = position.epoch;
    progress.stage = trainer->stage();
    progress.learningRate = trainer->currentRate();
    const auto known = std::int64_t(record.batchLosses.size());
    progress.firstLossStep = std::min(firstUnreported, known);
    progress.losses.assign(record.batchLosses.begin() + progress.firstLossStep, record.batchLosses.end());
    firstUnreported = known;
    const double pace = clock->secondsPerStep();
    progress.samplesPerSecond = pace > 0.0 ? experiment.training.batchSize / pace : 0.0;
    progress.secondsElapsed = clock->secondsElapsed();
    progress.secondsLeft = clock->secondsLeft(position.step);
    observer.progress(progress);
}

void TrainingRun::Private::save(RunStatus status, const std::string& error)
{
    const std::filesystem::path file = output.current();
    if (file.empty())
        return;
    record.status = status;
    record.message = error;
    writeRunFile(record, file);
    log("Saved " + file.string());
}

void TrainingRun::Private::saveCheckpoint()
{
    try {
        save(RunStatus::Unfinished, {});
    } catch (const InputError& error) {
        // The disk may have room again at the next checkpoint; training goes on.
        log(std::string("Warning: no checkpoint: ") + error.what());
    }
}

TrainingRun::TrainingRun(Experiment experiment, RunOptions options, RunObserver observer)
{
    if (const std::vector<Problem> problems = validate(experiment); !problems.empty())
        throw InputError(toString(problems));
    requireRunOutput(options.output);
    d = std::make_unique<Private>(std::move(experiment), std::move(options), std::move(observer));
    d->thread = std::jthread([this] { d->main(); });
}

TrainingRun::~TrainingRun()
{
    stop();
    discard(); // of no effect unless the run cannot be saved
    wait();
}

void TrainingRun::pause()
{
    d->commands.push(RunCommand::Pause);
}

void TrainingRun::resume()
{
    d->commands.push(RunCommand::Resume);
}

void TrainingRun::stop()
{
    d->commands.push(RunCommand::Stop);
}

void TrainingRun::save(const std::filesystem::path& output)
{
    if (!output.empty())
        d->output.redirect(output);
    d->commands.push(RunCommand::Save);
}

void TrainingRun::discard()
{
    d->commands.push(RunCommand::Discard);
}

void TrainingRun::stepEpoch()
{
    d->commands.push(RunCommand::StepEpoch);
}

void TrainingRun::wait()
{
    if (d->thread.joinable())
        d->thread.join();
}

TrainingRun::Failure TrainingRun::failure() const
{
    return d->failure;
}

} // namespace ternbench
