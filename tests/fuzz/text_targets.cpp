#include "core/rtl/simulation.h"
#include "experiments/document.h"
#include "experiments/report_json.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/network_seeds.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/target_list.h"

// The readers of text: experiment documents, overrides, simulation results, what yosys prints.
namespace ternbench::fuzz {

namespace {

/// Most overrides of one input: each writes the document out once.
constexpr std::size_t maxOverrides = 3;

std::vector<std::string> splitAtNulls(Bytes input)
{
    std::vector<std::string> parts(1);
    for (const std::uint8_t byte : input)
        if (byte == 0)
            parts.emplace_back();
        else
            parts.back().push_back(char(byte));
    return parts;
}

/// Every field with another value than its default.
Experiment fullExperiment()
{
    Experiment experiment = defaultExperiment();
    experiment.name = "N\u00E4me \"in quotes\"";
    experiment.notes = "two\nlines";
    experiment.seed = ~std::uint64_t{0};
    experiment.data.kind = DataKind::Generated;
    experiment.network.layers[0].code = {4, 1, CodeFamily::Trimmed};
    experiment.network.layers[0].clip = 3.5;
    experiment.training.optimizer.method = OptimizerMethod::Sgd;
    experiment.training.rate.schedule = RateSchedule::Step;
    return experiment;
}

} // namespace

void runDocument(Bytes input)
{
    const std::string text = textOf(input);
    accepted([&] {
        const Experiment experiment = experimentFromJson(text);
        if (!(experimentFromJson(toJson(experiment)) == experiment))
            throw Defect("a document that was read is another one when written and read again");
    });
    static MemoryFile file;
    file.write(input);
    accepted([&] { toJson(readExperiment(file.path())); });
}

std::vector<std::string> documentSeeds()
{
    return {toJson(defaultExperiment()), toJson(fullExperiment()),
            R"({"format": "ternbench.experiment", "format_version": 1,
                "layers": [{"outputs": 1e1}], "schedule": [{"code": "float"}, {"code": {"N": 8}}]})"};
}

void runOverrides(Bytes input)
{
    std::vector<std::string> overrides = splitAtNulls(input);
    overrides.resize(std::min(overrides.size(), maxOverrides));
    static const std::string document = [] {
        Experiment experiment = fullExperiment();
        experiment.network.layers.resize(2); // as many as the seeds name
        return toJson(experiment);
    }();
    accepted([&] { experimentFromJson(withOverrides(document, overrides)); });
}

std::vector<std::string> overrideSeeds()
{
    using namespace std::string_literals;
    return {"seed=18446744073709551615"s,
            "name=plain text\0layers[1].code.K=3"s,
            "layers[0].code={\"N\":4,\"K\":2}\0schedule[0]={\"code\":\"final\",\"epochs\":2}"s,
            "training.rate.schedule=cosine\0data.generated.side=28\0training.optimizer.learning_rate=1e-3"s,
            "layers=[{\"outputs\":12},{}]\0layers[1].activation=\"none\"\0notes=null"s,
            "format_version=9\0quantizer.method=twn"s};
}

void runEvidence(Bytes input)
{
    accepted([&] {
        const HardwareEvidence evidence = evidenceFromJson(textOf(input), "results.json");
        static const IntegerNetwork network = smallNetwork();
        reportJson(makeReport(network, DesignPoint{}, evidence), {});
    });
}

std::vector<std::string> evidenceSeeds()
{
    return {
        R"({"rtl": {"network_sha256": "ab", "lanes": 8, "rows": 16, "table": "rom", "off_chip_bits_per_cycle": 128},
               "simulation": {"command": "make verilator", "images": 100, "parts":
                [{"part": "fc1", "cycles": 423}, {"part": "total", "cycles": 9007199254740993}]},
               "synthesis": [{"module": "group_decoder", "cells": 512, "command": "make synth"}]})",
        R"({"rtl": {"network_sha256": "", "lanes": 1, "rows": 1, "table": "logic", "off_chip_bits_per_cycle": 8},
               "simulation": {"command": "", "images": 1, "parts": [{"part": "input", "cycles": 1}]}})",
        R"({"synthesis": []})"};
}

void runCellCount(Bytes input)
{
    accepted([&] { parseCellCount("decoder_8_2", textOf(input)); });
}

std::vector<std::string> cellCountSeeds()
{
    return {"=== decoder ===\n\n   Number of wires:                 12\n"
            "   Number of cells:                345\n     $_AND_                         12\n"
            "     $_MUX_                        333\n\n",
            "Number of cells: 0\r\n", " $lut 9223372036854775807\n"};
}

} // namespace ternbench::fuzz
