#include "experiments/validation.h"

#include "experiments/checker.h"
#include "experiments/json_syntax.h"
#include "experiments/known_data.h"
#include "experiments/layer_validation.h"
#include "experiments/limits.h"
#include "experiments/schedule_validation.h"

#include <algorithm>
#include <optional>

namespace ternbench {

namespace {

constexpr std::size_t maxListed = 50; // lines of a message; the rest is counted

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
    const double rate = training.optimizer.learningRate;
    if (limits::weightDecay.contains(retraining.weightDecay) && limits::learningRate.contains(rate) &&
        retraining.weightDecay > 1.0 / rate)
        check.notAllowed(path + "weight_decay", realText(retraining.weightDecay),
                         "at most " + realText(1.0 / rate) + " with training.optimizer.learning_rate " +
                             realText(rate) +
                             ": each step shrinks the weights by their product, which is 1 at most");
}

/// Moves and mirrors must leave something of an image, which values without height and width are not.
void checkAugmentation(Checker& check, const AugmentationSpec& augmentation, const TensorShape& image)
{
    const std::string path = "training.augmentation.";
    const std::string size = std::to_string(image.height) + " x " + std::to_string(image.width);
    const int side = std::min(image.height, image.width);
    const bool vector = image.height == 1 && image.channels == 1;
    const std::string values =
        " for data of " + std::to_string(image.width) + " values without height and width";
    if (augmentation.shift >= side && limits::shift.contains(augmentation.shift) && augmentation.shift > 0)
        check.notAllowed(path + "shift", std::to_string(augmentation.shift),
                         vector ? "0" + values
                                : "at most " + std::to_string(side - 1) + " for images of " + size +
                                      ", or nothing of some would be left");
    if (augmentation.flip && vector)
        check.notAllowed(path + "flip", "true", "false" + values);
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
    check.range("training.augmentation.shift", training.augmentation.shift, limits::shift);
    if (data.shape)
        checkAugmentation(check, training.augmentation, *data.shape);
    checkRetraining(check, training);
}

} // namespace

std::vector<Problem> validate(const Experiment& experiment, const std::optional<TensorShape>& images)
{
    Checker check;
    KnownData data = knownData(experiment.data);
    if (images)
        data.shape = images;
    checkName(check, experiment);
    checkData(check, experiment.data);
    const std::vector<KnownInput> inputs = checkLayers(check, experiment.network, data);
    checkTraining(check, experiment.training, data);
    checkSchedule(check, experiment, inputs);
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
