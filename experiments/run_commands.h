#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace ternbench {

enum class RunCommand {
    Pause,
    Resume,
    StepEpoch,
    Stop,
    Save,    ///< of a run that could not be saved: try again
    Discard, ///< of a run that could not be saved: end without
};

/// The one way in to a running engine: commands from any thread, taken between mini-batches by the run's own.
class RunCommandQueue
{
public:
    void push(RunCommand command)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_commands.push_back(command);
            m_waiting.store(true, std::memory_order_release);
        }
        m_arrived.notify_one();
    }

    /// The next command, without waiting. Costs one atomic load where there is none.
    std::optional<RunCommand> poll()
    {
        if (!m_waiting.load(std::memory_order_acquire))
            return std::nullopt;
        const std::lock_guard lock(m_mutex);
        return take();
    }

    /// Waits for the next command.
    RunCommand wait()
    {
        std::unique_lock lock(m_mutex);
        m_arrived.wait(lock, [this] { return !m_commands.empty(); });
        return *take();
    }

private:
    std::optional<RunCommand> take()
    {
        if (m_commands.empty())
            return std::nullopt;
        const RunCommand command = m_commands.front();
        m_commands.pop_front();
        m_waiting.store(!m_commands.empty(), std::memory_order_release);
        return command;
    }

    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<RunCommand> m_commands;
    std::atomic<bool> m_waiting{false};
};

} // namespace ternbench
