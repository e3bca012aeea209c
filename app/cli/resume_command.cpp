#include "app/cli/commands.h"
#include "app/cli/file_checks.h"
#include "app/cli/steps.h"
#include "core/error.h"
#include "core/storage/run_file.h"
#include "experiments/document.h"
#include "experiments/known_data.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace ternbench {

namespace {

struct ResumeRequest
{
    std::string runFile;
    std::string output; ///< empty: the run file itself
    std::string packed;
    std::string dataFolder; ///< where the images lie now; empty: where they lay
    int threads = 0;
    int checkpointEpochs = 5;
    bool force = false;
};

/// What the run file was made from. A run that is done, or has no state to go on from, is refused.
Experiment experimentToResume(const std::string& runFile)
{
    const RunRecord record = readRunFile(runFile);
    if (record.status == RunStatus::Finished)
        throw InputError(runFile + ": the run is finished: nothing is left to resume; export it with "
                                   "ternbench-cli export");
    if (!record.checkpoint)
        throw InputError(runFile + ": holds no checkpoint to go on from: start anew with ternbench-cli run");
    try {
        return experimentFromJson(record.experimentJson);
    } catch (const InputError& error) {
        throw InputError(runFile + ": the experiment in it cannot be used:\n" + error.what());
    }
}

ExitStatus resume(const ResumeRequest& request, Console& console, nlohmann::ordered_json& result)
{
    Experiment experiment = experimentToResume(request.runFile);
    useDataFolder(experiment.data, request.dataFolder);
    RunOptions options;
    options.threads = request.threads;
    options.checkpointEpochs = request.checkpointEpochs;
    options.resumeFrom = request.runFile;
    options.output = request.output.empty() ? request.runFile : request.output;
    requireWritable("--output", options.output, request.output.empty() || request.force);
    if (!request.packed.empty()) {
        requireWritable("--export", request.packed, request.force);
        requireDistinct("--export", request.packed, "RUNFILE", request.runFile);
        requireDistinct("--export", request.packed, "--output", options.output);
        requireCodedEnd(experiment);
    }
    requireData(experiment);
    return runAndReport(experiment, options, request.packed, console, result);
}

} // namespace

Command addResumeCommand(CLI::App& program, bool& json)
{
    auto request = std::make_shared<ResumeRequest>();
    CLI::App* app =
        program.add_subcommand("resume", "Go on with a run that was stopped; the bits come out as if "
                                         "it had not been");
    app->add_option("RUNFILE", request->runFile, "Run file (*.run.h5)")->required()->type_name("FILE");
    app->add_option("--output,-o", request->output, "Run file to write (default: RUNFILE itself)")
        ->type_name("FILE");
    app->add_option("--threads", request->threads,
                    "Threads; 0: one per core. The result does not depend on it")
        ->check(CLI::Range(0, 1024));
    app->add_option(
           "--data", request->dataFolder,
           "Folder of the data set (hdf5: its file), where it has moved; its images must be the same")
        ->type_name("PATH");
    app->add_option("--export", request->packed,
                    "After the run, write and verify this packed file (*.packed.h5)")
        ->type_name("FILE");
    app->add_option("--checkpoint", request->checkpointEpochs,
                    "Save every so many epochs; 0: at the end only")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    app->add_flag("--force", request->force, "Overwrite existing files");
    app->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {app, [request](Console& console, nlohmann::ordered_json& result) {
                return resume(*request, console, result);
            }};
}

} // namespace ternbench
