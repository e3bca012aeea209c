#include "app/cli/commands.h"
#include "app/cli/run_events.h"
#include "app/cli/text_table.h"
#include "experiments/fault_injection.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace ternbench {

namespace {

struct Options
{
    std::string packed, dataFolder;
    FaultStudySpec spec;
    int threads = 0;
};

std::string percentRange(const Spread& spread)
{
    return fixed(100.0 * spread.least, 2) + "-" + fixed(100.0 * spread.most, 2) + " %";
}

std::string curveText(const FaultCurve& curve)
{
    TextTable table({">bits flipped", ">draws", ">caught", ">silent", ">harmless", ">illegal groups",
                     ">classes changed", ">class error", ">least-most"});
    for (const FaultPoint& point : curve.points)
        table.add({withThousands(std::uint64_t(point.flips)), std::to_string(point.repeats),
                   std::to_string(point.caught), std::to_string(point.silent), std::to_string(point.harmless),
                   fixed(point.illegalGroups.mean, 1), fixed(point.changedClasses.mean, 1),
                   percent(point.classError.mean), percentRange(point.classError)});
    return table.toString();
}

std::string summaryText(const FaultCurve& curve)
{
    return withThousands(curve.indexBits) + " index bits (row padding left out); " +
           percent(curve.detectableShare()) + " of them give an illegal index when flipped alone\n" +
           withThousands(std::uint64_t(curve.images)) + " test images; without faults " +
           percent(curve.soundClassError) +
           " class error\ncaught: some index lies beyond its table; silent: none does, yet a score changed; "
           "harmless: no score changed\nPolicy: " +
           illegalIndexPolicy;
}

nlohmann::ordered_json spreadJson(const Spread& spread)
{
    return {{"mean", spread.mean}, {"min", spread.least}, {"max", spread.most}};
}

nlohmann::ordered_json curveJson(const FaultCurve& curve)
{
    nlohmann::ordered_json points = nlohmann::ordered_json::array();
    for (const FaultPoint& point : curve.points)
        points.push_back({{"flips", point.flips},
                          {"repeats", point.repeats},
                          {"caught", point.caught},
                          {"silent", point.silent},
                          {"harmless", point.harmless},
                          {"illegal_groups", spreadJson(point.illegalGroups)},
                          {"changed_classes", spreadJson(point.changedClasses)},
                          {"class_error", spreadJson(point.classError)}});
    return {{"index_bits", curve.indexBits},
            {"detectable_bits", curve.detectableBits},
            {"images", curve.images},
            {"seed", curve.seed},
            {"illegal_index_policy", illegalIndexPolicy},
            {"sound_class_error", curve.soundClassError},
            {"points", points}};
}

ExitStatus study(const Options& options, Console& console, nlohmann::ordered_json& result)
{
    RunEvents events;
    const auto progress = [&](double share) {
        console.progress("injecting faults  " + fixed(100.0 * share, 0) + " %");
        return !events.pending();
    };
    const FaultCurve curve =
        studyPackedFaults(options.packed, options.spec, options.dataFolder, options.threads, progress);
    console.clearProgress();
    result["file"] = options.packed;
    result["faults"] = curveJson(curve);
    console.line(curveText(curve) + "\n\n" + summaryText(curve));
    return done;
}

} // namespace

Command addFaultsCommand(CLI::App& program, bool& json)
{
    auto options = std::make_shared<Options>();
    FaultStudySpec& spec = options->spec;
    CLI::App* app = program.add_subcommand(
        "faults", "Flip random bits of a packed file's indexes and tell what is caught and what it costs");
    app->add_option("PACKED", options->packed, "Packed file (*.packed.h5)")->required()->type_name("FILE");
    app->add_option("--flips", spec.flips,
                    "Bits flipped at once, e.g. 1,10,100 (default: 0,1,2,5,10,... up to a tenth of the bits)")
        ->delimiter(',')
        ->type_name("N,N,...");
    app->add_option("--repeats", spec.repeats, "Draws for each number of flips")
        ->check(CLI::Range(1, maxFaultRepeats))
        ->capture_default_str();
    app->add_option("--images", spec.images, "First images of the test set to run; 0: all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app->add_option("--seed", spec.seed, "Seed of the draws")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app->add_option("--data", options->dataFolder,
                    "Folder of the data set (hdf5: its file), in place of the one in the file")
        ->type_name("FOLDER");
    app->add_option("--threads", options->threads, "Threads; 0: one per core")->check(CLI::Range(0, 1024));
    app->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {app, [options](Console& console, nlohmann::ordered_json& result) {
                return study(*options, console, result);
            }};
}

} // namespace ternbench
