#include "core/error.h"
#include "core/training/trainer.h"
#include "tests/core/small_training.h"

#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

/// The message of a RunError or InputError that `work` must throw.
template <class Error, class Work>
std::string thrownBy(const Work& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

/// The state and the losses of a whole run.
struct Outcome
{
    EngineState state;
    std::vector<float> losses;
    std::vector<EpochSnapshot> epochs;
};

Outcome runToEnd(Trainer& trainer)
{
    Outcome outcome;
    while (!trainer.finished()) {
        while (!trainer.epochDone())
            outcome.losses.push_back(trainer.step().loss);
        outcome.epochs.push_back(trainer.finishEpoch(0.0));
    }
    outcome.state = trainer.state();
    return outcome;
}

const Outcome& referenceRun()
{
    static const Outcome outcome = [] {
        Trainer trainer = small::trainer();
        return runToEnd(trainer);
    }();
    return outcome;
}

/// Plain gradient descent without batch normalization, which bears no absurd rate.
Trainer unstableTrainer(double rate, int epochs, const LabelledImages& train)
{
    NetworkSpec network = small::network();
    for (LayerSpec& layer : network.layers)
        layer.batchNorm = false;
    TrainingSpec training = small::training();
    training.optimizer.method = OptimizerMethod::Sgd;
    training.optimizer.learningRate = rate;
    training.rate.schedule = RateSchedule::Constant;
    training.schedule = {{Stage::Kind::Float, {}, epochs}};
    return Trainer(network, {}, training, 1, train, small::data().test, 1);
}

} // namespace

class TestTrainer : public QObject
{
    Q_OBJECT

private slots:
    void learns();
    void sameBitsForAnyNumberOfThreads_data();
    void sameBitsForAnyNumberOfThreads();
    void anotherSeedIsAnotherRun();
    void goesOnFromAnySavedState_data();
    void goesOnFromAnySavedState();
    void everyMethodGoesOnToTheSameBits_data();
    void everyMethodGoesOnToTheSameBits();
    void stagesAreEntered();
    void everyPatternIsOfTheCode();
    void evaluationChangesNothing();
    void divergenceNamesLayerAndStep();
    void divergenceInTheLastStepIsNoticed();
    void notANumberBehindReluIsNoticed();
    void refusesDataThatDoesNotFit_data();
    void refusesDataThatDoesNotFit();
    void refusesCodesThatATailCannotHold();
    void refusesStatesThatDoNotFit_data();
    void refusesStatesThatDoNotFit();
};

void TestTrainer::learns()
{
    DataSpec spec = small::dataSpec();
    spec.generatedTrain = 2000;
    const Dataset data = loadDataset(spec);
    TrainingSpec training = small::training();
    training.schedule = {{Stage::Kind::Float, {}, 3}, {Stage::Kind::Final, {}, 4}};
    Trainer trainer(small::network(), {}, training, 1, data.train, data.test, 2);
    const Outcome outcome = runToEnd(trainer);
    const EpochSnapshot &first = outcome.epochs.front(), &last = outcome.epochs.back();
    qInfo("train loss %.4f -> %.4f, test error %.3f -> %.3f", first.trainLoss, last.trainLoss,
          first.testError, last.testError);
    QVERIFY(last.trainLoss < 0.6 * first.trainLoss);
    QVERIFY(last.layers.front().code == (Code{8, 2}));
    // Chance is 5/6 = 0.83. The last bits depend on the machine's BLAS; the bound leaves room for any.
    QVERIFY(last.testError < 0.25);
}

void TestTrainer::sameBitsForAnyNumberOfThreads_data()
{
    QTest::addColumn<int>("threads");
    for (const int threads : {1, 2, 3, 8})
        QTest::addRow("%d threads", threads) << threads;
}

void TestTrainer::sameBitsForAnyNumberOfThreads()
{
    QFETCH(int, threads);
    Trainer trainer = small::trainer(threads);
    const Outcome outcome = runToEnd(trainer);
    QCOMPARE(small::difference(outcome.state, referenceRun().state), std::string());
    QCOMPARE(outcome.losses, referenceRun().losses);
    for (std::size_t e = 0; e < outcome.epochs.size(); ++e) {
        QVERIFY(small::sameBits(outcome.epochs[e].testLoss, referenceRun().epochs[e].testLoss));
        QCOMPARE(outcome.epochs[e].layers[0].indexFlips, referenceRun().epochs[e].layers[0].indexFlips);
    }
}

void TestTrainer::anotherSeedIsAnotherRun()
{
    Trainer trainer(small::network(), {}, small::training(), 8, small::data().train, small::data().test, 1);
    trainer.step();
    Trainer reference = small::trainer();
    reference.step();
    QCOMPARE(small::difference(trainer.state(), reference.state()), std::string("fc1: weights"));
}

void TestTrainer::goesOnFromAnySavedState_data()
{
    QTest::addColumn<int>("steps");
    QTest::newRow("before the first step") << 0;
    QTest::newRow("within a float epoch") << 13;
    QTest::newRow("between float and coded") << 20;
    QTest::newRow("first coded step done") << 21;
    QTest::newRow("within a coded epoch, before the ranges move") << 29;
    QTest::newRow("between two codes") << 30;
    QTest::newRow("within the final code") << 33;
    QTest::newRow("between epochs of one code") << 40;
    QTest::newRow("last step to go") << 49;
    QTest::newRow("finished") << 50;
}

void TestTrainer::goesOnFromAnySavedState()
{
    QFETCH(int, steps);
    Trainer first = small::trainer(2);
    for (int step = 0; step < steps; ++step) {
        first.step();
        if (first.epochDone())
            first.finishEpoch(0.0);
    }
    const EngineState saved = first.state();
    QCOMPARE(saved.position.step, std::int64_t{steps});
    Trainer second = small::trainer(1);
    second.restore(saved);
    QCOMPARE(small::difference(second.state(), saved), std::string());
    const Outcome outcome = runToEnd(second);
    QCOMPARE(small::difference(outcome.state, referenceRun().state), std::string());
    const std::vector<float> rest(referenceRun().losses.begin() + steps, referenceRun().losses.end());
    QCOMPARE(outcome.losses, rest);
}

void TestTrainer::everyMethodGoesOnToTheSameBits_data()
{
    QTest::addColumn<QuantizerMethod>("method");
    QTest::addColumn<WeightNormalization>("normalization");
    QTest::addColumn<OptimizerMethod>("optimizer");
    QTest::newRow("TWN, row, Adam") << QuantizerMethod::Twn << WeightNormalization::Row
                                    << OptimizerMethod::Adam;
    QTest::newRow("frozen, layer, SGD")
        << QuantizerMethod::Frozen << WeightNormalization::Layer << OptimizerMethod::Sgd;
    QTest::newRow("Lloyd, none, SGD")
        << QuantizerMethod::Lloyd << WeightNormalization::None << OptimizerMethod::Sgd;
}

void TestTrainer::everyMethodGoesOnToTheSameBits()
{
    QFETCH(QuantizerMethod, method);
    QFETCH(WeightNormalization, normalization);
    QFETCH(OptimizerMethod, optimizer);
    TrainingSpec training = small::training();
    training.optimizer.method = optimizer;
    training.optimizer.learningRate = 0.01;
    const auto make = [&] {
        return Trainer(small::network(), {method, normalization}, training, 7, small::data().train,
                       small::data().test, 1);
    };
    Trainer whole = make();
    Trainer first = make();
    for (int step = 0; step < 44; ++step) { // into the final code
        first.step();
        if (first.epochDone())
            first.finishEpoch(0.0);
    }
    Trainer second = make();
    second.restore(first.state());
    const Outcome expected = runToEnd(whole);
    const Outcome outcome = runToEnd(second);
    QCOMPARE(small::difference(outcome.state, expected.state), std::string());
    QVERIFY(expected.epochs.back().trainLoss < expected.epochs.front().trainLoss);
}

void TestTrainer::stagesAreEntered()
{
    const std::vector<EpochSnapshot>& epochs = referenceRun().epochs;
    QCOMPARE(epochs.size(), std::size_t{5});
    const std::vector<int> stages{0, 0, 1, 2, 2};
    for (std::size_t e = 0; e < epochs.size(); ++e) {
        QCOMPARE(epochs[e].epoch, int(e) + 1);
        QCOMPARE(epochs[e].stage, stages[e]);
    }
    QVERIFY(!epochs[1].layers[0].code);
    QVERIFY(epochs[2].layers[0].code == (Code{8, 4}));
    QVERIFY(epochs[3].layers[1].code == (Code{8, 2, CodeFamily::Trimmed}));
}

void TestTrainer::everyPatternIsOfTheCode()
{
    for (const LayerSnapshot& layer : referenceRun().epochs.back().layers) {
        const int n = layer.code->groupSize;
        for (int r = 0; r < layer.rows; ++r)
            for (int first = 0; first < layer.fanIn; first += n) {
                int nonZeros = 0;
                for (int j = first; j < std::min(first + n, layer.fanIn); ++j)
                    nonZeros += layer.mask->values[std::size_t(r * layer.fanIn + j)] != 0 ? 1 : 0;
                QVERIFY(nonZeros <= layer.code->maxNonZeros);
                QVERIFY(nonZeros >= layer.code->minNonZeros());
            }
    }
}

void TestTrainer::evaluationChangesNothing()
{
    Trainer trainer = small::trainer();
    small::trainEpochs(trainer, 3);
    trainer.step();
    const EngineState before = trainer.state();
    const EvaluationResult once = trainer.evaluate(small::data().test);
    const EvaluationResult twice = trainer.evaluate(small::data().test);
    QVERIFY(small::sameBits(once.loss, twice.loss));
    QCOMPARE(small::difference(trainer.state(), before), std::string());
    while (!trainer.epochDone())
        trainer.step();
    trainer.finishEpoch(0.0);
    QCOMPARE(small::difference(runToEnd(trainer).state, referenceRun().state), std::string());
}

void TestTrainer::divergenceNamesLayerAndStep()
{
    Trainer trainer = unstableTrainer(1000.0, 3, small::data().train);
    std::int64_t step = -1;
    const std::string message = thrownBy<RunError>([&] {
        while (true) {
            step = trainer.position().step;
            trainer.step();
        }
    });
    QVERIFY2(message.starts_with("diverged: "), message.c_str());
    QVERIFY2(message.find("layer '") != std::string::npos, message.c_str());
    QVERIFY2(message.find("at step " + std::to_string(step)) != std::string::npos, message.c_str());
    QVERIFY(step >= 1 && step < 10);
}

void TestTrainer::divergenceInTheLastStepIsNoticed()
{
    // One mini-batch an epoch: no next step is there to notice, and the last good state must not be lost.
    LabelledImages few = small::data().train;
    few.count = 50;
    few.pixels.resize(std::size_t(few.count) * std::size_t(few.inputs));
    few.labels.resize(std::size_t(few.count));
    Trainer trainer = unstableTrainer(1e30, 1, few);
    trainer.step();
    const std::string message = thrownBy<RunError>([&] { trainer.finishEpoch(0.0); });
    QVERIFY2(message.starts_with("diverged: "), message.c_str());
    QVERIFY2(message.find("layer '") != std::string::npos, message.c_str());
    QVERIFY2(message.find("step 1") != std::string::npos, message.c_str());
}

void TestTrainer::notANumberBehindReluIsNoticed()
{
    // ReLU turns NaN to 0: the loss stays finite, and only a look at the weights tells.
    Trainer trainer = unstableTrainer(0.001, 1, small::data().train);
    while (!trainer.epochDone())
        trainer.step();
    trainer.network().weightLayers()[1]->state().weights.values[5] = std::nanf("");
    const std::string message = thrownBy<RunError>([&] { trainer.finishEpoch(0.0); });
    QVERIFY2(message.starts_with("diverged: the weights of layer 'fc2' are not finite at step 10"),
             message.c_str());
}

void TestTrainer::refusesDataThatDoesNotFit_data()
{
    QTest::addColumn<int>("batchSize");
    QTest::addColumn<int>("outputs");
    QTest::addColumn<int>("testLabel");
    QTest::addColumn<QString>("said");
    QTest::newRow("fewer images than a mini-batch")
        << 501 << 6 << 0 << "training.batch_size: 501 is more than the data set's 500 training images";
    QTest::newRow("labels beyond the outputs")
        << 50 << 5 << 0 << "layers[2].outputs: 5 is too few: the data set has labels up to 5";
    QTest::newRow("test labels beyond the outputs")
        << 50 << 6 << 9 << "layers[2].outputs: 6 is too few: the data set has labels up to 9";
}

void TestTrainer::refusesDataThatDoesNotFit()
{
    QFETCH(int, batchSize);
    QFETCH(int, outputs);
    QFETCH(int, testLabel);
    QFETCH(QString, said);
    NetworkSpec network = small::network();
    network.layers.back().outputs = outputs;
    TrainingSpec training = small::training();
    training.batchSize = batchSize;
    LabelledImages test = small::data().test;
    test.labels.front() = std::max(test.labels.front(), std::uint8_t(testLabel));
    const std::string message = thrownBy<InputError>(
        [&] { const Trainer trainer(network, {}, training, 1, small::data().train, test, 1); });
    QCOMPARE(QString::fromStdString(message), said);
}

void TestTrainer::refusesCodesThatATailCannotHold()
{
    // 121 inputs: a tail of 1; 131: of 3. What cannot be packed must not be trained for hours first.
    const auto refusal = [](std::size_t layer, const Code& code, const Code& ofStage = {8, 4}) {
        NetworkSpec network = small::network();
        network.layers[layer].code = code;
        TrainingSpec training = small::training();
        training.schedule[1].code = ofStage;
        return thrownBy<InputError>([&] {
            const Trainer trainer(network, {}, training, 1, small::data().train, small::data().test, 1);
        });
    };
    QCOMPARE(refusal(0, {4, 3, CodeFamily::ExactlyK}),
             std::string("layers[0].code.K: 3 is not allowed: must be at most 1 for exactly-k: groups along "
                         "121 inputs leave a last group of 1"));
    QCOMPARE(refusal(1, {4, 3, CodeFamily::ExactlyK}), std::string());
    QVERIFY(refusal(1, {8, 4, CodeFamily::ExactlyK}).starts_with("layers[1].code.K: 4"));
    QCOMPARE(refusal(0, {8, 2, CodeFamily::Trimmed}), std::string());
    QCOMPARE(refusal(0, {11, 5, CodeFamily::ExactlyK}), std::string()); // 121 = 11 groups of 11
    // A stage's code is the stage's to change.
    QCOMPARE(refusal(0, {11, 5}, {10, 6, CodeFamily::ExactlyK}),
             std::string("schedule[1].code.K: 6 is not allowed for layers[0] ('fc1'): must be at most 1 for "
                         "exactly-k: groups along 121 inputs leave a last group of 1"));
}

using Damage = void (*)(EngineState& state);

void TestTrainer::refusesStatesThatDoNotFit_data()
{
    QTest::addColumn<Damage>("damage");
    const auto row = [](const char* name, Damage damage) { QTest::newRow(name) << damage; };
    row("a layer too few", [](EngineState& s) { s.layers.pop_back(); });
    row("another width", [](EngineState& s) { s.layers[0].rows = 7; });
    row("another fan-in", [](EngineState& s) { s.layers[1].fanIn = 7; });
    row("batch beyond the epoch", [](EngineState& s) { s.position.batch = 11; });
    row("negative batch", [](EngineState& s) { s.position.batch = -1; });
    row("epoch beyond the schedule", [](EngineState& s) { s.position.epoch = 6; });
    row("without batch normalization", [](EngineState& s) { s.layers[0].gamma = {}; });
    row("too few weights", [](EngineState& s) { s.layers[0].weights.values.pop_back(); });
    row("no moments", [](EngineState& s) { s.layers[1].weights.second.clear(); });
    row("one layer still float", [](EngineState& s) { s.layers[1].coding.reset(); });
}

void TestTrainer::refusesStatesThatDoNotFit()
{
    QFETCH(Damage, damage);
    static const EngineState sound = [] {
        Trainer trainer = small::trainer();
        small::trainEpochs(trainer, 3);
        return trainer.state();
    }();
    EngineState state = sound;
    damage(state);
    Trainer trainer = small::trainer();
    const EngineState before = trainer.state();
    const std::string message = thrownBy<InputError>([&] { trainer.restore(state); });
    QVERIFY2(message.starts_with("checkpoint: "), message.c_str());
    QCOMPARE(small::difference(trainer.state(), before), std::string()); // not half restored
}

QTEST_GUILESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
