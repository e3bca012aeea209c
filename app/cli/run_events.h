#pragma once

#include <array>

namespace ternbench {

/// What the main thread waits for while a run (or an export, a check) goes on. While an object of this class
/// exists, the first SIGINT, SIGTERM or SIGHUP becomes an event instead of ending the program; a second one
/// of the same kind ends it at once. At most one object may exist at a time.
class RunEvents
{
public:
    enum class Event {
        Interrupt, ///< the user or the system asks to stop
        Over,      ///< over() was called
    };

    RunEvents();
    ~RunEvents();
    RunEvents(const RunEvents&) = delete;
    RunEvents& operator=(const RunEvents&) = delete;

    /// Blocks until the next event.
    Event wait();
    /// Whether wait() would return at once: for work that asks now and then.
    bool pending() const;
    /// From any thread.
    void over();

private:
    std::array<int, 2> m_pipe{-1, -1}; ///< the one thing that a signal handler may write to
};

} // namespace ternbench
