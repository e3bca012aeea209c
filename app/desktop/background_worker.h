#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ternbench {

/// A thread that does one job after the other. The jobs must not throw.
class BackgroundWorker
{
public:
    BackgroundWorker();
    /// Drops the jobs that wait and waits for the one under way.
    ~BackgroundWorker();
    BackgroundWorker(const BackgroundWorker&) = delete;
    BackgroundWorker& operator=(const BackgroundWorker&) = delete;

    void start(std::function<void()> job);
    /// Drops the jobs that wait.
    void clear();

private:
    void work(const std::stop_token& stop);

    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<std::function<void()>> m_jobs;
    std::jthread m_thread; ///< last: everything above is there before it starts, and after it ends
};

} // namespace ternbench
