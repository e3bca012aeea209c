#include "app/desktop/thread_bridge.h"

#include <QSocketNotifier>

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace ternbench {

namespace {

int makeEvent()
{
    const int event = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (event < 0)
        throw std::system_error(errno, std::generic_category(), "eventfd");
    return event;
}

} // namespace

ThreadBridge::ThreadBridge(QObject* parent)
    : QObject(parent), m_event(makeEvent()),
      m_notifier(new QSocketNotifier(m_event, QSocketNotifier::Read, this))
{
    connect(m_notifier, &QSocketNotifier::activated, this, &ThreadBridge::deliver);
}

ThreadBridge::~ThreadBridge()
{
    delete m_notifier; // before the descriptor that it watches
    ::close(m_event);
}

void ThreadBridge::post(std::function<void()> call)
{
    {
        const std::lock_guard lock(m_mutex);
        m_calls.push_back(std::move(call));
        if (m_calls.size() > 1)
            return; // announced already
    }
    // Cannot fail short of 2^64 announcements that nobody took.
    ::eventfd_write(m_event, 1);
}

void ThreadBridge::deliver()
{
    eventfd_t announced = 0;
    ::eventfd_read(m_event, &announced);
    std::vector<std::function<void()>> calls;
    {
        const std::lock_guard lock(m_mutex);
        calls.swap(m_calls);
    }
    for (const std::function<void()>& call : calls)
        call();
}

} // namespace ternbench
