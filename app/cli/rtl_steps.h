#pragma once

#include "app/cli/commands.h"
#include "core/rtl/simulation.h"
#include "experiments/rtl_exporting.h"

namespace ternbench {

/// What `export --rtl` and `rtl-check` were asked to run.
struct RtlChecks
{
    std::vector<RtlTool> tools;
    int images = 0;                 ///< 0: as many as the Makefile says
    std::filesystem::path evidence; ///< file for what was counted; empty: none
};

/// Writes the folder and tells the cycles, part by part.
void exportRtlAndReport(const RtlRequest& request, Console& console, nlohmann::ordered_json& result);

/// Throws InputError, before anything is done, where a tool is missing.
void requireTools(const RtlChecks& checks);

/// Runs the tools in the folder one after the other, tells what each found and keeps it as evidence: done if
/// all passed.
ExitStatus checkRtlAndReport(const std::filesystem::path& folder, const RtlChecks& checks, Console& console,
                             nlohmann::ordered_json& result);

} // namespace ternbench
