#include "app/cli/run_events.h"

#include "core/error.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace ternbench {

namespace {

constexpr std::array stopSignals{SIGINT, SIGTERM, SIGHUP};
constexpr char interruptByte = 'i';
constexpr char overByte = 'o';

std::atomic<int> signalTarget{-1};
static_assert(std::atomic<int>::is_always_lock_free, "the signal handler reads it");

void writeByte(int descriptor, char byte)
{
    while (::write(descriptor, &byte, 1) < 0 && errno == EINTR)
        ;
}

void handleStop(int)
{
    const int saved = errno;
    writeByte(signalTarget, interruptByte);
    errno = saved;
}

void setHandlers(void (*handler)(int))
{
    struct sigaction action
    {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags =
        int(unsigned(SA_RESTART) | unsigned(SA_RESETHAND)); // the second signal ends the program
    for (const int signal : stopSignals) {
        struct sigaction present
        {};
        // nohup and background jobs of a shell ignore signals on purpose.
        if (::sigaction(signal, nullptr, &present) == 0 && present.sa_handler != SIG_IGN)
            ::sigaction(signal, &action, nullptr);
    }
}

} // namespace

RunEvents::RunEvents()
{
    if (::pipe2(m_pipe.data(), O_CLOEXEC) != 0)
        throw RunError("cannot open a pipe: " + std::generic_category().message(errno));
    signalTarget = m_pipe[1];
    setHandlers(handleStop);
}

RunEvents::~RunEvents()
{
    setHandlers(SIG_DFL);
    signalTarget = -1;
    ::close(m_pipe[0]);
    ::close(m_pipe[1]);
}

RunEvents::Event RunEvents::wait()
{
    char byte = overByte;
    while (::read(m_pipe[0], &byte, 1) < 0 && errno == EINTR)
        ;
    return byte == interruptByte ? Event::Interrupt : Event::Over;
}

bool RunEvents::pending() const
{
    pollfd source{m_pipe[0], POLLIN, 0};
    return ::poll(&source, 1, 0) > 0;
}

void RunEvents::over()
{
    writeByte(m_pipe[1], overByte);
}

} // namespace ternbench
