#include "tests/fuzz/network_seeds.h"

#include "core/integer/fold.h"
#include "core/packed/packed_file.h"
#include "core/storage/run_file.h"
#include "core/training/trainer.h"
#include "tests/fuzz/memory_file.h"

#include <array>

namespace ternbench::fuzz {

namespace {

NetworkSpec spec()
{
    LayerSpec hidden;
    hidden.name = "fc1";
    hidden.outputs = 6;
    hidden.code = {4, 2};
    LayerSpec scores;
    scores.name = "out";
    scores.outputs = 3;
    scores.code = {3, 1, CodeFamily::Trimmed};
    scores.batchNorm = false;
    scores.activation = Activation::None;
    scores.dropout = 0.0;
    NetworkSpec network;
    network.layers = {hidden, scores};
    return network;
}

TrainingSpec training()
{
    TrainingSpec training;
    training.batchSize = 8;
    training.schedule = {{Stage::Kind::Float, {}, 1}, {Stage::Kind::Final, {}, 1}};
    return training;
}

RunRecord runOf(const NetworkSpec& network)
{
    RunRecord record;
    record.experimentJson = "{}";
    record.environment.generator = "Ternbench";
    record.environment.trainSha256 = record.environment.testSha256 = std::string(64, 'a');
    record.status = RunStatus::Finished;
    Trainer trainer(network, {}, training(), 1, smallImages(), smallImages(), 1);
    for (int epoch = 0; epoch < 2; ++epoch) {
        while (!trainer.epochDone())
            record.batchLosses.push_back(trainer.step().loss);
        record.history.push_back(std::make_shared<EpochSnapshot>(trainer.finishEpoch(1.0)));
    }
    record.checkpoint = std::make_shared<EngineState>(trainer.state());
    return record;
}

NetworkSpec oneLayer()
{
    NetworkSpec one = spec();
    one.layers.erase(one.layers.begin());
    return one;
}

IntegerNetwork foldedFrom(const NetworkSpec& network)
{
    return fold(network, *runOf(network).checkpoint, InputStage(network.inputNormalization, smallImages()),
                {smallImages().height, smallImages().width, smallImages().channels});
}

PackedNetwork packed(IntegerNetwork network)
{
    PackedNetwork packed;
    packed.network = std::move(network);
    packed.experimentJson = "{}";
    packed.height = packed.width = 3;
    packed.ledger = ledgerOf(packed.network);
    for (const IntegerLayer& layer : packed.network.layers)
        packed.compared.push_back(std::uint64_t(smallImages().count) * std::uint64_t(layer.rows));
    packed.different.assign(packed.network.layers.size(), 0);
    ThreadPool pool(1);
    packed.golden = computeGolden(packed.network, smallImages(), pool);
    return packed;
}

void writeOneLayer(const std::filesystem::path& path)
{
    writePacked(packed(foldedFrom(oneLayer())), path);
}

void writeTwoLayers(const std::filesystem::path& path)
{
    writePacked(packed(smallNetwork()), path);
}

void writeWithReport(const std::filesystem::path& path)
{
    PackedNetwork network = packed(smallNetwork());
    network.design = DesignPoint{};
    network.design->activationBits = 6; // an attribute that is not always there
    writePacked(network, path);
}

void writeCheckpoint(const std::filesystem::path& path)
{
    RunRecord run = runOf(oneLayer());
    run.history.clear();
    writeRunFile(run, path);
}

void writeHistory(const std::filesystem::path& path)
{
    RunRecord run = runOf(oneLayer());
    run.checkpoint.reset();
    writeRunFile(run, path);
}

void writeWhole(const std::filesystem::path& path)
{
    writeRunFile(runOf(oneLayer()), path);
}

} // namespace

const IntegerNetwork& smallNetwork()
{
    static const IntegerNetwork network = foldedFrom(spec());
    return network;
}

const LabelledImages& smallImages()
{
    static const LabelledImages made = [] {
        LabelledImages images = emptyImages(24, 3, 3, 1);
        for (int image = 0; image < images.count; ++image) {
            images.labels.push_back(std::uint8_t(image % 3));
            for (int input = 0; input < images.inputs; ++input)
                images.pixels.push_back(std::uint8_t((input % 3 == image % 3 ? 180 : 20) + image + input));
        }
        return images;
    }();
    return made;
}

const std::string& smallPackedFile(PackedSeed seed)
{
    static const std::array files{contentOf(writeOneLayer), contentOf(writeTwoLayers),
                                  contentOf(writeWithReport)};
    return files[std::size_t(seed)];
}

const std::string& smallRunFile(RunSeed seed)
{
    static const std::array files{contentOf(writeCheckpoint), contentOf(writeHistory), contentOf(writeWhole)};
    return files[std::size_t(seed)];
}

} // namespace ternbench::fuzz
