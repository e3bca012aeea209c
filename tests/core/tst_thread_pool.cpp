#include "core/parallel/thread_pool.h"

#include <QDeadlineTimer>
#include <QTest>

#include <numeric>
#include <set>

using namespace ternbench;

class TestThreadPool : public QObject
{
    Q_OBJECT

private slots:
    void everyTaskOnce_data();
    void everyTaskOnce();
    void manyShortRegions();
    void resultsAreVisibleAfterwards();
    void threadNumbersTellThreadsApart();
    void eachThreadBeginsWithItsOwnShare();
    void whoIsDoneHelps();
    void endsWithoutWork();
    void counts();
};

void TestThreadPool::everyTaskOnce_data()
{
    QTest::addColumn<int>("threads");
    QTest::addColumn<int>("tasks");
    for (const int threads : {1, 2, 3, 8})
        for (const int tasks : {0, 1, 2, 7, 1000})
            QTest::addRow("%d threads, %d tasks", threads, tasks) << threads << tasks;
}

void TestThreadPool::everyTaskOnce()
{
    QFETCH(int, threads);
    QFETCH(int, tasks);
    ThreadPool pool(threads);
    QCOMPARE(pool.threads(), threads);
    std::vector<std::atomic<int>> calls(std::size_t(tasks) + 1);
    std::atomic<bool> inRange{true};
    pool.run(tasks, [&](int task, int thread) {
        if (task < 0 || task >= tasks || thread < 0 || thread >= threads)
            inRange = false;
        else
            ++calls[std::size_t(task)];
    });
    QVERIFY(inRange);
    for (int task = 0; task < tasks; ++task)
        QCOMPARE(calls[std::size_t(task)].load(), 1);
}

void TestThreadPool::manyShortRegions()
{
    // What training does: thousands of regions back to back, with gaps in which the workers fall asleep.
    ThreadPool pool(3);
    std::vector<long> sums(5, 0);
    for (int region = 0; region < 5000; ++region) {
        pool.run(5, [&](int task, int) { sums[std::size_t(task)] += task + region; });
        if (region % 500 == 0)
            std::this_thread::yield();
    }
    for (int task = 0; task < 5; ++task)
        QCOMPARE(sums[std::size_t(task)], 5000L * task + 4999L * 5000 / 2);
}

void TestThreadPool::resultsAreVisibleAfterwards()
{
    ThreadPool pool(4);
    std::vector<int> values(10'000, 0);
    for (int round = 1; round <= 50; ++round) {
        pool.run(100, [&](int task, int) {
            for (int i = 0; i < 100; ++i)
                values[std::size_t(task * 100 + i)] += 1; // reads what another thread wrote a region before
        });
        QCOMPARE(std::accumulate(values.begin(), values.end(), 0), round * 10'000);
    }
}

void TestThreadPool::threadNumbersTellThreadsApart()
{
    // Scratch memory is kept by thread number: two threads must never share one at a time.
    ThreadPool pool(4);
    std::vector<std::atomic<int>> inside(4);
    std::atomic<bool> shared{false};
    std::vector<std::thread::id> ids(4);
    pool.run(2000, [&](int, int thread) {
        const auto at = std::size_t(thread);
        if (inside[at].fetch_add(1) != 0)
            shared = true;
        ids[at] = std::this_thread::get_id();
        inside[at].fetch_sub(1);
    });
    QVERIFY(!shared);
    QVERIFY(ids[0] == std::this_thread::get_id() || ids[0] == std::thread::id());
}

void TestThreadPool::eachThreadBeginsWithItsOwnShare()
{
    constexpr int threads = 4;
    ThreadPool pool(threads);
    for (int region = 0; region < 20; ++region) {
        std::atomic<int> begun{0};
        std::vector<int> threadOf(2 * threads, -1);
        pool.run(2 * threads, [&](int task, int thread) {
            threadOf[std::size_t(task)] = thread;
            for (++begun; begun < threads;) // nobody can help before all have begun
                std::this_thread::yield();
        });
        for (int thread = 0; thread < threads; ++thread)
            QCOMPARE(threadOf[std::size_t(2 * thread)], thread);
    }
}

void TestThreadPool::whoIsDoneHelps()
{
    ThreadPool pool(3);
    std::atomic<int> others{0};
    std::atomic<bool> helped{false};
    pool.run(9, [&](int task, int) {
        if (task != 3) {
            ++others;
            return;
        }
        const QDeadlineTimer patience(30'000);
        while (others < 8 && !patience.hasExpired()) // the others do what else is in this thread's share
            std::this_thread::yield();
        helped = others == 8;
    });
    QVERIFY(helped);
}

void TestThreadPool::endsWithoutWork()
{
    for (int i = 0; i < 50; ++i)
        ThreadPool pool(4); // starts and joins: nothing may be lost between the two
    for (int i = 0; i < 50; ++i) {
        ThreadPool pool(4);
        int done = 0;
        pool.run(1, [&](int, int) { ++done; });
        QCOMPARE(done, 1);
    }
}

void TestThreadPool::counts()
{
    QCOMPARE(threadCount(5), 5);
    QVERIFY(threadCount(0) >= 1);
    QVERIFY(threadCount(-3) >= 1);
}

QTEST_GUILESS_MAIN(TestThreadPool)
#include "tst_thread_pool.moc"
