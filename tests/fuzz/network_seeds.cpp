#include "tests/fuzz/network_seeds.h"

#include "core/integer/fold.h"
#include "core/packed/packed_file.h"
#include "core/storage/run_file.h"
#include "core/training/trainer.h"
#include "tests/fuzz/memory_file.h"

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

PackedNetwork packed()
{
    PackedNetwork packed;
    packed.network = smallNetwork();
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

void writePlain(const std::filesystem::path& path)
{
    writePacked(packed(), path);
}

void writeWithReport(const std::filesystem::path& path)
{
    PackedNetwork network = packed();
    network.design = DesignPoint{};
    network.design->activationBits = 6; // an attribute that is not always there
    writePacked(network, path);
}

void writeRun(const std::filesystem::path& path)
{
    NetworkSpec one = spec(); // half the objects, twice as many inputs in the same time
    one.layers.erase(one.layers.begin());
    writeRunFile(runOf(one), path);
}

} // namespace

const IntegerNetwork& smallNetwork()
{
    static const IntegerNetwork network =
        fold(spec(), *runOf(spec()).checkpoint, InputStage(spec().inputNormalization, smallImages()),
             {smallImages().height, smallImages().width, smallImages().channels});
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

const std::string& smallPackedFile(bool withReport)
{
    static const std::string plain = contentOf(writePlain);
    static const std::string full = contentOf(writeWithReport);
    return withReport ? full : plain;
}

const std::string& smallRunFile()
{
    static const std::string file = contentOf(writeRun);
    return file;
}

} // namespace ternbench::fuzz
