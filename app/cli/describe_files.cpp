#include "app/cli/check_report.h"
#include "app/cli/describe.h"
#include "app/cli/epoch_report.h"
#include "app/cli/text_table.h"
#include "core/error.h"
#include "experiments/document.h"
#include "experiments/report_document.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace ternbench {

namespace {

using nlohmann::ordered_json;

/// A run file outlives versions: what it holds is told even where its document can no longer be used.
std::optional<Experiment> usableExperiment(const std::string& json)
{
    try {
        return experimentFromJson(json);
    } catch (const InputError&) {
        return std::nullopt;
    }
}

std::string statusName(const RunRecord& record)
{
    switch (record.status) {
    case RunStatus::Finished:
        return "finished";
    case RunStatus::Diverged:
        return "diverged";
    case RunStatus::Unfinished:
        break;
    }
    return "unfinished";
}

std::string historyText(const RunRecord& record)
{
    TextTable table(
        {">epoch", ">stage", ">train loss", ">error", ">test loss", ">error", ">rate", ">seconds"});
    for (const auto& epoch : record.history)
        table.add({std::to_string(epoch->epoch), std::to_string(epoch->stage), fixed(epoch->trainLoss, 4),
                   percent(epoch->trainError), fixed(epoch->testLoss, 4), percent(epoch->testError),
                   fixed(epoch->learningRate, 6), fixed(epoch->seconds, 1)});
    return table.toString();
}

std::string layersText(const PackedNetwork& packed)
{
    TextTable table({"layer", "kind", "outputs", ">rows", ">fan-in", "code", ">index bits",
                     ">activation bits", ">accumulator bits"});
    for (const IntegerLayer& layer : packed.network.layers) {
        const bool coded = layer.hasWeights();
        table.add({layer.name, std::string(layerKindName(layer.kind)), toString(layer.outputShape()),
                   coded ? std::to_string(layer.rows) : "", coded ? std::to_string(layer.fanIn) : "",
                   coded ? toString(layer.code) : "", coded ? std::to_string(indexBits(layer.code)) : "",
                   std::to_string(layer.activationBits), std::to_string(layer.accumulatorBits)});
    }
    return table.toString();
}

/// The document as a tree; as plain text where it is damaged.
ordered_json documentJson(const std::string& text)
{
    const ordered_json tree = ordered_json::parse(text, nullptr, false);
    return tree.is_discarded() ? ordered_json(text) : tree;
}

double goldenError(const GoldenOutputs& golden)
{
    return golden.images ? double(golden.classErrors) / double(golden.images) : 0.0;
}

} // namespace

std::string runText(const RunRecord& record)
{
    std::string text = "Run: " + statusName(record) + (record.message.empty() ? "" : ", " + record.message);
    const auto experiment = usableExperiment(record.experimentJson);
    if (experiment)
        text += "\n" + std::to_string(record.history.size()) + " of " +
                std::to_string(totalEpochs(experiment->training)) + " epochs done";
    text += "\n\n" + historyText(record);
    if (const std::string layers = lastLayersText(record.history); !layers.empty())
        text += "\n\n" + layers;
    if (experiment)
        text += "\n\n" + experimentText(*experiment);
    return text + "\n\nMade with:\n" + environmentText(record.environment);
}

ordered_json runJson(const RunRecord& record)
{
    const auto experiment = usableExperiment(record.experimentJson);
    return {{"status", statusName(record)},
            {"message", record.message},
            {"document", documentJson(record.experimentJson)},
            {"history", epochsJson(record.history, experiment ? &*experiment : nullptr)},
            {"environment", environmentJson(record.environment)}};
}

std::string packedText(const PackedNetwork& packed, std::uint64_t fileBytes)
{
    const auto experiment = usableExperiment(packed.experimentJson);
    return "Packed network of " + packed.generator + (experiment ? ": " + experiment->name : "") +
           "\nInput " + std::to_string(packed.height) + " x " + std::to_string(packed.width) + " x " +
           std::to_string(packed.channels) + " (height x width x channels)" + "\n\n" + layersText(packed) +
           "\n\n" + ledgerText(packed.ledger) + "\n" + fileSizeText(packed.ledger, fileBytes) +
           "\n\nHardware error " + percent(goldenError(packed.golden)) + " of " +
           withThousands(packed.golden.images) +
           " test images, as stored; check it with ternbench-cli verify";
}

ordered_json packedJson(const PackedNetwork& packed, std::uint64_t fileBytes)
{
    ordered_json layers = ordered_json::array();
    for (std::size_t i = 0; i < packed.network.layers.size(); ++i) {
        const IntegerLayer& layer = packed.network.layers[i];
        const TensorShape shape = layer.outputShape();
        ordered_json entry = {{"name", layer.name},
                              {"kind", layerKindName(layer.kind)},
                              {"out_shape", {shape.height, shape.width, shape.channels}}};
        if (layer.hasWeights())
            entry.update({{"rows", layer.rows},
                          {"fan_in", layer.fanIn},
                          {"code", toString(layer.code)},
                          {"index_bits", indexBits(layer.code)}});
        entry["activation_bits"] = layer.activationBits;
        entry["accumulator_bits"] = layer.accumulatorBits;
        if (i < packed.golden.layerSha256.size())
            entry["golden_sha256"] = packed.golden.layerSha256[i];
        layers.push_back(entry);
    }
    return {{"generator", packed.generator},
            {"document", documentJson(packed.experimentJson)},
            {"layers", layers},
            {"ledger", ledgerJson(packed.ledger)},
            {"file_bytes", fileBytes},
            {"images", packed.golden.images},
            {"stored_class_errors", packed.golden.classErrors},
            {"stored_hardware_error", goldenError(packed.golden)}};
}

std::string environmentText(const Environment& environment)
{
    TextTable table({"program", environment.generator});
    table.add({"CPU", environment.cpu});
    table.add({"SIMD kernels", environment.simd});
    table.add({"OpenBLAS", environment.blas});
    table.add({"OpenBLAS kernel set", environment.blasKernels});
    table.add({"HDF5", environment.hdf5});
    table.add({"threads", std::to_string(environment.threads)});
    if (!environment.trainSha256.empty())
        table.add({"training set SHA-256", environment.trainSha256});
    if (!environment.testSha256.empty())
        table.add({"test set SHA-256", environment.testSha256});
    return table.toString();
}

ordered_json environmentJson(const Environment& environment)
{
    ordered_json json = {{"generator", environment.generator},
                         {"cpu", environment.cpu},
                         {"simd", environment.simd},
                         {"blas", environment.blas},
                         {"blas_kernel_set", environment.blasKernels},
                         {"hdf5", environment.hdf5},
                         {"threads", environment.threads}};
    if (!environment.trainSha256.empty())
        json["train_sha256"] = environment.trainSha256;
    if (!environment.testSha256.empty())
        json["test_sha256"] = environment.testSha256;
    return json;
}

} // namespace ternbench
