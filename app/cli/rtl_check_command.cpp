#include "app/cli/commands.h"
#include "app/cli/file_checks.h"
#include "app/cli/rtl_steps.h"
#include "core/error.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>

namespace ternbench {

namespace {

struct Options
{
    std::string folder;
    bool lint = false, verilator = false, icarus = false, synthesize = false;
    int images = 0;
    std::string evidence;
    bool force = false;
};

/// Without a choice: what does not take minutes.
RtlChecks chosen(const Options& options)
{
    RtlChecks checks;
    checks.images = options.images;
    checks.evidence = options.evidence;
    const bool any = options.lint || options.verilator || options.icarus || options.synthesize;
    if (options.lint || !any)
        checks.tools.push_back(RtlTool::Lint);
    if (options.icarus || !any)
        checks.tools.push_back(RtlTool::Icarus);
    if (options.verilator || !any)
        checks.tools.push_back(RtlTool::Verilator);
    if (options.synthesize)
        checks.tools.push_back(RtlTool::Yosys);
    return checks;
}

/// Nothing of the folder may be overwritten, and nothing added that its Makefile could take for its own.
void checkEvidenceFile(const Options& options)
{
    requireWritable("--evidence-out", options.evidence, options.force);
    const auto absolute = [](const std::filesystem::path& path) {
        return std::filesystem::weakly_canonical(path);
    };
    const std::filesystem::path inside =
        absolute(options.evidence).lexically_relative(absolute(options.folder));
    if (!inside.empty() && *inside.begin() != "..")
        throw InputError("--evidence-out: " + options.evidence + " is not allowed: must lie outside " +
                         options.folder);
    if (options.lint && !options.verilator && !options.icarus && !options.synthesize)
        throw InputError(
            "--evidence-out: --lint alone counts nothing: add --icarus, --verilator or --synthesize");
}

} // namespace

Command addRtlCheckCommand(CLI::App& program, bool& json)
{
    auto options = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand(
        "rtl-check", "Lint and simulate exported RTL: every layer output, class and cycle count");
    app->add_option("FOLDER", options->folder, "Folder written by export --rtl")
        ->required()
        ->type_name("FOLDER");
    app->add_flag("--lint", options->lint, "Lint with Verilator");
    app->add_flag("--icarus", options->icarus, "Simulate with Icarus Verilog (3 images unless --images)");
    app->add_flag("--verilator", options->verilator, "Simulate with Verilator (all images)");
    app->add_flag("--synthesize", options->synthesize,
                  "Count cells with yosys; without a choice the others run");
    app->add_option("--images", options->images,
                    "Simulate only the first so many images; 0: as written above")
        ->check(CLI::Range(0, 1'000'000));
    app->add_option("--evidence-out", options->evidence,
                    "Write what was simulated and synthesized, for report --evidence")
        ->type_name("FILE");
    app->add_flag("--force", options->force, "Overwrite an existing file");
    app->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {app, [options](Console& console, nlohmann::ordered_json& result) {
                if (!options->evidence.empty())
                    checkEvidenceFile(*options);
                result["folder"] = options->folder;
                return checkRtlAndReport(options->folder, chosen(*options), console, result);
            }};
}

} // namespace ternbench
