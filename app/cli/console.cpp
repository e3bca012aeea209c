#include "app/cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace ternbench {

namespace {

bool canRewriteLines(std::FILE* stream)
{
    const char* type = std::getenv("TERM");
    return ::isatty(::fileno(stream)) == 1 && std::string_view(type ? type : "") != "dumb";
}

/// Columns of the terminal; a progress line that wraps could not be replaced any more.
std::size_t columnsOf(std::FILE* stream)
{
    winsize size{};
    if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

} // namespace

Console::Console(bool json)
    : m_json(json), m_human(json ? stderr : stdout), m_terminal(canRewriteLines(m_human))
{}

void Console::write(std::FILE* stream, const std::string& text)
{
    const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
    const bool flushed = std::fflush(stream) == 0;
    if (stream == stdout && !(written && flushed))
        m_failed = true;
}

void Console::eraseProgress()
{
    if (m_progressShown)
        write(m_human, "\r\033[K");
    m_progressShown = false;
}

void Console::line(const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    eraseProgress();
    write(m_human, text + "\n");
}

void Console::progress(const std::string& text)
{
    if (!m_terminal)
        return;
    const std::lock_guard lock(m_mutex);
    write(m_human, "\r" + text.substr(0, columnsOf(m_human) - 1) + "\033[K");
    m_progressShown = true;
}

void Console::clearProgress()
{
    const std::lock_guard lock(m_mutex);
    eraseProgress();
}

void Console::warning(const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    eraseProgress();
    write(stderr, "warning: " + text + "\n");
}

void Console::error(const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    eraseProgress();
    write(stderr, "error: " + text + "\n");
}

void Console::json(const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    eraseProgress();
    write(stdout, text + "\n");
}

bool Console::flush()
{
    const std::lock_guard lock(m_mutex);
    return std::fflush(stdout) == 0 && !m_failed;
}

} // namespace ternbench
