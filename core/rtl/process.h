#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace ternbench {

/// A line that a program wrote, without its end.
using LineObserver = std::function<void(const std::string& line)>;

struct ProcessEnd
{
    int status = -1; ///< exit status; 128 + signal if it was killed
    bool cancelled = false;
};

/// Runs `command` in `folder` with nothing to read, and shows each line of its output (standard output and
/// error together) on the calling thread. When `stop` asks for it, ends the program and all that it started.
/// Throws RunError where it cannot be started.
ProcessEnd runProcess(const std::vector<std::string>& command, const std::filesystem::path& folder,
                      const LineObserver& observer, const std::stop_token& stop = {});

/// Whether a program of that name is found on PATH.
bool isInstalled(const std::string& program);

} // namespace ternbench
