#include "core/rtl/process.h"

#include "core/error.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <system_error>

extern char** environ;

namespace ternbench {

namespace {

/// How often a stop request is looked for, and how long a program may take to end after SIGTERM.
constexpr int pollMilliseconds = 50;
constexpr auto patience = std::chrono::seconds(2);

[[noreturn]] void fail(const std::string& program, int error)
{
    throw RunError(program + " cannot be started: " + std::generic_category().message(error));
}

/// The pipe that carries the program's output.
class OutputPipe
{
public:
    explicit OutputPipe(const std::string& program)
    {
        if (::pipe2(m_ends.data(), O_CLOEXEC) != 0)
            fail(program, errno);
    }
    ~OutputPipe()
    {
        ::close(m_ends[0]);
        closeWriting();
    }
    OutputPipe(const OutputPipe&) = delete;
    OutputPipe& operator=(const OutputPipe&) = delete;

    int reading() const { return m_ends[0]; }
    int writing() const { return m_ends[1]; }
    void closeWriting()
    {
        if (m_ends[1] >= 0)
            ::close(m_ends[1]);
        m_ends[1] = -1;
    }

private:
    std::array<int, 2> m_ends{-1, -1};
};

/// Starts the program as the leader of a process group of its own, so that its children end with it.
pid_t start(const std::vector<std::string>& command, const std::filesystem::path& folder, int output)
{
    std::vector<char*> arguments;
    for (const std::string& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    // The command line ignores SIGPIPE; programs it starts must not inherit that.
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    pid_t pid = 0;
    const int error =
        ::posix_spawnp(&pid, arguments.front(), &actions, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        fail(command.front(), error);
    return pid;
}

/// Cuts what arrives into lines.
class LineCutter
{
public:
    explicit LineCutter(const LineObserver& observer) : m_observer(observer) {}
    void add(std::string_view text)
    {
        for (const char c : text)
            if (c == '\n')
                flush();
            else
                m_line += c;
    }
    void end()
    {
        if (!m_line.empty())
            flush();
    }

private:
    void flush()
    {
        if (m_observer)
            m_observer(m_line);
        m_line.clear();
    }
    const LineObserver& m_observer;
    std::string m_line;
};

/// Waits for output; false at its end.
bool readSome(int descriptor, LineCutter& cutter)
{
    pollfd waited{descriptor, POLLIN, 0};
    if (::poll(&waited, 1, pollMilliseconds) <= 0)
        return true;
    std::array<char, 4096> buffer;
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0)
        cutter.add({buffer.data(), std::size_t(count)});
    return count > 0 || (count < 0 && errno == EINTR);
}

int waitFor(pid_t pid)
{
    int state = 0;
    while (::waitpid(pid, &state, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

/// Ends the program's group when it was asked to stop: kindly at first.
class Stopper
{
public:
    Stopper(pid_t group, const std::stop_token& stop) : m_group(group), m_stop(stop) {}
    void check()
    {
        if (!m_stop.stop_requested())
            return;
        const auto now = std::chrono::steady_clock::now();
        if (!m_stopped) {
            m_stopped = true;
            m_end = now + patience;
            ::kill(-m_group, SIGTERM);
        } else if (now > m_end)
            ::kill(-m_group, SIGKILL);
    }
    bool stopped() const { return m_stopped; }

private:
    pid_t m_group;
    const std::stop_token& m_stop;
    bool m_stopped = false;
    std::chrono::steady_clock::time_point m_end;
};

} // namespace

ProcessEnd runProcess(const std::vector<std::string>& command, const std::filesystem::path& folder,
                      const LineObserver& observer, const std::stop_token& stop)
{
    OutputPipe pipe(command.front());
    const pid_t pid = start(command, folder, pipe.writing());
    pipe.closeWriting();
    LineCutter cutter(observer);
    Stopper stopper(pid, stop);
    // The output ends when the last program of the group has closed it.
    while (readSome(pipe.reading(), cutter))
        stopper.check();
    cutter.end();
    ProcessEnd end;
    end.status = waitFor(pid);
    end.cancelled = stopper.stopped();
    return end;
}

bool isInstalled(const std::string& program)
{
    const char* path = std::getenv("PATH");
    std::string_view rest = path ? path : "/usr/bin:/bin";
    while (!rest.empty()) {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        const std::filesystem::path file = std::filesystem::path(rest.substr(0, colon)) / program;
        if (::access(file.c_str(), X_OK) == 0)
            return true;
        rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
    return false;
}

} // namespace ternbench
