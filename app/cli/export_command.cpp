#include "app/cli/commands.h"
#include "app/cli/file_checks.h"
#include "app/cli/steps.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace ternbench {

namespace {

/// What `export` was asked for; an empty `packed` stands for a file beside the run file.
struct Options
{
    ExportRequest request;
    std::string runFile, packed;
    bool force = false;
};

ExitStatus exportRun(const Options& options, Console& console, nlohmann::ordered_json& result)
{
    ExportRequest request = options.request;
    request.runFile = options.runFile;
    request.packed =
        options.packed.empty() ? packedSibling(request.runFile) : std::filesystem::path(options.packed);
    requireDistinct("--output", request.packed, "RUNFILE", request.runFile);
    requireWritable("--output", request.packed, options.force);
    return exportAndReport(request, console, result);
}

} // namespace

Command addExportCommand(CLI::App& program, bool& json)
{
    auto options = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand("export", "Write and verify the packed network of a finished run");
    app->add_option("RUNFILE", options->runFile, "Run file (*.run.h5)")->required()->type_name("FILE");
    app->add_option("--output,-o", options->packed, "Packed file to write (default: RUNFILE with .packed.h5)")
        ->type_name("FILE");
    app->add_option("--data", options->request.dataFolder, "Folder of the data set, in place of the run's")
        ->type_name("FOLDER");
    app->add_option("--threads", options->request.threads, "Threads; 0: one per core")
        ->check(CLI::Range(0, 1024));
    app->add_flag("--force", options->force, "Overwrite an existing file");
    app->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {app, [options](Console& console, nlohmann::ordered_json& result) {
                return exportRun(*options, console, result);
            }};
}

} // namespace ternbench
