#include "app/cli/commands.h"
#include "app/cli/design_options.h"
#include "app/cli/file_checks.h"
#include "app/cli/text_table.h"
#include "core/error.h"
#include "experiments/hardware_report.h"
#include "experiments/report_json.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <memory>

namespace ternbench {

namespace {

constexpr const char* standardOutput = "-";

struct Options
{
    std::string packed, evidence, json, html, pdf;
    DesignPoint design;
    bool force = false, store = false;
};

struct Output
{
    const char* option;
    const std::string& file;
    ReportFormat format;

    bool isFile() const { return !file.empty() && file != standardOutput; }
};

std::array<Output, 3> outputsOf(const Options& options)
{
    return {{{"--json", options.json, ReportFormat::Json},
             {"--html", options.html, ReportFormat::Html},
             {"--pdf", options.pdf, ReportFormat::Pdf}}};
}

/// Before any work: nothing is written unless everything can be.
void checkOutputs(const Options& options)
{
    const auto outputs = outputsOf(options);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!outputs[i].isFile())
            continue;
        requireDistinct(outputs[i].option, outputs[i].file, "PACKED", options.packed);
        if (!options.evidence.empty())
            requireDistinct(outputs[i].option, outputs[i].file, "--evidence", options.evidence);
        for (std::size_t j = 0; j < i; ++j)
            if (outputs[j].isFile())
                requireDistinct(outputs[i].option, outputs[i].file, outputs[j].option, outputs[j].file);
        requireWritable(outputs[i].option, outputs[i].file, options.force);
    }
}

std::string sectionText(const ReportSection& section)
{
    std::string text = section.title + "\n";
    for (const std::string& paragraph : section.paragraphs)
        text += paragraph + "\n";
    if (section.table.headings.empty())
        return text;
    TextTable table(section.table.headings);
    for (const auto& row : section.table.rows)
        table.add(row);
    return text + "\n" + table.toString() + "\n";
}

std::string documentText(const ReportDocument& document)
{
    std::string text = document.title + "\n" + document.subtitle;
    for (const ReportSection& section : document.sections)
        text += "\n\n" + sectionText(section);
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
}

ExitStatus report(const Options& options, Console& console, nlohmann::ordered_json& result)
{
    const DesignPoint& design = options.design;
    requireBuildable(design);
    checkOutputs(options);
    const PackedReport packed = reportOn(options.packed, design, options.evidence);
    result["report"] = nlohmann::ordered_json::parse(reportJson(packed.report, packed.subject));
    bool written = false;
    if (options.store) {
        storeReport(options.packed, design);
        result["stored"] = true;
        console.line("Stored: /report of " + options.packed +
                     (options.evidence.empty() ? "" : ", estimates only"));
        written = true;
    }
    for (const Output& output : outputsOf(options)) {
        if (!output.isFile())
            continue;
        writeReportFile(packed, output.format, output.file);
        console.line("Written: " + output.file);
        written = true;
    }
    if (!written && !console.wantsJson())
        console.line(documentText(describeReport(packed.report, packed.subject)));
    for (const std::string& line : packed.report.disagreements)
        console.error("simulation and cycle model disagree: " + line);
    return packed.report.disagreements.empty() ? done : failed;
}

} // namespace

Command addReportCommand(CLI::App& program, bool& json)
{
    auto options = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand(
        "report", "Hardware report of a packed file: operations, traffic, cycles, energy, other codings");
    app->add_option("PACKED", options->packed, "Packed file (*.packed.h5)")->required()->type_name("FILE");
    addBuildOptions(*app, options->design);
    addEstimateOptions(*app, options->design);
    app->add_option("--evidence", options->evidence,
                    "Simulation and synthesis results (JSON) that take the place of estimates")
        ->type_name("FILE");
    app->add_option("--json", options->json, "Write JSON; - or nothing: to standard output")
        ->expected(0, 1)
        ->default_str(standardOutput)
        ->type_name("FILE");
    app->add_option("--html", options->html, "Write a self-contained HTML page")->type_name("FILE");
    app->add_option("--pdf", options->pdf, "Write a PDF")->type_name("FILE");
    app->add_flag("--store", options->store,
                  "Put the estimates into the packed file (/report), in place of those it holds");
    app->add_flag("--force", options->force, "Overwrite existing files");
    app->parse_complete_callback([options, &json] { json = options->json == standardOutput; });
    return {app, [options](Console& console, nlohmann::ordered_json& result) {
                return report(*options, console, result);
            }};
}

} // namespace ternbench
