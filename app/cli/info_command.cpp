#include "app/cli/commands.h"
#include "app/cli/describe.h"
#include "core/error.h"
#include "core/kernels/blas.h"
#include "core/storage/hdf5.h"
#include "core/storage/run_file.h"
#include "experiments/document.h"

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

ExitStatus tellFile(const std::string& file, Console& console, nlohmann::ordered_json& result)
{
    const std::string format = formatOf(file);
    result["file"] = file;
    if (format == "ternbench.run") {
        const RunRecord record = readRunFile(file);
        console.line(runText(record));
        result["run"] = runJson(record);
    } else if (format == "ternbench.packed") {
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
        const Experiment experiment = loadExperiment(file);
        console.line(experimentText(experiment));
        result["experiment"] = experimentJson(experiment);
    }
    return done;
}

} // namespace

Command addInfoCommand(CLI::App& program, bool& json)
{
    auto file = std::make_shared<std::string>();
    CLI::App* app =
        program.add_subcommand("info", "Tell what a file holds; without a file, about program and machine");
    app->add_option("FILE", *file, "Experiment document, run file or packed file")->type_name("FILE");
    app->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {app, [file](Console& console, nlohmann::ordered_json& result) {
                return file->empty() ? tellEnvironment(console, result) : tellFile(*file, console, result);
            }};
}

} // namespace ternbench
