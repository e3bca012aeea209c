#include "core/parallel/thread_pool.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ternbench {

namespace {

/// Regions follow each other within microseconds; a futex sleep and wake costs more than the gap. About
/// 20 us of spinning covers it, and leaves the core to others soon after.
constexpr int spinRounds = 2000;

void relax()
{
#if defined(__x86_64__)
    _mm_pause();
#endif
}

/// Waits until `value` differs from `old`: spinning at first, then asleep.
template <class T>
T waitForChange(const std::atomic<T>& value, T old)
{
    for (int i = 0; i < spinRounds; ++i) {
        const T current = value.load(std::memory_order_acquire);
        if (current != old)
            return current;
        relax();
    }
    value.wait(old, std::memory_order_acquire);
    return value.load(std::memory_order_acquire);
}

} // namespace

ThreadPool::ThreadPool(int threads) : m_shares(std::size_t(std::max(1, threads)))
{
    for (int thread = 1; thread < threads; ++thread)
        m_workers.emplace_back([this, thread] { workerLoop(thread); });
}

ThreadPool::~ThreadPool()
{
    m_quit.store(true, std::memory_order_relaxed);
    m_region.fetch_add(1, std::memory_order_release);
    m_region.notify_all();
    for (std::thread& worker : m_workers)
        worker.join();
}

void ThreadPool::runTasks(int tasks, Call call, const void* context)
{
    if (m_workers.empty() || tasks <= 1) {
        for (int task = 0; task < tasks; ++task)
            call(context, task, 0);
        return;
    }
    m_call = call;
    m_context = context;
    const auto threadsInAll = std::int64_t(m_shares.size());
    for (std::int64_t thread = 0; thread < threadsInAll; ++thread) {
        Share& share = m_shares[std::size_t(thread)];
        share.next.store(int(tasks * thread / threadsInAll), std::memory_order_relaxed);
        share.end = int(tasks * (thread + 1) / threadsInAll);
    }
    m_busy.store(int(m_workers.size()), std::memory_order_relaxed);
    m_region.fetch_add(1, std::memory_order_release);
    m_region.notify_all();
    takeTasks(0);
    for (int busy = m_busy.load(std::memory_order_acquire); busy != 0;)
        busy = waitForChange(m_busy, busy);
}

void ThreadPool::workerLoop(int thread)
{
    std::uint32_t region = 0;
    while (true) {
        region = waitForChange(m_region, region);
        if (m_quit.load(std::memory_order_relaxed))
            return;
        takeTasks(thread);
        if (m_busy.fetch_sub(1, std::memory_order_acq_rel) == 1)
            m_busy.notify_one();
    }
}

void ThreadPool::takeTasks(int thread)
{
    const std::size_t threadsInAll = m_shares.size();
    for (std::size_t i = 0; i < threadsInAll; ++i) // its own first
        takeShare((std::size_t(thread) + i) % threadsInAll, thread);
}

void ThreadPool::takeShare(std::size_t owner, int thread)
{
    Share& share = m_shares[owner];
    // Looks before it takes: a share that is done is left in the caches of the others.
    while (share.next.load(std::memory_order_relaxed) < share.end) {
        const int task = share.next.fetch_add(1, std::memory_order_relaxed);
        if (task >= share.end)
            return;
        m_call(m_context, task, thread);
    }
}

int threadCount(int requested)
{
    return requested > 0 ? requested : std::max(1, int(std::thread::hardware_concurrency()));
}

} // namespace ternbench
