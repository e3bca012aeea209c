#pragma once

#include <QObject>

#include <functional>
#include <mutex>
#include <vector>

class QSocketNotifier;

namespace ternbench {

/// Brings calls from any thread into the thread that this object lives in. The calls wait under a mutex of
/// the standard library, and the news that there are some comes through a file descriptor: nothing of Qt runs
/// in the posting thread. So a thread sanitizer, which cannot see into Qt's own locks, sees every hand-over.
///
/// Whoever posts must be done before the bridge goes; calls that wait then are dropped.
class ThreadBridge : public QObject
{
    Q_OBJECT

public:
    /// Throws std::system_error where the system has no file descriptor left.
    explicit ThreadBridge(QObject* parent = nullptr);
    ~ThreadBridge() override;

    /// From any thread; returns at once.
    void post(std::function<void()> call);

private:
    void deliver();

    int m_event; ///< eventfd(2): readable when there are calls
    QSocketNotifier* m_notifier;
    std::mutex m_mutex;
    std::vector<std::function<void()>> m_calls;
};

} // namespace ternbench
