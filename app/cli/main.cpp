#include "app/cli/commands.h"
#include "core/error.h"
#include "core/kernels/simd_level.h"
#include "core/memory.h"
#include "core/version.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <iostream>
#include <vector>

using namespace ternbench;

namespace {

std::string jsonText(const nlohmann::ordered_json& value)
{
    return value.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// Runs the action and turns what it throws into a message and an exit status.
ExitStatus perform(const Command& command, Console& console, nlohmann::ordered_json& result)
{
    const auto report = [&](const char* message, ExitStatus status) {
        console.error(message);
        result["error"] = message;
        return status;
    };
    try {
        return command.action(console, result);
    } catch (const InputError& error) {
        return report(error.what(), badInput);
    } catch (const std::bad_alloc&) {
        return report("not enough memory; a smaller network, mini-batch or data set is needed", failed);
    } catch (const std::exception& error) {
        return report(error.what(), failed);
    }
}

ExitStatus execute(const Command& command, bool json)
{
    Console console(json);
    nlohmann::ordered_json result = {{"command", command.app->get_name()}};
    ExitStatus status = perform(command, console, result);
    if (json) {
        result["exit_status"] = int(status);
        console.json(jsonText(result));
    }
    if (!console.flush()) {
        console.error("standard output cannot be written");
        status = status == done ? failed : status;
    }
    return status;
}

constexpr const char* helpHint = "\nRun with --help for more information.\n";

/// What the library says about arguments, in the form of our own messages.
std::string usageError(const CLI::App* /*app*/, const CLI::Error& error)
{
    std::string what = error.what();
    if (const std::string unconverted = "Could not convert: "; what.starts_with(unconverted))
        what = what.substr(unconverted.size()) + " is not allowed: must be a number";
    return "error: " + what + helpHint;
}

/// What is wrong with a first word that is no command: the library would only say that one is missing.
std::string commandProblem(const std::vector<Command>& commands, const std::string& word)
{
    std::string names;
    for (const Command& command : commands) {
        if (command.app->get_name() == word)
            return {};
        names += (names.empty() ? "" : ", ") + command.app->get_name();
    }
    return word.starts_with('-') ? std::string() : word + " is no command: must be one of " + names;
}

} // namespace

int main(int argc, char** argv)
{
    // A reader that closes the pipe (`| head`) must not kill a run of an hour.
    std::signal(SIGPIPE, SIG_IGN);
    returnLargeBuffers();

    CLI::App program{
        "Structured sparse ternary weight coding: train, export and verify on the command line.\n"
        "Exit status: 0 done, 1 the run or check failed, 2 bad usage or bad input.",
        "ternbench-cli"};
    program.set_version_flag("--version", programVersion());
    program.require_subcommand(1);
    program.failure_message(usageError);
    bool json = false;
    const std::vector<Command> commands{
        addRunCommand(program, json),    addResumeCommand(program, json), addExportCommand(program, json),
        addVerifyCommand(program, json), addInfoCommand(program, json),   addReportCommand(program, json),
        addFaultsCommand(program, json), addBenchCommand(program, json),  addRtlCheckCommand(program, json)};
    if (const std::string problem = argc > 1 ? commandProblem(commands, argv[1]) : ""; !problem.empty()) {
        std::cerr << "error: " << problem << helpHint;
        return badInput;
    }
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? done : badInput;
    }
    if (const std::string problem = simdLimitProblem(); !problem.empty()) {
        std::cerr << "error: " << problem << "\n";
        return badInput;
    }
    for (const Command& command : commands)
        if (command.app->parsed())
            return execute(command, json);
    return badInput;
}
