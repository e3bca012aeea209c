#include "app/cli/commands.h"
#include "app/cli/design_options.h"
#include "app/cli/file_checks.h"
#include "app/cli/rtl_steps.h"
#include "app/cli/steps.h"
#include "core/error.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace ternbench {

namespace {

/// What `export` was asked for; an empty `packed` stands for a file beside the run file.
struct Options
{
    ExportRequest request;
    RtlRequest rtl;
    std::string source, packed, rtlFolder;
    bool force = false, simulate = false, synthesize = false;
};

RtlChecks checksOf(const Options& options)
{
    RtlChecks checks;
    if (options.simulate)
        checks.tools = {RtlTool::Lint, RtlTool::Icarus, RtlTool::Verilator};
    if (options.synthesize)
        checks.tools.push_back(RtlTool::Yosys);
    return checks;
}

ExitStatus exportRtl(const RtlRequest& request, const RtlChecks& checks, Console& console,
                     nlohmann::ordered_json& result)
{
    exportRtlAndReport(request, console, result);
    return checkRtlAndReport(request.folder, checks, console, result);
}

/// What says how RTL is made says nothing without it.
void requireNoRtlOptions(const CLI::App& app)
{
    std::vector<std::string> given = givenBuildOptions(app);
    for (const char* option : {"--images", "--simulate", "--synthesize"})
        if (app.count(option) > 0)
            given.emplace_back(option);
    if (!given.empty())
        throw InputError(given.front() + ": is for RTL: give --rtl FOLDER, too");
}

/// Everything that can be refused is refused before anything is written.
ExitStatus exportAll(Options options, Console& console, nlohmann::ordered_json& result)
{
    const bool rtl = !options.rtlFolder.empty();
    options.rtl.folder = options.rtlFolder;
    options.rtl.dataFolder = options.request.dataFolder;
    if (rtl) {
        requireBuildable(options.rtl.design);
        requireRtlRequest(options.rtl);
        requireTools(checksOf(options));
    }
    if (rtl && isPackedFile(options.source)) {
        if (!options.packed.empty())
            throw InputError("--output: " + options.source + " is packed already: leave --output out");
        options.rtl.packed = options.source;
        return exportRtl(options.rtl, checksOf(options), console, result);
    }
    ExportRequest& request = options.request;
    request.runFile = options.source;
    request.packed =
        options.packed.empty() ? packedSibling(request.runFile) : std::filesystem::path(options.packed);
    requireDistinct("--output", request.packed, "RUNFILE", request.runFile);
    requireWritable("--output", request.packed, options.force);
    const ExitStatus status = exportAndReport(request, console, result);
    if (!rtl || status != done)
        return status;
    options.rtl.packed = request.packed;
    return exportRtl(options.rtl, checksOf(options), console, result);
}

} // namespace

Command addExportCommand(CLI::App& program, bool& json)
{
    auto options = std::make_shared<Options>();
    CLI::App* app =
        program.add_subcommand("export", "Write and verify the packed network of a finished run, or its RTL");
    app->add_option("RUNFILE", options->source,
                    "Run file (*.run.h5); with --rtl also a packed file (*.packed.h5)")
        ->required()
        ->type_name("FILE");
    app->add_option("--output,-o", options->packed, "Packed file to write (default: RUNFILE with .packed.h5)")
        ->type_name("FILE");
    app->add_option("--data", options->request.dataFolder,
                    "Folder of the data set (hdf5: its file), in place of the run's")
        ->type_name("FOLDER");
    app->add_option("--threads", options->request.threads, "Threads; 0: one per core")
        ->check(CLI::Range(0, 1024));
    app->add_option("--rtl", options->rtlFolder,
                    "Write SystemVerilog, test bench and golden vectors to this folder")
        ->type_name("FOLDER");
    addBuildOptions(*app, options->rtl.design);
    app->add_option("--images", options->rtl.images, "Test images of the test bench")
        ->capture_default_str()
        ->check(CLI::Range(1, maxTestImages));
    app->add_flag("--simulate", options->simulate, "Lint and simulate the RTL (Verilator, Icarus Verilog)");
    app->add_flag("--synthesize", options->synthesize,
                  "Count the cells of decoder and processing element (yosys)");
    app->add_flag("--force", options->force, "Overwrite an existing file");
    app->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {app, [options, app](Console& console, nlohmann::ordered_json& result) {
                if (options->rtlFolder.empty())
                    requireNoRtlOptions(*app);
                return exportAll(*options, console, result);
            }};
}

} // namespace ternbench
