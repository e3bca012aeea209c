#include "app/cli/rtl_steps.h"

#include "app/cli/run_events.h"
#include "app/cli/text_table.h"
#include "core/error.h"
#include "core/rtl/rtl_manifest.h"
#include "core/storage/atomic_file.h"
#include "experiments/report_json.h"
#include "experiments/rtl_evidence.h"

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

std::string countedCycles(std::int64_t least, std::int64_t most, std::int64_t expected)
{
    return std::to_string(least) + (least == most ? "" : " to " + std::to_string(most)) +
           " cycles, the model says " + std::to_string(expected);
}

std::string simulationText(const RtlCheck& check)
{
    std::string text;
    for (const RtlLayerCheck& layer : check.layers)
        text += "  " + layer.name + ": " + withThousands(std::uint64_t(layer.compared)) +
                " outputs compared, " + withThousands(std::uint64_t(layer.different)) + " differences\n";
    for (const RtlPartCheck& part : check.parts)
        text += "  " + part.name + ": " + countedCycles(part.least, part.most, part.expected) + "\n";
    if (check.images > 0)
        text += "  " + std::to_string(check.images) + " images, each " +
                countedCycles(check.leastCycles, check.mostCycles, check.expectedCycles) + "\n";
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
    for (const RtlPartCheck& part : check.parts)
        json["parts"].push_back(
            {{"part", part.name}, {"cycles", {part.least, part.most}}, {"expected_cycles", part.expected}});
    for (const RtlCellCount& count : check.cells)
        json["cells"].push_back(
            {{"module", count.module}, {"cells", count.cells}, {"command", count.command}});
    if (!check.changed.empty())
        json["changed_files"] = check.changed;
    if (!check.passed)
        json["problems"] = check.problems;
    return json;
}

std::string listed(const std::vector<std::string>& files)
{
    constexpr std::size_t shown = 3;
    std::string text = files.front();
    for (std::size_t i = 1; i < std::min(shown, files.size()); ++i)
        text += ", " + files[i];
    return files.size() > shown ? text + " and " + std::to_string(files.size() - shown) + " more" : text;
}

/// Results of changed RTL are worth looking at, but they are not the network's.
void tellChanged(const std::filesystem::path& folder, const RtlChecks& checks, Console& console)
{
    const std::vector<std::string> changed = changedFiles(folder);
    if (changed.empty())
        return;
    const std::string what = folder.string() + ": not what was exported: " + listed(changed);
    if (!checks.evidence.empty())
        throw InputError("--evidence-out: " + what + ": what is counted there is no evidence");
    console.warning(what);
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
    tellChanged(folder, checks, console);
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
    if (checks.evidence.empty())
        return status;
    const HardwareEvidence evidence = evidenceOf(ended);
    if (evidence.empty()) {
        console.error("--evidence-out: not written: nothing was simulated or synthesized to its end");
        return failed;
    }
    writeFileAtomically(checks.evidence, evidenceToJson(evidence));
    console.line("Written: " + checks.evidence.string());
    return status;
}

} // namespace ternbench
