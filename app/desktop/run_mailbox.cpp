#include "app/desktop/run_mailbox.h"

#include <utility>

namespace ternbench {

RunMailbox::RunMailbox(std::function<void()> notify) : m_notify(std::move(notify)) {}

void RunMailbox::post(RunEvent event)
{
    {
        const std::lock_guard lock(m_mutex);
        auto* next = std::get_if<BatchProgress>(&event);
        auto* last = m_events.empty() ? nullptr : std::get_if<BatchProgress>(&m_events.back());
        if (next && last) {
            mergeProgress(*last, std::move(*next));
            return;
        }
        m_events.push_back(std::move(event));
        if (m_events.size() > 1)
            return; // notified already
    }
    m_notify();
}

std::vector<RunEvent> RunMailbox::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_events, {});
}

void mergeProgress(BatchProgress& earlier, BatchProgress next)
{
    std::vector<float> losses = std::move(earlier.losses);
    const std::int64_t first = losses.empty() ? next.firstLossStep : earlier.firstLossStep;
    losses.insert(losses.end(), next.losses.begin(), next.losses.end());
    earlier = std::move(next);
    earlier.losses = std::move(losses);
    earlier.firstLossStep = first;
}

RunObserver observerFor(const std::shared_ptr<RunMailbox>& mailbox)
{
    RunObserver observer;
    observer.progress = [mailbox](const BatchProgress& progress) { mailbox->post(progress); };
    observer.epoch = [mailbox](std::shared_ptr<const EpochSnapshot> epoch) {
        mailbox->post(std::move(epoch));
    };
    observer.state = [mailbox](RunState state, const std::string& message) {
        mailbox->post(RunStateChange{state, message});
    };
    observer.log = [mailbox](const std::string& line) { mailbox->post(RunLogLine{line}); };
    return observer;
}

} // namespace ternbench
