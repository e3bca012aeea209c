#pragma once

#include "core/training/snapshot.h"
#include "experiments/experiment.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ternbench {

enum class RunState {
    Starting, ///< reading data, setting up
    Running,
    Paused,
    Saving,   ///< writing the run file
    Unsaved,  ///< the run file could not be written at the end: waits for save() or discard()
    Finished, ///< the whole schedule is done
    Stopped,  ///< stopped by the user; can be resumed
    Failed,   ///< diverged or could not go on; the last good state is kept
};

bool isOver(RunState state);

/// Contract: all callbacks come from the run's own thread, one at a time, in order: state(Starting), then
/// progress/epoch/log/state in the order things happen, at last one state that isOver(). None comes after
/// the TrainingRun is destroyed. They must return quickly: training waits for them.
struct RunObserver
{
    std::function<void(const BatchProgress&)> progress; ///< at most 5 a second
    std::function<void(std::shared_ptr<const EpochSnapshot>)> epoch;
    std::function<void(RunState, const std::string& message)> state;
    std::function<void(const std::string& line)> log;
};

struct RunOptions
{
    int threads = 0; ///< 0: one per core
    std::filesystem::path
        output;               ///< run file; written on stop, failure and finish, and every checkpointEpochs
    int checkpointEpochs = 5; ///< 0: only at the end
    std::filesystem::path resumeFrom; ///< run file to go on from; empty: start anew
    bool startPaused = false;         ///< wait for resume() or stepEpoch() before the first mini-batch
    bool stepEpoch = false;           ///< pause at the end of the first epoch, as stepEpoch() does
};

/// An experiment being run on its own thread, which owns the engine and all its state. Commands go through
/// one queue and take effect between mini-batches; every method returns at once.
class TrainingRun
{
public:
    /// Throws InputError where the experiment is invalid (validation.h) or the output cannot be written.
    /// What shows later (missing data, a damaged run file) ends in RunState::Failed.
    TrainingRun(Experiment experiment, RunOptions options, RunObserver observer);
    /// Stops at the next mini-batch boundary, saves (a run that cannot be saved is given up), and waits for
    /// the thread.
    ~TrainingRun();
    TrainingRun(const TrainingRun&) = delete;
    TrainingRun& operator=(const TrainingRun&) = delete;

    void pause();
    void resume();
    void stop();
    /// In RunState::Unsaved: tries again, into `output` if that is not empty; or ends without the file.
    void save(const std::filesystem::path& output = {});
    void discard();
    /// Goes on to the end of the epoch under way (or of the next, at a boundary), then pauses.
    void stepEpoch();
    /// Waits until the run is over.
    void wait();

    /// After the end: why it failed, for an exit status.
    enum class Failure { None, BadInput, Run };
    Failure failure() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace ternbench
