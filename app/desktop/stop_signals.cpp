#include "app/desktop/stop_signals.h"

#include <QSocketNotifier>

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

namespace ternbench {

namespace {

constexpr std::array stopSignals{SIGTERM, SIGHUP, SIGINT};

std::atomic<int> eventOfSignals{-1};
static_assert(std::atomic<int>::is_always_lock_free, "the signal handler reads it");

void tellOf(int)
{
    const int saved = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(eventOfSignals, &one, sizeof one);
    errno = saved;
}

void setHandlers(void (*handler)(int))
{
    struct sigaction action
    {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    for (const int signal : stopSignals) {
        struct sigaction present
        {};
        if (::sigaction(signal, nullptr, &present) == 0 && present.sa_handler != SIG_IGN)
            ::sigaction(signal, &action, nullptr);
    }
}

} // namespace

StopSignals::StopSignals(QObject* parent) : QObject(parent), m_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (m_event < 0)
        throw std::system_error(errno, std::generic_category(), "eventfd");
    m_notifier = new QSocketNotifier(m_event, QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        m_notifier->setEnabled(false);
        setHandlers(SIG_DFL);
        emit received();
    });
    eventOfSignals = m_event;
    setHandlers(tellOf);
}

StopSignals::~StopSignals()
{
    setHandlers(SIG_DFL);
    eventOfSignals = -1;
    ::close(m_event);
}

} // namespace ternbench
