#include "experiments/exporting.h"

#include "core/error.h"
#include "core/integer/fold.h"
#include "core/packed/verify.h"
#include "core/storage/run_file.h"
#include "experiments/document.h"
#include "experiments/known_data.h"

namespace ternbench {

namespace {

Dataset datasetFor(Experiment experiment, const std::string& dataFolder)
{
    useDataFolder(experiment.data, dataFolder);
    return loadDataset(experiment.data);
}

/// The observer of a part of the work: [from, to] of the whole.
ShareObserver part(const ShareObserver& whole, double from, double to)
{
    if (!whole)
        return {};
    return [&whole, from, to](double share) { return whole(from + share * (to - from)); };
}

PackedNetwork foldRun(const RunRecord& record, const Experiment& experiment, const Dataset& dataset)
{
    PackedNetwork packed;
    const InputStage input(experiment.network.inputNormalization, dataset.train);
    packed.network = fold(experiment.network, *record.checkpoint, input,
                          {dataset.height, dataset.width, dataset.channels});
    packed.experimentJson = record.experimentJson;
    packed.height = dataset.height;
    packed.width = dataset.width;
    packed.channels = dataset.channels;
    packed.ledger = ledgerOf(packed.network);
    packed.design = DesignPoint{};
    for (const IntegerLayer& layer : packed.network.layers)
        packed.compared.push_back(std::uint64_t(dataset.test.count) * std::uint64_t(layer.outputs()));
    packed.different.assign(packed.network.layers.size(), 0);
    return packed;
}

/// How many outputs differ, side by side with the network in memory. Equal hashes are equal outputs, so this
/// is needed only where a verification failed.
void countDifferences(VerificationReport& report, const IntegerNetwork& network,
                      const std::filesystem::path& packedFile, const LabelledImages& images, ThreadPool& pool)
{
    const auto different = ternbench::countDifferences(network, readPacked(packedFile).network, images, pool);
    for (std::size_t l = 0; l < different.size(); ++l)
        for (LayerVerification& layer : report.parts)
            if (layer.name == network.layers[l].name)
                layer.different = different[l];
}

} // namespace

ExportResult exportPacked(const std::filesystem::path& runFile, const std::filesystem::path& packedFile,
                          const std::string& dataFolder, int threads, const ShareObserver& progress)
{
    const RunRecord record = readRunFile(runFile);
    if (!record.checkpoint)
        throw InputError(runFile.string() + ": holds no checkpoint to export");
    const Experiment experiment = experimentFromJson(record.experimentJson);
    const Dataset dataset = datasetFor(experiment, dataFolder);
    if (dataset.trainSha256 != record.environment.trainSha256)
        throw InputError(runFile.string() + ": was trained on other images than those found in " +
                         dataset.origin);
    ThreadPool pool(threadCount(threads));
    PackedNetwork packed = foldRun(record, experiment, dataset);
    packed.golden = computeGolden(packed.network, dataset.test, pool, part(progress, 0.0, 0.5));

    ExportResult result;
    result.ledger = packed.ledger;
    result.testError = record.history.empty() ? 0.0 : record.history.back()->testError;
    writePacked(packed, packedFile);
    result.fileBytes = std::filesystem::file_size(packedFile);
    result.verification = verifyPacked(packedFile, dataset.test, pool, part(progress, 0.5, 1.0));
    if (!result.verification.passed())
        countDifferences(result.verification, packed.network, packedFile, dataset.test, pool);
    return result;
}

Dataset packedDataset(const std::filesystem::path& packedFile, const std::string& dataFolder)
{
    return datasetFor(experimentFromJson(PackedFile(packedFile).experimentJson()), dataFolder);
}

VerificationReport verifyPackedFile(const std::filesystem::path& packedFile, const std::string& dataFolder,
                                    int threads, const ShareObserver& progress, IntegerModel model)
{
    const Dataset dataset = packedDataset(packedFile, dataFolder);
    ThreadPool pool(threadCount(threads));
    return verifyPacked(packedFile, dataset.test, pool, progress, model);
}

} // namespace ternbench
