#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace ternbench {

/// A fixed set of threads for short parallel regions (tens of microseconds). Each thread begins with its own
/// share of neighbouring tasks, the same in every region of as many tasks, so that what a task wrote is in
/// the caches of the thread that reads it in the next region; whoever is done helps the others. Results must
/// not depend on who takes which task: each writes its own memory and sums are reduced afterwards in a fixed
/// order, so that the bits are the same for any number of threads.
class ThreadPool
{
public:
    /// `threads` >= 1 counts the calling thread, which works too.
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const { return int(m_workers.size()) + 1; }

    /// Calls work(task, thread) for task = 0..tasks-1, thread = 0..threads()-1, and returns when all are
    /// done. `work` must not throw. Not to be called from inside `work`.
    template <class Work>
    void run(int tasks, const Work& work)
    {
        const auto call = [](const void* context, int task, int thread) {
            (*static_cast<const Work*>(context))(task, thread);
        };
        runTasks(tasks, call, &work);
    }

private:
    using Call = void (*)(const void* context, int task, int thread);

    void runTasks(int tasks, Call call, const void* context);
    void workerLoop(int thread);
    void takeTasks(int thread);
    void takeShare(std::size_t owner, int thread);

    /// Tasks that begin with one thread; on a cache line of its own.
    struct alignas(64) Share
    {
        std::atomic<int> next{0};
        int end = 0;
    };

    Call m_call = nullptr;
    const void* m_context = nullptr;
    std::vector<Share> m_shares;                        ///< of each thread
    alignas(64) std::atomic<std::uint32_t> m_region{0}; ///< counts parallel regions
    alignas(64) std::atomic<int> m_busy{0};             ///< workers that have not finished the region
    std::atomic<bool> m_quit{false};
    std::vector<std::thread> m_workers;
};

/// Number of threads to use for `requested`: itself if positive, else one per core.
int threadCount(int requested);

} // namespace ternbench
