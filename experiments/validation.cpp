#include "experiments/validation.h"

#include "datasets/cifar10.h"
#include "experiments/json_syntax.h"
#include "experiments/limits.h"

#include <algorithm>
#include <map>
#include <optional>

namespace ternbench {

namespace {

constexpr std::size_t maxListed = 50; // lines of a message; the rest is counted

/// Collects problems; every check copes with any value whatsoever.
class Checker
{
public:
    void notAllowed(const std::string& path, const std::string& value, const std::string& allowed)
    {
        problems.push_back({path, value + " is not allowed: must be " + allowed});
    }
    bool range(const std::string& path, std::int64_t value, IntRange allowed)
    {
        if (!allowed.contains(value))
            notAllowed(path, std::to_string(value), toString(allowed));
        return allowed.contains(value);
    }
    void range(const std::string& path, double value, RealRange allowed)
    {
        if (!allowed.contains(value))
            notAllowed(path, realText(value), toString(allowed));
    }
    bool utf8(const std::string& path, const std::string& text)
    {
        if (!isUtf8(text))
            problems.push_back({path, "is not allowed: must be UTF-8 text"});
        return isUtf8(text);
    }
    void code(const std::string& path, const Code& code)
    {
        const auto problem = codeProblem(code);
        if (!problem)
            return;
        // The problem begins "N = 40 is not allowed" or "K = ...": the path says the field already.
        const std::size_t equals = problem->find(" = ");
        problems.push_back({path + "." + problem->substr(0, equals), problem->substr(equals + 3)});
    }

    std::vector<Problem> problems;
};

std::string entry(const char* array, std::size_t index)
{
    return array + ("[" + std::to_string(index) + "]");
}

/// What the kind of data says before any file is opened; nothing where the files decide.
struct KnownData
{
    std::optional<std::int64_t> trainImages, inputs, classes;
};

KnownData knownData(const DataSpec& data)
{
    KnownData known;
    if (data.kind == DataKind::FashionMnist)
        known = {60'000, 28 * 28, 10};
    if (data.kind == DataKind::Cifar10)
        known = {cifar10TrainImages, cifar10Inputs, cifar10Classes};
    if (data.kind == DataKind::Generated) {
        const std::int64_t side = std::clamp(data.generatedSide, 1, int(limits::generatedSide.most));
        known = {data.generatedTrain, side * side, data.generatedClasses};
    }
    if (data.trainLimit > 0)
        known.trainImages =
            std::min<std::int64_t>(known.trainImages.value_or(data.trainLimit), data.trainLimit);
    return known;
}

void checkName(Checker& check, const Experiment& experiment)
{
    const std::string& name = experiment.name;
    if (check.utf8("name", name) && !limits::nameLength.contains(std::int64_t(name.size())))
        check.notAllowed("name", inQuotes(name), "a text of " + toString(limits::nameLength) + " bytes");
    if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        check.notAllowed("name", inQuotes(name), "one line without control characters");
    check.utf8("notes", experiment.notes);
}

void checkGenerated(Checker& check, const DataSpec& data)
{
    const bool train = check.range("data.generated.train", data.generatedTrain, limits::generatedImages);
    const bool test = check.range("data.generated.test", data.generatedTest, limits::generatedImages);
    const bool side = check.range("data.generated.side", data.generatedSide, limits::generatedSide);
    check.range("data.generated.classes", data.generatedClasses, limits::generatedClasses);
    if (!train || !test || !side)
        return;
    const std::int64_t pixels = std::int64_t{data.generatedSide} * data.generatedSide;
    const std::int64_t images = std::max(data.generatedTrain, data.generatedTest);
    if (pixels * images > limits::generatedBytes)
        check.notAllowed("data.generated.side", std::to_string(data.generatedSide),
                         "smaller for " + std::to_string(images) + " images: at most " +
                             std::to_string(limits::generatedBytes) + " pixels in all");
}

/// What data.folder must name; empty where the kind has a usual place or reads nothing.
std::string placeOf(DataKind kind)
{
    switch (kind) {
    case DataKind::Idx:
        return "the folder that holds the IDX files";
    case DataKind::Cifar10:
        return "the folder that holds data_batch_1.bin to data_batch_5.bin and test_batch.bin";
    case DataKind::Hdf5:
        return "the HDF5 file that holds x_train, y_train, x_test and y_test";
    case DataKind::FashionMnist:
    case DataKind::Generated:
        break;
    }
    return {};
}

void checkData(Checker& check, const DataSpec& data)
{
    check.utf8("data.folder", data.folder);
    if (const std::string place = placeOf(data.kind); data.folder.empty() && !place.empty())
        check.notAllowed("data.folder", "\"\"", place);
    if (data.folder.find('\0') != std::string::npos)
        check.notAllowed("data.folder", inQuotes(data.folder), "a path without NUL characters");
    check.range("data.train_limit", data.trainLimit, limits::imageLimit);
    check.range("data.test_limit", data.testLimit, limits::imageLimit);
    checkGenerated(check, data);
}

bool isLayerName(const std::string& name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), allowed);
}

/// `firstWithName` maps the names of the layers before to their indexes.
void checkLayerName(Checker& check, const std::string& path, const std::string& name, std::size_t index,
                    std::map<std::string, std::size_t>& firstWithName)
{
    if (!isLayerName(name))
        check.notAllowed(path, isUtf8(name) ? inQuotes(name) : "the name",
                         "1..32 characters out of A-Z a-z 0-9 _ -");
    // These name parts of a packed file in the report of a verification.
    for (const char* reserved : {"input", "layers", "ledger", "verification", "file"})
        if (name == reserved)
            check.notAllowed(path, inQuotes(name), "another name: it means a part of a packed file");
    const auto [first, isNew] = firstWithName.emplace(name, index);
    if (!isNew)
        check.notAllowed(path, inQuotes(name),
                         "unique: " + entry("layers", first->second) + " has that name");
}

void checkRole(Checker& check, const std::string& path, const LayerSpec& layer, bool last,
               std::optional<std::int64_t> classes)
{
    if (last && layer.activation != Activation::None)
        check.notAllowed(path + ".activation", "\"relu\"",
                         "\"none\" in the last layer, which gives the class scores");
    if (!last && layer.activation != Activation::Relu)
        check.notAllowed(path + ".activation", "\"none\"", "\"relu\" in a hidden layer");
    if (last && layer.dropout != 0.0)
        check.notAllowed(path + ".dropout", realText(layer.dropout), "0 in the last layer");
    if (last && classes && layer.outputs < *classes && limits::outputs.contains(layer.outputs))
        check.notAllowed(path + ".outputs", std::to_string(layer.outputs),
                         "at least " + std::to_string(*classes) +
                             " in the last layer: one for each class of the data");
}

void checkWeights(Checker& check, const std::vector<LayerSpec>& layers, std::int64_t inputs)
{
    double weights = 0.0; // not an integer: impossible widths must not overflow
    double fanIn = double(inputs);
    for (const LayerSpec& layer : layers) {
        weights += fanIn * double(layer.outputs);
        fanIn = double(layer.outputs);
    }
    if (weights > double(limits::weights))
        check.notAllowed("layers", realText(weights) + " weights in all",
                         "at most " + std::to_string(limits::weights));
}

/// Exactly-K needs K places in every group, the tail group included.
void checkTailGroup(Checker& check, const std::string& path, const Code& code, std::int64_t fanIn)
{
    if (code.family != CodeFamily::ExactlyK || codeProblem(code))
        return;
    const std::int64_t tail = fanIn % code.groupSize;
    if (tail > 0 && tail < code.maxNonZeros)
        check.notAllowed(path + ".K", std::to_string(code.maxNonZeros),
                         "at most " + std::to_string(tail) + " for exactly-k: a fan-in of " +
                             std::to_string(fanIn) + " leaves a last group of " + std::to_string(tail));
}

void checkLayers(Checker& check, const std::vector<LayerSpec>& layers, const KnownData& data)
{
    if (!limits::layers.contains(std::int64_t(layers.size())))
        return check.notAllowed("layers", std::to_string(layers.size()) + " entries",
                                toString(limits::layers));
    std::map<std::string, std::size_t> firstWithName;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerSpec& layer = layers[i];
        const std::string path = entry("layers", i);
        checkLayerName(check, path + ".name", layer.name, i, firstWithName);
        check.range(path + ".outputs", layer.outputs, limits::outputs);
        check.code(path + ".code", layer.code);
        check.range(path + ".activation_bits", layer.activationBits, limits::activationBits);
        check.range(path + ".clip", layer.clip, limits::clip);
        check.range(path + ".dropout", layer.dropout, limits::dropout);
        if (i > 0 || data.inputs)
            checkTailGroup(check, path + ".code", layer.code, i > 0 ? layers[i - 1].outputs : *data.inputs);
        checkRole(check, path, layer, i + 1 == layers.size(), data.classes);
    }
    checkWeights(check, layers, data.inputs.value_or(1));
}

void checkRetraining(Checker& check, const TrainingSpec& training)
{
    const RetrainingSpec& retraining = training.retraining;
    const std::string path = "training.retraining.";
    check.range(path + "distillation.weight", retraining.distillation.weight, limits::share);
    check.range(path + "distillation.temperature", retraining.distillation.temperature, limits::temperature);
    check.range(path + "residual.weight", retraining.residual.weight, limits::share);
    check.range(path + "residual.until", retraining.residual.until, limits::residualUntil);
    check.range(path + "weight_decay", retraining.weightDecay, limits::weightDecay);
    check.range(path + "label_smoothing", retraining.labelSmoothing, limits::labelSmoothing);
    const bool taught = !training.schedule.empty() && training.schedule.front().kind == Stage::Kind::Float;
    if (retraining.distillation.weight > 0.0 && !taught)
        check.notAllowed(path + "distillation.weight", realText(retraining.distillation.weight),
                         "0 in a schedule without a float stage, whose network would be the teacher");
}

void checkTraining(Checker& check, const TrainingSpec& training, const KnownData& data)
{
    const OptimizerSpec& optimizer = training.optimizer;
    const RateSpec& rate = training.rate;
    if (check.range("training.batch_size", training.batchSize, limits::batchSize) && data.trainImages &&
        training.batchSize > *data.trainImages)
        check.notAllowed("training.batch_size", std::to_string(training.batchSize),
                         "at most " + std::to_string(*data.trainImages) + ", the number of training images");
    check.range("training.optimizer.learning_rate", optimizer.learningRate, limits::learningRate);
    check.range("training.optimizer.beta1", optimizer.beta1, limits::beta);
    check.range("training.optimizer.beta2", optimizer.beta2, limits::beta);
    check.range("training.optimizer.epsilon", optimizer.epsilon, limits::epsilon);
    check.range("training.optimizer.momentum", optimizer.momentum, limits::momentum);
    check.range("training.rate.final_fraction", rate.finalFraction, limits::finalFraction);
    check.range("training.rate.step_epochs", rate.stepEpochs, limits::stepEpochs);
    check.range("training.rate.step_factor", rate.stepFactor, limits::stepFactor);
    check.range("training.coded_dropout", training.codedDropout, limits::codedDropout);
    checkRetraining(check, training);
}

void checkSchedule(Checker& check, const std::vector<Stage>& schedule)
{
    if (!limits::stages.contains(std::int64_t(schedule.size())))
        return check.notAllowed("schedule", std::to_string(schedule.size()) + " entries",
                                toString(limits::stages));
    std::optional<std::size_t> firstCoded;
    std::int64_t epochs = 0;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
        const Stage& stage = schedule[i];
        const std::string path = entry("schedule", i);
        if (stage.kind == Stage::Kind::Code)
            check.code(path + ".code", stage.code);
        if (stage.kind != Stage::Kind::Float && !firstCoded)
            firstCoded = i;
        if (stage.kind == Stage::Kind::Float && firstCoded)
            check.notAllowed(path + ".code", "\"float\"",
                             "coded: " + entry("schedule", *firstCoded) +
                                 " is, and float stages come before coded ones");
        if (stage.kind == Stage::Kind::Float && stage.growth != Growth::AtOnce)
            check.notAllowed(path + ".growth", inQuotes(growthName(stage.growth)),
                             "\"at-once\" in a float stage, which has no code to grow");
        check.range(path + ".epochs", stage.epochs, limits::epochs);
        epochs += stage.epochs;
    }
    if (epochs > limits::epochs.most)
        check.notAllowed("schedule", std::to_string(epochs) + " epochs in all", toString(limits::epochs));
}

} // namespace

std::vector<Problem> validate(const Experiment& experiment)
{
    Checker check;
    const KnownData data = knownData(experiment.data);
    checkName(check, experiment);
    checkData(check, experiment.data);
    checkLayers(check, experiment.network.layers, data);
    checkTraining(check, experiment.training, data);
    checkSchedule(check, experiment.training.schedule);
    return std::move(check.problems);
}

std::string toString(const std::vector<Problem>& problems)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(problems.size(), maxListed); ++i)
        text += (text.empty() ? "" : "\n") + problems[i].path + ": " + problems[i].message;
    if (problems.size() > maxListed)
        text += "\n... and " + std::to_string(problems.size() - maxListed) + " more problems";
    return text;
}

} // namespace ternbench
