#include "app/cli/commands.h"
#include "app/cli/document_options.h"
#include "app/cli/file_checks.h"
#include "app/cli/run_driver.h"
#include "app/cli/steps.h"
#include "core/error.h"
#include "experiments/known_data.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace ternbench {

namespace {

/// What `run` was asked for.
struct RunRequest
{
    std::string document;
    std::string output;
    std::string seed; ///< checked as the document's own is
    int threads = 0;
    std::string dataFolder;
    DocumentOptions changes;
    std::vector<std::string> moreOverrides;
    std::string packed;
    int checkpointEpochs = 5;
    bool force = false;
};

/// --seed and --data are overrides by another name; theirs come last, as the more specific.
std::vector<std::string> lastOverrides(const RunRequest& request)
{
    std::vector<std::string> overrides = request.moreOverrides;
    if (!request.seed.empty())
        overrides.push_back("seed=" + request.seed);
    if (!request.dataFolder.empty())
        overrides.push_back("data.folder=" + nlohmann::json(request.dataFolder).dump());
    return overrides;
}

void checkRequest(const RunRequest& request, const Experiment& experiment)
{
    requireWritable("--output", request.output, request.force);
    requireDistinct("--output", request.output, "DOCUMENT", request.document);
    if (!request.packed.empty()) {
        requireWritable("--export", request.packed, request.force);
        requireDistinct("--export", request.packed, "DOCUMENT", request.document);
        requireDistinct("--export", request.packed, "--output", request.output);
        requireCodedEnd(experiment);
    }
    DataSpec data = experiment.data;
    useDataFolder(data, request.dataFolder); // refuses where nothing would read it
    requireData(experiment);
}

ExitStatus runDocument(const RunRequest& request, Console& console, nlohmann::ordered_json& result)
{
    const Experiment experiment =
        requestedExperiment(request.document, request.changes, lastOverrides(request));
    checkRequest(request, experiment);
    RunOptions options;
    options.threads = request.threads;
    options.output = request.output;
    options.checkpointEpochs = request.checkpointEpochs;
    return runAndReport(experiment, options, request.packed, console, result);
}

} // namespace

Command addRunCommand(CLI::App& program, bool& json)
{
    auto request = std::make_shared<RunRequest>();
    CLI::App* app = program.add_subcommand("run", "Train the experiment of a document");
    app->add_option("DOCUMENT", request->document, "Experiment document (*.json)")
        ->required()
        ->type_name("FILE");
    app->add_option("--output,-o", request->output, "Run file to write (*.run.h5)")
        ->required()
        ->type_name("FILE");
    app->add_option("--seed", request->seed, "Seed in place of the document's")->type_name("UINT");
    app->add_option("--threads", request->threads,
                    "Threads; 0: one per core. The result does not depend on it")
        ->check(CLI::Range(0, 1024));
    app->add_option("--data", request->dataFolder,
                    "Folder of the data set (hdf5: its file) in place of the document's")
        ->type_name("PATH");
    declareDocumentOptions(*app, request->changes);
    app->add_option("MORE", request->moreOverrides, "Further overrides, as after --set")
        ->type_name("PATH=VALUE");
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
                return runDocument(*request, console, result);
            }};
}

} // namespace ternbench
