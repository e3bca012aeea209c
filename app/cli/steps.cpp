#include "app/cli/steps.h"

#include "app/cli/check_report.h"
#include "app/cli/epoch_report.h"
#include "app/cli/run_driver.h"
#include "app/cli/run_events.h"
#include "app/cli/text_table.h"
#include "core/error.h"
#include "datasets/source.h"
#include "experiments/exporting.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ternbench {

void requireCodedEnd(const Experiment& experiment)
{
    const auto& schedule = experiment.training.schedule;
    if (!schedule.empty() && schedule.back().kind == Stage::Kind::Float)
        throw InputError(
            "schedule[" + std::to_string(schedule.size() - 1) +
            "].code: \"float\" is not allowed in the last stage with --export: must be coded, or "
            "there are no codes to export");
    for (std::size_t l = 0; l < experiment.network.layers.size(); ++l)
        if (const LayerSpec& layer = experiment.network.layers[l]; layer.staysFloat())
            throw InputError(
                "layers[" + std::to_string(l) +
                "].code.family: \"float\" is not allowed with --export: must be 8-bit or a ternary "
                "code, for the integer model has no floats");
}

void requireData(const Experiment& experiment)
{
    const DatasetSummary data = describeDataset(experiment.data);
    if (!data.found)
        throw InputError(data.message);
}

ExitStatus runAndReport(const Experiment& experiment, const RunOptions& options,
                        const std::filesystem::path& packed, Console& console, nlohmann::ordered_json& result)
{
    const RunOutcome outcome = drive(experiment, options, console);
    result.update(toJson(outcome, experiment));
    result["output"] = outcome.output.string();
    if (outcome.state == RunState::Failed) {
        if (outcome.badInput)
            throw InputError(outcome.message);
        throw RunError(outcome.message);
    }
    if (const std::string layers = lastLayersText(outcome.epochs); !layers.empty())
        console.line(layers);
    console.line(describeOutcome(outcome));
    if (outcome.state != RunState::Finished)
        return failed;
    const ExitStatus saved = outcome.rescued ? failed : done; // it lies where nobody asked for it
    if (packed.empty())
        return saved;
    const ExportRequest request{outcome.output, packed, experiment.data.folder, options.threads};
    return std::max(saved, exportAndReport(request, console, result["export"]));
}

ExitStatus exportAndReport(const ExportRequest& request, Console& console, nlohmann::ordered_json& result)
{
    RunEvents events;
    const auto progress = [&](double share) {
        console.progress("exporting and verifying  " + fixed(100.0 * share, 0) + " %");
        return !events.pending();
    };
    const ExportResult exported =
        exportPacked(request.runFile, request.packed, request.dataFolder, request.threads, progress);
    console.clearProgress();
    result["output"] = request.packed.string();
    result["file_bytes"] = exported.fileBytes;
    result["float_test_error"] = exported.testError;
    const ExitStatus status = reportCheck(request.packed, exported.verification, console, result);
    console.line("Coded float network " + percent(exported.testError) + "; the file has " +
                 withThousands(exported.fileBytes) + " bytes");
    return status;
}

} // namespace ternbench
