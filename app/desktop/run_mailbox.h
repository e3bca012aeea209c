#pragma once

#include "core/training/snapshot.h"
#include "experiments/training_run.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace ternbench {

struct RunStateChange
{
    RunState state = RunState::Starting;
    std::string message;
};

struct RunLogLine
{
    std::string text;
};

using RunEvent =
    std::variant<BatchProgress, std::shared_ptr<const EpochSnapshot>, RunStateChange, RunLogLine>;

/// Between a run's thread, which posts, and the window's, which takes. Events keep their order; of progress
/// reports that follow each other only the newest stays, with the batch losses of all of them. So the box
/// stays small however slowly the window takes, and the run never waits for it.
class RunMailbox
{
public:
    /// `notify` is called in the posting thread when the box was empty, once until the next take().
    explicit RunMailbox(std::function<void()> notify);

    void post(RunEvent event);
    std::vector<RunEvent> take();

private:
    std::mutex m_mutex;
    std::vector<RunEvent> m_events;
    std::function<void()> m_notify;
};

/// `next` takes the place of `earlier`, whose losses it keeps in front of its own.
void mergeProgress(BatchProgress& earlier, BatchProgress next);

/// An observer that posts everything to the box.
RunObserver observerFor(const std::shared_ptr<RunMailbox>& mailbox);

} // namespace ternbench
