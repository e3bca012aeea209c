#pragma once

#include "app/cli/console.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>

namespace CLI {
class App;
}

namespace ternbench {

/// The program's exit status. InputError becomes badInput, RunError becomes failed.
enum ExitStatus : int {
    done = 0,
    failed = 1,   ///< the run was stopped or failed, or a check found a difference
    badInput = 2, ///< bad usage or bad input; nothing was changed
};

/// One subcommand: its place in the command line, and what it does. Whatever it puts into `result` (a JSON
/// object) is printed by --json.
struct Command
{
    CLI::App* app = nullptr;
    std::function<ExitStatus(Console&, nlohmann::ordered_json& result)> action;
};

/// Each declares its options in `program`; `json` receives the flag --json.
Command addRunCommand(CLI::App& program, bool& json);
Command addResumeCommand(CLI::App& program, bool& json);
Command addExportCommand(CLI::App& program, bool& json);
Command addVerifyCommand(CLI::App& program, bool& json);
Command addRtlCheckCommand(CLI::App& program, bool& json);
Command addInfoCommand(CLI::App& program, bool& json);
Command addReportCommand(CLI::App& program, bool& json);
Command addFaultsCommand(CLI::App& program, bool& json);
Command addBenchCommand(CLI::App& program, bool& json);
/// "bench train", a subcommand of `bench`; its action runs where it was given.
Command addTrainBenchmark(CLI::App& bench, bool& json);

} // namespace ternbench
