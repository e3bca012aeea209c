#include "app/cli/rtl_steps.h"

#include "app/cli/run_events.h"
#include "app/cli/text_table.h"
#include "core/error.h"
#include "core/storage/atomic_file.h"
#include "experiments/report_json.h"
#include "experiments/rtl_evidence.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <thread>

namespace ternbench {

namespace {

using nlohmann::ordered_json;

std::string cyclesText(const RtlExportResult& exported)
{
    TextTable table({"part", ">row blocks", ">steps", ">cycles", ">utilisation"});
    for (const LayerCycles& part : exported.cycles) {
        const bool layer = part.part == LayerCycles::Part::Layer;
        table.add({part.name, layer ? std::to_string(part.rowBlocks) : "",
                   layer ? std::to_string(part.steps) : "", std::to_string(part.cycles),
                   layer ? percent(part.utilisation) : ""});
    }
    table.add({"total", "", "", std::to_string(exported.total.cycles), percent(exported.total.utilisation)});
    return table.toString();
}

ordered_json cyclesJson(const RtlExportResult& exported)
{
    ordered_json parts = ordered_json::array();
    for (const LayerCycles& part : exported.cycles)
        parts.push_back({{"part", part.name}, {"cycles", part.cycles}, {"utilisation", part.utilisation}});
    return parts;
}

std::string simulationText(const RtlCheck& check)
{
    std::string text;
    for (const RtlLayerCheck& layer : check.layers)
        text += "  " + layer.name + ": " + withThousands(std::uint64_t(layer.compared)) +
                " outputs compared, " + withThousands(std::uint64_t(layer.different)) + " differences\n";
    if (check.images > 0)
        text += "  " + std::to_string(check.images) + " images, " + std::to_string(check.leastCycles) +
                (check.leastCycles == check.mostCycles ? "" : " to " + std::to_string(check.mostCycles)) +
                " cycles each, the model says " + std::to_string(check.expectedCycles) + "\n";
    for (const RtlCellCount& count : check.cells)
        text += "  " + count.module + ": " + withThousands(std::uint64_t(count.cells)) + " cells\n";
    return text;
}

ordered_json checkJson(const RtlCheck& check)
{
    ordered_json json{{"command", check.command}, {"passed", check.passed}, {"seconds", check.seconds}};
    if (check.images > 0) {
        json["images"] = check.images;
        json["cycles"] = {check.leastCycles, check.mostCycles};
        json["expected_cycles"] = check.expectedCycles;
    }
    for (const RtlLayerCheck& layer : check.layers)
        json["layers"].push_back(
            {{"name", layer.name}, {"compared", layer.compared}, {"different", layer.different}});
    for (const RtlCellCount& count : check.cells)
        json["cells"].push_back({{"module", count.module}, {"cells", count.cells}});
    if (!check.passed)
        json["problems"] = check.problems;
    return json;
}

/// Ends the check when the user asks to stop.
RtlCheck runWatched(RtlTool tool, const std::filesystem::path& folder, int images, Console& console)
{
    RunEvents events;
    std::stop_source stop;
    std::jthread watcher([&](const std::stop_token&) {
        if (events.wait() == RunEvents::Event::Interrupt)
            stop.request_stop();
    });
    const auto end = [&events](RtlCheck check) {
        events.over();
        return check;
    };
    try {
        return end(runRtlCheck(
            tool, folder, images, [&](const std::string& line) { console.progress(line); },
            stop.get_token()));
    } catch (...) {
        events.over();
        throw;
    }
}

} // namespace

void addDesignOptions(CLI::App& app, RtlRequest& request)
{
    DesignPoint& design = request.design;
    app.add_option("--lanes", design.lanes, "RTL: groups decoded per cycle along a row")
        ->capture_default_str();
    app.add_option("--rows", design.parallelRows, "RTL: rows processed at once")->capture_default_str();
    app.add_option_function<std::string>(
           "--table",
           [&design](const std::string& name) {
               const auto table = tableFromName(name);
               if (!table)
                   throw CLI::ValidationError("--table", name + " is not allowed: must be rom or logic");
               design.table = *table;
           },
           "RTL: tables of patterns as rom or logic (default rom)")
        ->type_name("rom|logic");
    app.add_option("--images", request.images, "RTL: test images for the test bench")->capture_default_str();
}

void exportRtlAndReport(const RtlRequest& request, Console& console, ordered_json& result)
{
    const RtlExportResult exported = exportRtlFolder(request);
    result["rtl"] = {{"folder", request.folder.string()},   {"lanes", request.design.lanes},
                     {"rows", request.design.parallelRows}, {"table", tableName(request.design.table)},
                     {"images", exported.images},           {"total_cycles", exported.total.cycles},
                     {"cycles", cyclesJson(exported)}};
    console.line(cyclesText(exported));
    console.line("\nRTL: " + request.folder.string() + ", " + std::to_string(exported.images) +
                 " test images; its README.md says how to run them");
}

void requireTools(const RtlChecks& checks)
{
    for (const RtlTool tool : checks.tools)
        requireInstalled(tool);
}

ExitStatus checkRtlAndReport(const std::filesystem::path& folder, const RtlChecks& checks, Console& console,
                             ordered_json& result)
{
    requireTools(checks);
    ExitStatus status = done;
    std::vector<RtlCheck> ended;
    for (const RtlTool tool : checks.tools) {
        const int images = tool == RtlTool::Verilator || tool == RtlTool::Icarus ? checks.images : 0;
        const RtlCheck check = runWatched(tool, folder, images, console);
        console.clearProgress();
        result["checks"].push_back(checkJson(check));
        console.line(std::string(check.passed ? "passed" : "FAILED") + ": " + check.command + " (" +
                     fixed(check.seconds, 1) + " s)");
        if (const std::string text = simulationText(check); !text.empty())
            console.line(text.substr(0, text.size() - 1));
        for (const std::string& problem : check.problems)
            console.error(problem);
        if (!check.passed)
            status = failed;
        ended.push_back(check);
        if (check.cancelled)
            break;
    }
    if (!checks.evidence.empty()) {
        writeFileAtomically(checks.evidence, evidenceToJson(evidenceOf(ended)));
        console.line("Written: " + checks.evidence.string());
    }
    return status;
}

} // namespace ternbench
