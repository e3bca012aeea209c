#include "core/rtl/simulation.h"

#include "core/error.h"
#include "core/rtl/rtl_manifest.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <regex>
#include <sstream>
#include <system_error>

namespace ternbench {

namespace {

namespace fs = std::filesystem;

struct Need
{
    const char* program;
    const char* package; ///< of Debian
};

std::vector<Need> needsOf(RtlTool tool)
{
    const Need make{"make", "make"};
    switch (tool) {
    case RtlTool::Lint:
        return {make, {"verilator", "verilator"}};
    case RtlTool::Verilator:
        return {make, {"verilator", "verilator"}, {"g++", "g++"}};
    case RtlTool::Icarus:
        return {make, {"iverilog", "iverilog"}, {"vvp", "iverilog"}};
    case RtlTool::Yosys:
        return {make, {"yosys", "yosys"}};
    }
    return {};
}

/// Matches lines as tools print them: std::regex takes stack for each character, so that a line of a million
/// would end the program. Numbers are at most 18 digits in the patterns, which std::stoll() takes.
bool matches(const std::string& line, std::smatch& found, const std::regex& pattern)
{
    constexpr std::size_t longest = 1000;
    return line.size() <= longest && std::regex_match(line, found, pattern);
}

/// Keeps what a line of the test bench says.
void readLine(const std::string& line, RtlCheck& check)
{
    static const std::regex images(R"(images: (\d{1,18}))");
    static const std::regex cycles(R"(cycles: (\d{1,18}) to (\d{1,18}) per image, must be (\d{1,18}))");
    static const std::regex part(R"(part (\S+): (\d{1,18}) to (\d{1,18}) cycles, must be (\d{1,18}))");
    static const std::regex layer(R"(layer (\S+): (\d{1,18}) outputs compared, (\d{1,18}) differences)");
    std::smatch found;
    if (matches(line, found, images))
        check.images = std::stoll(found[1]);
    else if (matches(line, found, cycles)) {
        check.leastCycles = std::stoll(found[1]);
        check.mostCycles = std::stoll(found[2]);
        check.expectedCycles = std::stoll(found[3]);
    } else if (matches(line, found, layer))
        check.layers.push_back({found[1], std::stoll(found[2]), std::stoll(found[3])});
    else if (matches(line, found, part))
        check.parts.push_back({found[1], std::stoll(found[2]), std::stoll(found[3]), std::stoll(found[4])});
    else if (line == "PASS")
        check.passed = true;
    else if (line.starts_with("FAIL") || line.starts_with("%Warning") || line.starts_with("%Error") ||
             line.find("ERROR") != line.npos || line.find("error:") != line.npos)
        check.problems.push_back(line);
}

std::string contentOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

void readCellCounts(const fs::path& folder, RtlCheck& check)
{
    std::vector<fs::path> files;
    std::error_code ignored; // no folder, no counts
    for (const auto& entry : fs::directory_iterator(folder / "build" / "synth", ignored))
        if (entry.path().extension() == ".txt")
            files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& file : files)
        check.cells.push_back(parseCellCount(file.stem().string(), contentOf(file)));
}

/// What an earlier run of the tool left may be of other sources: results are of these, made anew.
void removeProducts(RtlTool tool, const fs::path& folder)
{
    const fs::path build = folder / "build";
    std::error_code ignored; // what cannot be removed cannot be overwritten either, which make says
    if (tool == RtlTool::Verilator)
        fs::remove_all(build / "verilator", ignored);
    else if (tool == RtlTool::Icarus)
        fs::remove(build / "testbench.vvp", ignored);
    else if (tool == RtlTool::Yosys)
        for (const auto& entry : fs::directory_iterator(build / "synth", ignored))
            fs::remove(entry.path(), ignored);
}

/// What the folder was exported from.
RtlIdentity requireExport(const fs::path& folder)
{
    RtlIdentity identity = readIdentity(folder);
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        throw InputError(folder.string() +
                         ": cannot be written, but the tools write into its folder build: " +
                         std::generic_category().message(errno));
    for (const char* file : {"Makefile", "network_top.sv", "testbench.sv", sumsFile})
        if (!fs::exists(folder / file))
            throw InputError(folder.string() + ": is no exported RTL folder: has no " + file);
    return identity;
}

/// Whether the check passed, from what was printed and the exit status: both must agree.
void conclude(RtlCheck& check, const ProcessEnd& end, int images)
{
    const bool simulation = check.tool == RtlTool::Verilator || check.tool == RtlTool::Icarus;
    check.cancelled = end.cancelled;
    if (check.cancelled)
        check.problems.emplace_back("cancelled");
    else if (end.status != 0)
        check.problems.push_back(check.command + " ended with status " + std::to_string(end.status));
    else if (simulation && !check.passed)
        check.problems.emplace_back("the test bench did not say PASS");
    else if (simulation && images > 0 && check.images < images)
        check.problems.push_back(std::to_string(images) + " images were asked for, the test bench has " +
                                 std::to_string(check.images));
    else if (check.tool == RtlTool::Yosys && check.cells.empty())
        check.problems.emplace_back("there are no cell counts");
    check.passed = check.problems.empty();
}

} // namespace

std::string_view rtlToolName(RtlTool tool)
{
    switch (tool) {
    case RtlTool::Lint:
        return "lint";
    case RtlTool::Verilator:
        return "verilator";
    case RtlTool::Icarus:
        return "icarus";
    case RtlTool::Yosys:
        return "synth";
    }
    return "";
}

void requireInstalled(RtlTool tool)
{
    for (const Need& need : needsOf(tool))
        if (!isInstalled(need.program))
            throw InputError(std::string(rtlToolName(tool)) + ": the program " + need.program +
                             " is not installed: install the package " + need.package);
}

RtlCheck runRtlCheck(RtlTool tool, const fs::path& folder, int images, const LineObserver& observer,
                     const std::stop_token& stop)
{
    const RtlIdentity identity = requireExport(folder);
    requireInstalled(tool);
    RtlCheck check;
    check.tool = tool;
    check.rtl = identity;
    check.changed = changedFiles(folder);
    removeProducts(tool, folder);
    std::vector<std::string> command{"make", "-f", "Makefile", std::string(rtlToolName(tool))};
    if (images > 0)
        command.push_back("IMAGES=" + std::to_string(images));
    check.command = "make"; // as one would type it
    for (std::size_t word = 3; word < command.size(); ++word)
        check.command += " " + command[word];
    const auto start = std::chrono::steady_clock::now();
    const auto keep = [&](const std::string& line) {
        readLine(line, check);
        if (observer)
            observer(line);
    };
    const ProcessEnd end = runProcess(command, folder, keep, stop);
    check.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (tool == RtlTool::Yosys)
        readCellCounts(folder, check);
    conclude(check, end, images);
    return check;
}

RtlCellCount parseCellCount(const std::string& module, const std::string& statistics)
{
    static const std::regex total(R"(\s*Number of cells:\s+(\d{1,18})\s*)");
    static const std::regex type(R"(\s*(\$\S+)\s+(\d{1,18})\s*)");
    RtlCellCount count;
    count.module = module;
    std::istringstream lines(statistics);
    std::smatch found;
    std::string version;
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("Yosys "))
            version = line;
        else if (line.starts_with("yosys -p "))
            count.command = line + (version.empty() ? "" : "  # " + version);
        else if (matches(line, found, total))
            count.cells = std::stoll(found[1]);
        else if (matches(line, found, type))
            count.byType.emplace_back(found[1], std::stoll(found[2]));
    return count;
}

} // namespace ternbench
