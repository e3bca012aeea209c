#include "app/cli/check_report.h"
#include "app/cli/commands.h"
#include "app/cli/run_events.h"
#include "app/cli/text_table.h"
#include "experiments/exporting.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace ternbench {

namespace {

struct VerifyRequest
{
    std::string packed;
    std::string dataFolder;
    int threads = 0;
    bool reference = false;
};

ExitStatus verify(const VerifyRequest& request, Console& console, nlohmann::ordered_json& result)
{
    RunEvents events;
    const auto progress = [&](double share) {
        console.progress("verifying  " + fixed(100.0 * share, 0) + " %");
        return !events.pending();
    };
    const VerificationReport report =
        verifyPackedFile(request.packed, request.dataFolder, request.threads, progress,
                         request.reference ? IntegerModel::Reference : IntegerModel::Packed);
    console.clearProgress();
    return reportCheck(request.packed, report, console, result);
}

} // namespace

Command addVerifyCommand(CLI::App& program, bool& json)
{
    auto request = std::make_shared<VerifyRequest>();
    CLI::App* app = program.add_subcommand(
        "verify", "Decode a packed file, run its integers over the test set and compare every output");
    app->add_option("PACKED", request->packed, "Packed file (*.packed.h5)")->required()->type_name("FILE");
    app->add_option("--data", request->dataFolder,
                    "Folder of the data set (hdf5: its file), in place of the one in the file")
        ->type_name("FOLDER");
    app->add_option("--threads", request->threads, "Threads; 0: one per core")->check(CLI::Range(0, 1024));
    app->add_flag("--reference", request->reference,
                  "Compute with the plain reference model in place of the packed runtime");
    app->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {app, [request](Console& console, nlohmann::ordered_json& result) {
                return verify(*request, console, result);
            }};
}

} // namespace ternbench
