#pragma once

#include "app/cli/commands.h"
#include "experiments/experiment.h"
#include "experiments/training_run.h"

#include <filesystem>
#include <string>

/// Steps that several commands share.
namespace ternbench {

/// Throws InputError when the schedule ends in a float stage, or a layer stays float: then there are no codes
/// to export.
void requireCodedEnd(const Experiment& experiment);

/// Throws InputError when the experiment's data set cannot be found or used.
void requireData(const Experiment& experiment);

/// Drives the run to its end, tells the outcome, and exports to `packed` (unless empty) when it finished.
ExitStatus runAndReport(const Experiment& experiment, const RunOptions& options,
                        const std::filesystem::path& packed, Console& console,
                        nlohmann::ordered_json& result);

/// What to export. `dataFolder` overrides the experiment's unless empty; `threads` 0: one per core.
struct ExportRequest
{
    std::filesystem::path runFile, packed;
    std::string dataFolder;
    int threads = 0;
};

/// Exports, verifies, tells the outcome.
ExitStatus exportAndReport(const ExportRequest& request, Console& console, nlohmann::ordered_json& result);

} // namespace ternbench
