#pragma once

#include <cstdio>
#include <mutex>
#include <string>

namespace ternbench {

/// Where the program's text goes. Human text goes to standard output, or to standard error when standard
/// output carries JSON; on a terminal its last line may be a progress line that the next text replaces.
/// Every method may be called from any thread.
class Console
{
public:
    explicit Console(bool json);
    ~Console() { clearProgress(); }
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    /// Writes `text` (one line or several) and a line end.
    void line(const std::string& text);
    /// Replaces the progress line; does nothing where human text does not go to a terminal.
    void progress(const std::string& text);
    void clearProgress();
    /// To standard error, after "warning: " or "error: ".
    void warning(const std::string& text);
    void error(const std::string& text);
    /// The machine-readable result, on standard output.
    void json(const std::string& text);

    bool wantsJson() const { return m_json; }
    bool isTerminal() const { return m_terminal; }
    /// False when something could not be written to standard output (closed, disk full).
    bool flush();

private:
    void write(std::FILE* stream, const std::string& text);
    void eraseProgress();

    std::mutex m_mutex;
    const bool m_json;
    std::FILE* const m_human;
    const bool m_terminal;
    bool m_progressShown = false;
    bool m_failed = false;
};

} // namespace ternbench
