#include "app/cli/commands.h"
#include "app/cli/describe.h"
#include "app/cli/document_options.h"
#include "core/error.h"
#include "core/kernels/blas.h"
#include "core/storage/hdf5.h"
#include "core/storage/run_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <string_view>
#include <thread>

namespace ternbench {

namespace {

ExitStatus tellEnvironment(Console& console, nlohmann::ordered_json& result)
{
    Environment environment = currentEnvironment();
    environment.threads = int(std::max(1U, std::thread::hardware_concurrency()));
    const std::string warning = blasWarning();
    console.line(environmentText(environment));
    result.update(environmentJson(environment));
    result["warning"] = warning;
    if (!warning.empty())
        console.warning(warning);
    return done;
}

bool isHdf5(const std::string& file)
{
    constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
    std::array<char, signature.size()> start{};
    std::ifstream(file, std::ios::binary).read(start.data(), start.size());
    return std::string_view(start.data(), start.size()) == signature;
}

struct InfoRequest
{
    std::string file;
    DocumentOptions changes;
};

/// What is done or written cannot be changed any more.
void requireNoChanges(const DocumentOptions& changes, const std::string& what)
{
    if (!changes.none())
        throw InputError(
            (changes.code.empty() ? "--set: " + changes.overrides.front() : "--code: " + changes.code) +
            " is not allowed: " + what + ": only values of an experiment document (*.json) " +
            "can be replaced");
}

ExitStatus tellFile(const InfoRequest& request, Console& console, nlohmann::ordered_json& result)
{
    const std::string& file = request.file;
    const std::string format = formatOf(file);
    result["file"] = file;
    if (format == "ternbench.run") {
        requireNoChanges(request.changes, file + " is a run file");
        const RunRecord record = readRunFile(file);
        console.line(runText(record));
        result["run"] = runJson(record);
    } else if (format == "ternbench.packed") {
        requireNoChanges(request.changes, file + " is a packed file");
        const PackedNetwork packed = readSoundPacked(file);
        const std::uint64_t bytes = std::filesystem::file_size(file);
        console.line(packedText(packed, bytes));
        result["packed"] = packedJson(packed, bytes);
    } else if (isHdf5(file)) {
        h5::File::open(file); // says so where it is damaged
        throw InputError(file +
                         ": an HDF5 file, but not one of Ternbench's: its attribute \"format\" must be "
                         "\"ternbench.run\" or \"ternbench.packed\"");
    } else {
        const Experiment experiment = requestedExperiment(file, request.changes);
        console.line(experimentText(experiment));
        result["experiment"] = experimentJson(experiment);
    }
    return done;
}

} // namespace

Command addInfoCommand(CLI::App& program, bool& json)
{
    auto request = std::make_shared<InfoRequest>();
    CLI::App* app =
        program.add_subcommand("info", "Tell what a file holds; without a file, about program and machine");
    app->add_option("FILE", request->file, "Experiment document, run file or packed file")->type_name("FILE");
    declareDocumentOptions(*app, request->changes);
    app->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {app, [request](Console& console, nlohmann::ordered_json& result) {
                if (!request->file.empty())
                    return tellFile(*request, console, result);
                requireNoChanges(request->changes, "no FILE is given");
                return tellEnvironment(console, result);
            }};
}

} // namespace ternbench
