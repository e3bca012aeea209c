#include "core/error.h"
#include "experiments/document.h"
#include "experiments/document_tree.h"
#include "experiments/json_reader.h"
#include "experiments/json_syntax.h"

namespace ternbench {

namespace {

using nlohmann::json;

constexpr std::string_view formatName = "ternbench.experiment";

void readData(ObjectReader& reader, DataSpec& data)
{
    reader.choice("kind", data.kind);
    reader.text("folder", data.folder);
    reader.integer("train_limit", data.trainLimit, limits::imageLimit);
    reader.integer("test_limit", data.testLimit, limits::imageLimit);
    reader.object("generated", [&](ObjectReader& generated) {
        generated.integer("train", data.generatedTrain, limits::generatedImages);
        generated.integer("test", data.generatedTest, limits::generatedImages);
        generated.integer("side", data.generatedSide, limits::generatedSide);
        generated.integer("classes", data.generatedClasses, limits::generatedClasses);
        generated.unsignedInteger("seed", data.generatedSeed);
    });
}

void readCode(ObjectReader& reader, Code& code)
{
    reader.choice("family", code.family);
    if (!code.isTernary())
        code.groupSize = code.maxNonZeros = 1;
    reader.integer("N", code.groupSize, {1, maxGroupSize});
    reader.integer("K", code.maxNonZeros, {1, maxGroupSize});
}

/// What a layer is before its document says anything: the last one gives plain class scores.
LayerSpec defaultLayer(std::size_t index, bool last)
{
    LayerSpec layer;
    layer.name = last ? "out" : "fc" + std::to_string(index + 1);
    if (last) {
        layer.outputs = 10;
        layer.batchNorm = false;
        layer.activation = Activation::None;
        layer.dropout = 0.0;
    }
    return layer;
}

/// What the window of a layer of this kind is before its document says anything.
Window defaultWindow(LayerKind kind)
{
    return kind == LayerKind::Conv2d ? Window{3, 1, 1} : Window{2, 2, 0};
}

void readWindow(ObjectReader& reader, LayerSpec& layer)
{
    layer.window = defaultWindow(layer.kind);
    reader.integer("kernel", layer.window.kernel, limits::kernel);
    if (!layer.hasWeights())
        layer.window.stride = layer.window.kernel; // windows side by side
    reader.integer("stride", layer.window.stride, limits::stride);
    if (layer.kind == LayerKind::Conv2d)
        reader.integer("padding", layer.window.padding, {0, limits::kernel.most - 1});
}

void readLayer(ObjectReader& reader, LayerSpec& layer)
{
    reader.choice("kind", layer.kind);
    reader.text("name", layer.name);
    if (layer.kind != LayerKind::Linear)
        readWindow(reader, layer);
    if (!layer.hasWeights())
        return;
    reader.integer("outputs", layer.outputs, limits::outputs);
    if (layer.kind == LayerKind::Conv2d)
        reader.choice("group_axis", layer.groupAxis);
    reader.object("code", [&](ObjectReader& code) { readCode(code, layer.code); });
    reader.flag("batch_norm", layer.batchNorm);
    reader.choice("activation", layer.activation);
    reader.integer("activation_bits", layer.activationBits, limits::activationBits);
    reader.number("clip", layer.clip, limits::clip);
    reader.number("dropout", layer.dropout, limits::dropout);
}

void readLayers(ObjectReader& reader, std::vector<LayerSpec>& layers)
{
    std::size_t count = 0;
    reader.requiredArray(
        "layers", [&](std::size_t size) { count = size; },
        [&](const json& value, const std::string& path, std::size_t index) {
            LayerSpec layer = defaultLayer(index, index + 1 == count);
            ObjectReader::read(value, path, reader.problems(),
                               [&](ObjectReader& fields) { readLayer(fields, layer); });
            layers.push_back(layer);
        });
}

void readOptimizer(ObjectReader& reader, OptimizerSpec& optimizer)
{
    reader.choice("method", optimizer.method);
    reader.number("learning_rate", optimizer.learningRate, limits::learningRate);
    reader.number("beta1", optimizer.beta1, limits::beta);
    reader.number("beta2", optimizer.beta2, limits::beta);
    reader.number("epsilon", optimizer.epsilon, limits::epsilon);
    reader.number("momentum", optimizer.momentum, limits::momentum);
}

void readRate(ObjectReader& reader, RateSpec& rate, int version)
{
    reader.choice("schedule", rate.schedule);
    reader.number("final_fraction", rate.finalFraction, limits::finalFraction);
    reader.integer("step_epochs", rate.stepEpochs, limits::stepEpochs);
    reader.number("step_factor", rate.stepFactor, limits::stepFactor);
    if (version < 3) { // which knew two of the three choices
        bool atCoding = rate.restart == RateRestart::AtCoding;
        reader.flag("restart_at_coding", atCoding);
        rate.restart = atCoding ? RateRestart::AtCoding : RateRestart::Never;
    }
    reader.choice("restart", rate.restart);
}

void readRetraining(ObjectReader& reader, RetrainingSpec& retraining)
{
    reader.object("distillation", [&](ObjectReader& fields) {
        fields.number("weight", retraining.distillation.weight, limits::share);
        fields.number("temperature", retraining.distillation.temperature, limits::temperature);
    });
    reader.object("residual", [&](ObjectReader& fields) {
        fields.number("weight", retraining.residual.weight, limits::share);
        fields.number("until", retraining.residual.until, limits::residualUntil);
    });
    reader.number("weight_decay", retraining.weightDecay, limits::weightDecay);
    reader.number("label_smoothing", retraining.labelSmoothing, limits::labelSmoothing);
}

void readTraining(ObjectReader& reader, TrainingSpec& training, int version)
{
    reader.integer("batch_size", training.batchSize, limits::batchSize);
    reader.object("optimizer", [&](ObjectReader& fields) { readOptimizer(fields, training.optimizer); });
    reader.object("rate", [&](ObjectReader& fields) { readRate(fields, training.rate, version); });
    reader.object("augmentation", [&](ObjectReader& fields) {
        fields.integer("shift", training.augmentation.shift, limits::shift);
        fields.flag("flip", training.augmentation.flip);
        fields.unsignedInteger("seed", training.augmentation.seed);
    });
    reader.number("coded_dropout", training.codedDropout, limits::codedDropout);
    reader.object("retraining", [&](ObjectReader& fields) { readRetraining(fields, training.retraining); });
}

void readStageCode(ObjectReader& reader, Stage& stage)
{
    const char* const allowed = "\"float\", \"final\" or a code {\"N\": 8, \"K\": 4}";
    const json* code = reader.find("code");
    if (!code)
        return reader.missing("code", allowed);
    if (*code == "float")
        stage.kind = Stage::Kind::Float;
    else if (*code == "final")
        stage.kind = Stage::Kind::Final;
    else if (code->is_object()) {
        stage.kind = Stage::Kind::Code;
        ObjectReader::read(*code, reader.pathOf("code"), reader.problems(),
                           [&](ObjectReader& fields) { readCode(fields, stage.code); });
    } else
        reader.notAllowed("code", *code, allowed);
}

void readSchedule(ObjectReader& reader, std::vector<Stage>& schedule)
{
    reader.requiredArray(
        "schedule", [](std::size_t) {},
        [&](const json& value, const std::string& path, std::size_t) {
            Stage stage;
            ObjectReader::read(value, path, reader.problems(), [&](ObjectReader& fields) {
                readStageCode(fields, stage);
                fields.integer("epochs", stage.epochs, limits::epochs);
                fields.choice("growth", stage.growth);
            });
            schedule.push_back(stage);
        });
}

/// Before anything else is looked at: the rest of another format or version would be reported key by key.
void checkFormat(const json& tree)
{
    if (!tree.is_object())
        throw InputError("document: " + shortText(tree) + " is not allowed: must be a JSON object {...}");
    const auto format = tree.find("format");
    if (format == tree.end())
        throw InputError("format: is missing: must be " + inQuotes(formatName) +
                         " in an experiment document");
    if (*format != formatName)
        throw InputError("format: " + shortText(*format) + " is not allowed: must be " +
                         inQuotes(formatName));
    const auto version = tree.find("format_version");
    if (version != tree.end() && version->is_number() && version->get<double>() > experimentFormatVersion)
        throw InputError("format_version: " + shortText(*version) +
                         " is newer than this program, which reads up to " +
                         std::to_string(experimentFormatVersion) +
                         ": open the document with a newer Ternbench, or save it there for this version");
}

int readVersion(ObjectReader& reader)
{
    int version = experimentFormatVersion;
    reader.integer("format_version", version, {1, experimentFormatVersion});
    if (version < 1)
        reader.notAllowed("format_version", version, "1.." + std::to_string(experimentFormatVersion));
    return version;
}

} // namespace

Experiment experimentFromTree(const json& tree, std::vector<Problem>& problems)
{
    checkFormat(tree);
    Experiment experiment;
    ObjectReader::read(tree, "", problems, [&](ObjectReader& reader) {
        reader.constant("format", formatName);
        const int version = readVersion(reader);
        reader.text("name", experiment.name);
        reader.text("notes", experiment.notes);
        reader.unsignedInteger("seed", experiment.seed);
        reader.object("data", [&](ObjectReader& fields) { readData(fields, experiment.data); });
        reader.object("input", [&](ObjectReader& fields) {
            fields.choice("normalization", experiment.network.inputNormalization);
        });
        readLayers(reader, experiment.network.layers);
        reader.choice("requantization", experiment.network.requantization);
        reader.object("quantizer", [&](ObjectReader& fields) {
            fields.choice("method", experiment.quantizer.method);
            fields.choice("normalization", experiment.quantizer.normalization);
            fields.choice("first_layer", experiment.quantizer.firstLayer);
            fields.choice("scale", experiment.quantizer.scale);
            fields.choice("grouping", experiment.quantizer.grouping);
        });
        reader.object("training",
                      [&](ObjectReader& fields) { readTraining(fields, experiment.training, version); });
        readSchedule(reader, experiment.training.schedule);
    });
    return experiment;
}

} // namespace ternbench
