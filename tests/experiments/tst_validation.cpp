#include "experiments/limits.h"
#include "tests/experiments/validation_rows.h"

#include <limits>

using namespace ternbench;
using namespace ternbench::test;

namespace {

constexpr int intMax = std::numeric_limits<int>::max();
constexpr int intMin = std::numeric_limits<int>::min();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

} // namespace

class TestValidation : public QObject
{
    Q_OBJECT

private slots:
    void possibleExperimentHasNoProblem_data();
    void possibleExperimentHasNoProblem();
    void impossibleValueIsNamed_data();
    void impossibleValueIsNamed();
    void anyValuesAreSurvived_data();
    void anyValuesAreSurvived();
    void problemsComeInDocumentOrder();
    void rangesReadWell();
};

void TestValidation::possibleExperimentHasNoProblem_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, const Change& change) { QTest::newRow(name) << change; };
    row("default", [](Experiment&) {});
    row("least and most of everything", [](Experiment& e) {
        e.training.batchSize = 2;
        layer(e, 0).outputs = 1;
        layer(e, 0).activationBits = 2;
        layer(e, 0).dropout = 0.0;
        layer(e, 1).dropout = 0.999;
        layer(e, 1).code = {1, 1, CodeFamily::AtMostK};
        layer(e, 2).code = {32, 1, CodeFamily::Trimmed};
        layer(e, 2).name = std::string(32, 'x');
        e.training.optimizer.learningRate = 1000.0;
        e.training.optimizer.beta1 = 0.0;
        e.training.rate.finalFraction = 1.0;
    });
    row("whole set as one batch", [](Experiment& e) {
        useGenerated(e);
        e.training.batchSize = e.data.generatedTrain = 64;
    });
    row("more outputs than classes", [](Experiment& e) { layer(e, 3).outputs = 16; });
    row("any number of classes in files", [](Experiment& e) {
        e.data.kind = DataKind::Idx;
        e.data.folder = "somewhere";
        layer(e, 3).outputs = 2;
    });
    row("float only", [](Experiment& e) { e.training.schedule.resize(1); });
    row("coded from the start",
        [](Experiment& e) { e.training.schedule.erase(e.training.schedule.begin()); });
    row("last stage with a code of its own", [](Experiment& e) { e.training.schedule.pop_back(); });
    row("hottest and coldest teacher", [](Experiment& e) {
        e.training.retraining.distillation = {1.0, 0.01};
        e.training.optimizer.learningRate = 0.25;
        e.training.retraining.weightDecay = 4;
    });
    row("stage's code as long as the tail", [](Experiment& e) {
        layer(e, 0).outputs = 12;
        e.training.schedule[1].code = {8, 4, CodeFamily::ExactlyK};
    });
    row("layer's own code where the stage's would not fit", [](Experiment& e) {
        layer(e, 0).outputs = 12;
        layer(e, 1).code = {8, 7};
        e.training.schedule[1].code = {8, 6, CodeFamily::ExactlyK};
    });
    row("layers of 8-bit weights and floats", [](Experiment& e) {
        layer(e, 0).code = eightBitWeights;
        layer(e, 2).code = floatWeights;
    });
    row("one layer", [](Experiment& e) {
        e.network.layers.erase(e.network.layers.begin(), e.network.layers.begin() + 3);
    });
}

void TestValidation::possibleExperimentHasNoProblem()
{
    QFETCH(Change, change);
    Experiment experiment = defaultExperiment();
    change(experiment);
    const auto problems = validate(experiment);
    QVERIFY2(problems.empty(), toString(problems).c_str());
}

void TestValidation::impossibleValueIsNamed_data()
{
    addProblemColumns();
    const auto& row = addProblemRow;
    row(
        "empty name", [](Experiment& e) { e.name.clear(); }, "name",
        "\"\" is not allowed: must be a text of 1..200");
    row(
        "name of two lines", [](Experiment& e) { e.name = "a\nb"; }, "name",
        "\"a\\nb\" is not allowed: must be one line");
    row(
        "name not UTF-8", [](Experiment& e) { e.name = "\xff"; }, "name", "must be UTF-8");
    row(
        "notes not UTF-8", [](Experiment& e) { e.notes = "\xc3"; }, "notes", "must be UTF-8");
    row(
        "IDX without folder", [](Experiment& e) { e.data.kind = DataKind::Idx; }, "data.folder",
        "\"\" is not allowed: must be the folder");
    row(
        "CIFAR-10 without folder", [](Experiment& e) { e.data.kind = DataKind::Cifar10; }, "data.folder",
        "\"\" is not allowed: must be the folder that holds data_batch_1.bin");
    row(
        "HDF5 without file", [](Experiment& e) { e.data.kind = DataKind::Hdf5; }, "data.folder",
        "\"\" is not allowed: must be the HDF5 file");
    row(
        "folder with NUL", [](Experiment& e) { e.data.folder = std::string("a\0b", 3); }, "data.folder",
        "is not allowed: must be a path without NUL");
    row(
        "negative limit", [](Experiment& e) { e.data.trainLimit = -1; }, "data.train_limit",
        "-1 is not allowed: must be 0 or more");
    row(
        "negative test limit", [](Experiment& e) { e.data.testLimit = -1; }, "data.test_limit",
        "-1 is not allowed");
    row(
        "no generated images", [](Experiment& e) { e.data.generatedTrain = 0; }, "data.generated.train",
        "0 is not allowed: must be 1..1000000");
    row(
        "no generated test images", [](Experiment& e) { e.data.generatedTest = 0; }, "data.generated.test",
        "0 is not");
    row(
        "side too small", [](Experiment& e) { e.data.generatedSide = 3; }, "data.generated.side",
        "must be 4..128");
    row(
        "one class", [](Experiment& e) { e.data.generatedClasses = 1; }, "data.generated.classes",
        "must be 2..256");
    row(
        "too many pixels",
        [](Experiment& e) {
            e.data.generatedSide = 128;
            e.data.generatedTrain = 1'000'000;
        },
        "data.generated.side", "128 is not allowed: must be smaller for 1000000 images");
    row(
        "batch of 1", [](Experiment& e) { e.training.batchSize = 1; }, "training.batch_size",
        "1 is not allowed: must be 2..65536");
    row(
        "batch beyond the generated images",
        [](Experiment& e) {
            useGenerated(e);
            e.training.batchSize = 4001;
        },
        "training.batch_size", "4001 is not allowed: must be at most 4000");
    row(
        "batch beyond the limit of images", [](Experiment& e) { e.data.trainLimit = 100; },
        "training.batch_size", "128 is not allowed: must be at most 100");
    row(
        "batch beyond Fashion-MNIST", [](Experiment& e) { e.training.batchSize = 60001; },
        "training.batch_size", "at most 60000");
    row(
        "rate of 0", [](Experiment& e) { e.training.optimizer.learningRate = 0; },
        "training.optimizer.learning_rate", "0 is not allowed: must be above 0, at most 1000");
    row(
        "rate infinite", [](Experiment& e) { e.training.optimizer.learningRate = infinite; },
        "training.optimizer.learning_rate", "inf is not allowed");
    row(
        "beta1 of 1", [](Experiment& e) { e.training.optimizer.beta1 = 1; }, "training.optimizer.beta1",
        "below 1");
    row(
        "beta2 of 1", [](Experiment& e) { e.training.optimizer.beta2 = 1; }, "training.optimizer.beta2",
        "below 1");
    row(
        "epsilon of 0", [](Experiment& e) { e.training.optimizer.epsilon = 0; }, "training.optimizer.epsilon",
        "above 0");
    row(
        "momentum of 1", [](Experiment& e) { e.training.optimizer.momentum = 1; },
        "training.optimizer.momentum", "below 1");
    row(
        "final fraction", [](Experiment& e) { e.training.rate.finalFraction = 1.5; },
        "training.rate.final_fraction", "1.5 is not");
    row(
        "step epochs", [](Experiment& e) { e.training.rate.stepEpochs = 0; }, "training.rate.step_epochs",
        "0 is not allowed");
    row(
        "step factor", [](Experiment& e) { e.training.rate.stepFactor = 0; }, "training.rate.step_factor",
        "0 is not allowed");
    row(
        "coded dropout", [](Experiment& e) { e.training.codedDropout = 1.5; }, "training.coded_dropout",
        "1.5 is not allowed: must be at least 0, at most 1");
    row(
        "negative coded dropout", [](Experiment& e) { e.training.codedDropout = -0.1; },
        "training.coded_dropout", "-0.1 is not allowed");
    row(
        "negative shift", [](Experiment& e) { e.training.augmentation.shift = -1; },
        "training.augmentation.shift", "-1 is not allowed: must be 0..64");
    row(
        "shift of 65", [](Experiment& e) { e.training.augmentation.shift = 65; },
        "training.augmentation.shift", "65 is not allowed: must be 0..64");
    row(
        "weight of distillation", [](Experiment& e) { e.training.retraining.distillation.weight = 1.5; },
        "training.retraining.distillation.weight", "1.5 is not allowed: must be at least 0, at most 1");
    row(
        "distillation without a teacher",
        [](Experiment& e) {
            e.training.retraining.distillation.weight = 0.5;
            e.training.schedule.erase(e.training.schedule.begin());
        },
        "training.retraining.distillation.weight",
        "0.5 is not allowed: must be 0 in a schedule without a float stage");
    row(
        "temperature of 0", [](Experiment& e) { e.training.retraining.distillation.temperature = 0; },
        "training.retraining.distillation.temperature",
        "0 is not allowed: must be at least 0.01, at most 1000");
    row(
        "temperature that divides to infinity",
        [](Experiment& e) { e.training.retraining.distillation.temperature = 1e-308; },
        "training.retraining.distillation.temperature", "1e-308 is not allowed: must be at least 0.01");
    row(
        "residual", [](Experiment& e) { e.training.retraining.residual.weight = -0.1; },
        "training.retraining.residual.weight", "-0.1 is not allowed");
    row(
        "residual until 0", [](Experiment& e) { e.training.retraining.residual.until = 0; },
        "training.retraining.residual.until", "0 is not allowed: must be above 0, at most 1");
    row(
        "weight decay", [](Experiment& e) { e.training.retraining.weightDecay = infinite; },
        "training.retraining.weight_decay", "inf is not allowed");
    row(
        "decay beyond the weights",
        [](Experiment& e) {
            e.training.optimizer.learningRate = 0.25;
            e.training.retraining.weightDecay = 8;
        },
        "training.retraining.weight_decay",
        "8 is not allowed: must be at most 4 with training.optimizer.learning_rate 0.25");
    row(
        "label smoothing of 1", [](Experiment& e) { e.training.retraining.labelSmoothing = 1; },
        "training.retraining.label_smoothing", "1 is not allowed: must be at least 0, below 1");
    row(
        "growing float stage", [](Experiment& e) { e.training.schedule[0].growth = Growth::Cubic; },
        "schedule[0].growth", "\"cubic\" is not allowed: must be \"at-once\" in a float stage");
    row(
        "no stage", [](Experiment& e) { e.training.schedule.clear(); }, "schedule",
        "0 entries is not allowed: must be 1..1000");
    row(
        "no epochs", [](Experiment& e) { e.training.schedule[1].epochs = 0; }, "schedule[1].epochs",
        "0 is not allowed: must be 1..100000");
    row(
        "too many epochs in all",
        [](Experiment& e) { e.training.schedule[0].epochs = e.training.schedule[1].epochs = 60000; },
        "schedule", "120012 epochs in all is not allowed");
    row(
        "stage's code", [](Experiment& e) { e.training.schedule[1].code.maxNonZeros = 9; },
        "schedule[1].code.K", "9 is not allowed");
    row(
        "stage's code beyond a tail",
        [](Experiment& e) {
            layer(e, 0).outputs = 12;
            e.training.schedule[1].code = {8, 6, CodeFamily::ExactlyK};
        },
        "schedule[1].code.K",
        "6 is not allowed for layers[1] (\"fc2\"): must be at most 4 for exactly-k: groups along 12 inputs");
    row(
        "stage's code beyond several tails",
        [](Experiment& e) {
            layer(e, 0).outputs = 12;
            layer(e, 1).outputs = 10;
            layer(e, 2).outputs = 13;
            e.training.schedule[1].code = {8, 6, CodeFamily::ExactlyK};
        },
        "schedule[1].code.K", "6 is not allowed for layers[2] (\"fc3\"): must be at most 2 for exactly-k");
    row(
        "a stage of 8-bit weights",
        [](Experiment& e) {
            e.training.schedule[1] = {Stage::Kind::Code, eightBitWeights, 1};
        },
        "schedule[1].code.family", "\"8-bit\" is not allowed: must be a ternary code's");
    row(
        "float after coded", [](Experiment& e) { std::swap(e.training.schedule[0], e.training.schedule[1]); },
        "schedule[1].code", "\"float\" is not allowed: must be coded: schedule[0]");
}

void TestValidation::impossibleValueIsNamed()
{
    checkProblemRow(defaultExperiment());
}

void TestValidation::anyValuesAreSurvived_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<double>("real");
    QTest::newRow("zero") << 0 << 0.0;
    QTest::newRow("negative") << -1 << -1.0;
    QTest::newRow("largest") << intMax << std::numeric_limits<double>::max();
    QTest::newRow("smallest") << intMin << std::numeric_limits<double>::lowest();
    QTest::newRow("infinite") << intMax << infinite;
    QTest::newRow("not a number") << intMin << notANumber;
}

void TestValidation::anyValuesAreSurvived()
{
    QFETCH(int, number);
    QFETCH(double, real);
    for (const DataKind kind : {DataKind::FashionMnist, DataKind::Idx, DataKind::Generated}) {
        Experiment experiment = defaultExperiment();
        experiment.data = {kind, "", number, number, number, number, number, number, 0};
        for (LayerSpec& each : experiment.network.layers)
            each = {LayerKind::Conv2d,
                    "",
                    number,
                    {number, number, number},
                    GroupAxis::Channels,
                    {number, number, CodeFamily::ExactlyK},
                    true,
                    Activation::Relu,
                    number,
                    real,
                    real};
        experiment.training.batchSize = number;
        experiment.training.optimizer = {OptimizerMethod::Adam, real, real, real, real, real};
        experiment.training.rate = {RateSchedule::Step, real, number, real, RateRestart::EveryStage};
        experiment.training.retraining = {{real, real}, {real, real}, real, real};
        for (Stage& stage : experiment.training.schedule)
            stage = {Stage::Kind::Code, {number, number, CodeFamily::Trimmed}, number, Growth::Cubic};
        QVERIFY(!validate(experiment).empty());
    }
}

void TestValidation::problemsComeInDocumentOrder()
{
    Experiment experiment = defaultExperiment();
    experiment.training.schedule[2].epochs = -1;
    experiment.training.batchSize = 0;
    layer(experiment, 1).outputs = 0;
    experiment.name.clear();
    std::vector<std::string> paths;
    for (const Problem& problem : validate(experiment))
        paths.push_back(problem.path);
    QCOMPARE(paths, (std::vector<std::string>{"name", "layers[1].outputs", "training.batch_size",
                                              "schedule[2].epochs"}));
}

void TestValidation::rangesReadWell()
{
    QCOMPARE(toString(limits::outputs), std::string("1..65536"));
    QCOMPARE(toString(limits::imageLimit), std::string("0 or more"));
    QCOMPARE(toString(limits::learningRate), std::string("above 0, at most 1000"));
    QCOMPARE(toString(limits::dropout), std::string("at least 0, below 1"));
    QCOMPARE(realText(0.1), std::string("0.1"));
}

QTEST_GUILESS_MAIN(TestValidation)
#include "tst_validation.moc"
