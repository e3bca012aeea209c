#include "app/desktop/background_worker.h"

#include <utility>

namespace ternbench {

BackgroundWorker::BackgroundWorker() : m_thread([this](const std::stop_token& stop) { work(stop); }) {}

BackgroundWorker::~BackgroundWorker()
{
    clear();
}

void BackgroundWorker::start(std::function<void()> job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_arrived.notify_one();
}

void BackgroundWorker::clear()
{
    const std::lock_guard lock(m_mutex);
    m_jobs.clear();
}

void BackgroundWorker::work(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (m_arrived.wait(lock, stop, [this] { return !m_jobs.empty(); })) {
        if (stop.stop_requested())
            return;
        const std::function<void()> job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

} // namespace ternbench
