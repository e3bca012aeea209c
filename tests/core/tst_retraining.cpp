#include "core/error.h"
#include "core/integer/fold.h"
#include "core/packed/packed_file.h"
#include "core/packed/verify.h"
#include "core/storage/run_file.h"
#include "core/training/residual.h"
#include "tests/core/small_training.h"
#include "tests/refusal_text.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace ternbench;

/// Everything that a user chooses about a training.
struct Choices
{
    NetworkSpec network = small::network();
    QuantizerSpec quantizer;
    TrainingSpec training = small::training();
};
using Change = std::function<void(Choices&)>;
Q_DECLARE_METATYPE(Change)

namespace {

Trainer trainerOf(const Choices& choices, int threads = 1)
{
    return Trainer(choices.network, choices.quantizer, choices.training, 7, small::data().train,
                   small::data().test, threads);
}

EngineState finalState(Trainer& trainer)
{
    while (!trainer.finished()) {
        while (!trainer.epochDone())
            trainer.step();
        trainer.finishEpoch(0.0);
    }
    return trainer.state();
}

/// The options one by one, and all that go together.
const std::vector<std::pair<const char*, Change>>& options()
{
    static const std::vector<std::pair<const char*, Change>> all{
        {"linear growth after float",
         [](Choices& c) {
             c.training.schedule = {{Stage::Kind::Float, {}, 2}, {Stage::Kind::Final, {}, 3, Growth::Linear}};
         }},
        {"cubic growth after a code", [](Choices& c) { c.training.schedule.back().growth = Growth::Cubic; }},
        {"scale of each row", [](Choices& c) { c.quantizer.scale = ScaleBlock::Row; }},
        {"frozen scale of each row",
         [](Choices& c) {
             c.quantizer.scale = ScaleBlock::Row;
             c.quantizer.method = QuantizerMethod::Frozen;
         }},
        {"TWN by row",
         [](Choices& c) {
             c.quantizer.scale = ScaleBlock::Row;
             c.quantizer.method = QuantizerMethod::Twn;
         }},
        {"balanced grouping",
         [](Choices& c) {
             c.quantizer.grouping = InputGrouping::Balanced;
             c.quantizer.normalization = WeightNormalization::Row;
         }},
        {"powers of two", [](Choices& c) { c.network.requantization = Requantization::PowerOfTwo; }},
        {"distillation",
         [](Choices& c) {
             c.training.retraining.distillation = {0.7, 3.0};
         }},
        {"weight decay", [](Choices& c) { c.training.retraining.weightDecay = 1.0; }},
        {"label smoothing", [](Choices& c) { c.training.retraining.labelSmoothing = 0.1; }},
        {"residual",
         [](Choices& c) {
             c.training.retraining.residual = {0.3, 0.8};
         }},
        {"restart at every stage", [](Choices& c) { c.training.rate.restart = RateRestart::EveryStage; }},
        {"all together", [](Choices& c) { small::useEveryOption(c.network, c.quantizer, c.training); }},
    };
    return all;
}

void addOptions()
{
    QTest::addColumn<Change>("change");
    for (const auto& [name, change] : options())
        QTest::newRow(name) << change;
}

Choices changed(const Change& change)
{
    Choices choices;
    change(choices);
    return choices;
}

/// What a run file gives back of a state.
EngineState throughAFile(const EngineState& state)
{
    const QTemporaryDir folder;
    const std::string file = folder.filePath("state.run.h5").toStdString();
    RunRecord record;
    record.experimentJson = "{}";
    record.checkpoint = std::make_shared<const EngineState>(state);
    writeRunFile(record, file);
    return *readRunFile(file).checkpoint;
}

} // namespace

class TestRetraining : public QObject
{
    Q_OBJECT

private slots:
    void everyOptionChangesTheRun_data() { addOptions(); }
    void everyOptionChangesTheRun();
    void sameBitsForAnyNumberOfThreads_data() { addOptions(); }
    void sameBitsForAnyNumberOfThreads();
    void goesOnFromAFileToTheSameBits_data() { addOptions(); }
    void goesOnFromAFileToTheSameBits();
    void foldedNetworkErrsLikeTheTrainedOne_data() { addOptions(); }
    void foldedNetworkErrsLikeTheTrainedOne();
    void packedFileIsVerified_data() { addOptions(); }
    void packedFileIsVerified();
    void rowsSettleAtTheirOwnFixedPoints();
    void powersOfTwoAreAllThatIsLeft();
    void balancedOrderStaysFixed();
    void teacherIsTheFloatNetwork();
    void checkpointWithoutItsTeacherIsRefused();
    void residualEndsAndIsNoPartOfTests();
    void frozenAndHeldGroupsAreTold();
};

void TestRetraining::everyOptionChangesTheRun()
{
    QFETCH(Change, change);
    static const EngineState plain = [] {
        Trainer trainer = trainerOf({});
        return finalState(trainer);
    }();
    Trainer trainer = trainerOf(changed(change));
    QVERIFY(small::difference(finalState(trainer), plain) != std::string());
}

void TestRetraining::sameBitsForAnyNumberOfThreads()
{
    QFETCH(Change, change);
    Trainer one = trainerOf(changed(change));
    const EngineState state = finalState(one);
    for (const int threads : {2, 3, 8}) {
        Trainer many = trainerOf(changed(change), threads);
        QCOMPARE(small::difference(finalState(many), state), std::string());
    }
}

void TestRetraining::goesOnFromAFileToTheSameBits()
{
    QFETCH(Change, change);
    const Choices choices = changed(change);
    Trainer uninterrupted = trainerOf(choices);
    std::vector<EngineState> saved; // at moments of all kinds: float, first coded steps, between epochs
    const std::vector<std::int64_t> moments{13, 20, 21, 29, 30, 33, 37, 40, 49};
    while (!uninterrupted.finished()) {
        while (!uninterrupted.epochDone()) {
            if (std::ranges::find(moments, uninterrupted.position().step) != moments.end())
                saved.push_back(uninterrupted.state());
            uninterrupted.step();
        }
        uninterrupted.finishEpoch(0.0);
    }
    QCOMPARE(saved.size(), moments.size());
    for (const EngineState& state : saved) {
        const EngineState stored = throughAFile(state);
        QCOMPARE(small::difference(stored, state), std::string());
        Trainer resumed = trainerOf(choices, 2);
        resumed.restore(stored);
        const std::string what = small::difference(finalState(resumed), uninterrupted.state());
        QVERIFY2(what.empty(),
                 qPrintable(
                     QString("from step %1: %2").arg(state.position.step).arg(QString::fromStdString(what))));
    }
}

void TestRetraining::foldedNetworkErrsLikeTheTrainedOne()
{
    QFETCH(Change, change);
    const Choices choices = changed(change);
    Trainer trainer = trainerOf(choices);
    const EngineState state = finalState(trainer);
    const LabelledImages& test = small::data().test;
    const IntegerNetwork network =
        fold(choices.network, state, trainer.input(), {test.height, test.width, test.channels});
    for (const IntegerLayer& layer : network.layers)
        QCOMPARE(toString(layer.code),
                 toString(layer.name == "fc2" ? Code{8, 2, CodeFamily::Trimmed} : Code{8, 2}));
    const double trained = trainer.evaluate(test).error * test.count;
    ThreadPool pool(1);
    const auto folded = double(computeGolden(network, test, pool).classErrors);
    // Multipliers of 15 bits round a few outputs by one step: an image on the edge may fall to the other
    // side.
    QVERIFY2(std::abs(trained - folded) <= 0.02 * test.count,
             qPrintable(QString("%1 errors trained, %2 folded").arg(trained).arg(folded)));
}

void TestRetraining::packedFileIsVerified()
{
    QFETCH(Change, change);
    const Choices choices = changed(change);
    Trainer trainer = trainerOf(choices);
    const EngineState state = finalState(trainer);
    const LabelledImages& test = small::data().test;
    ThreadPool pool(1);
    PackedNetwork packed;
    packed.network = fold(choices.network, state, trainer.input(), {test.height, test.width, test.channels});
    packed.experimentJson = "{}";
    packed.height = test.height;
    packed.width = test.width;
    packed.channels = test.channels;
    packed.ledger = ledgerOf(packed.network);
    for (const IntegerLayer& layer : packed.network.layers)
        packed.compared.push_back(std::uint64_t(test.count) * std::uint64_t(layer.rows));
    packed.different.assign(packed.network.layers.size(), 0);
    packed.golden = computeGolden(packed.network, test, pool);
    const QTemporaryDir folder;
    const std::string file = folder.filePath("a.packed.h5").toStdString();
    writePacked(packed, file);
    const PackedNetwork read = readPacked(file);
    const bool balanced = choices.quantizer.grouping == InputGrouping::Balanced;
    for (std::size_t l = 0; l < read.network.layers.size(); ++l) {
        const IntegerLayer& layer = read.network.layers[l];
        QCOMPARE(layer.weights, packed.network.layers[l].weights);
        QCOMPARE(layer.permutation, packed.network.layers[l].permutation);
        QCOMPARE(layer.permutation.empty(), !balanced);
        const auto stored = std::ranges::find_if(read.ledger.entries, [&](const LedgerEntry& entry) {
            return entry.layer == layer.name && entry.item == "permutation";
        });
        QCOMPARE(stored != read.ledger.entries.end(), balanced);
        if (balanced)
            QCOMPARE(stored->bytes, std::uint64_t(4 * layer.fanIn));
    }
    const VerificationReport report = verifyPacked(file, test, pool);
    QVERIFY2(report.passed(), report.firstFailure().c_str());
}

void TestRetraining::rowsSettleAtTheirOwnFixedPoints()
{
    Choices choices;
    choices.quantizer.scale = ScaleBlock::Row;
    Trainer trainer = trainerOf(choices);
    const EpochSnapshot last = small::trainEpochs(trainer, 5);
    const WeightLayer& layer = *trainer.network().weightLayers().front();
    const Coding& coding = *layer.state().coding;
    const auto fanIn = std::size_t(layer.fanIn());
    QCOMPARE(coding.rowScale.size(), std::size_t(layer.rows()));
    for (std::size_t r = 0; r < coding.rowScale.size(); ++r) {
        double magnitude = 0.0;
        int nonZeros = 0;
        for (std::size_t j = 0; j < fanIn; ++j) {
            const std::size_t at = r * fanIn + j;
            if (layer.effective()[at] == 0.0f)
                continue;
            const double u = double(layer.state().weights.values[at]) *
                             double(coding.normalizer.rowInverse[r]) *
                             double(coding.normalizer.columnInverse[j]);
            magnitude += std::abs(u);
            ++nonZeros;
            QVERIFY(std::abs(u) > 0.999999 * coding.rowScale[r] / 2.0);
            // The effective weight has the row's scale in it already.
            const double level =
                coding.rowScale[r] * double(coding.normalizer.row[r]) * double(coding.normalizer.column[j]);
            QVERIFY(std::abs(std::abs(double(layer.effective()[at])) - level) <= 1e-6 * level);
        }
        QVERIFY(nonZeros > 0);
        QVERIFY(std::abs(coding.rowScale[r] - magnitude / nonZeros) <= 1e-5 * coding.rowScale[r]);
        QCOMPARE(coding.rowThreshold[r], float(coding.rowScale[r] / 2.0));
    }
    QCOMPARE(last.layers.front().scale, coding.scale); // what is shown is the mean
    double sum = 0.0;
    for (const double scale : coding.rowScale)
        sum += scale;
    QVERIFY(std::abs(coding.scale - sum / double(layer.rows())) <= 1e-12 * coding.scale);
}

void TestRetraining::powersOfTwoAreAllThatIsLeft()
{
    Choices choices;
    choices.network.requantization = Requantization::PowerOfTwo;
    choices.quantizer.normalization = WeightNormalization::Row; // the scores' rows differ, too
    Trainer trainer = trainerOf(choices);
    const EngineState state = finalState(trainer);
    const LabelledImages& test = small::data().test;
    const IntegerNetwork network =
        fold(choices.network, state, trainer.input(), {test.height, test.width, test.channels});
    for (const IntegerLayer& layer : network.layers) {
        for (const std::int32_t multiplier : layer.multiplier) {
            const auto magnitude = static_cast<std::uint32_t>(std::abs(multiplier));
            QVERIFY2((magnitude & (magnitude - 1)) == 0, qPrintable(QString::number(multiplier)));
        }
        QVERIFY(usesPowersOfTwo(layer));
    }
    // It has been trained with them: the network is no worse than with multipliers, but for the seed's noise.
    QVERIFY(trainer.evaluate(test).error < 0.5);
    choices.network.requantization = Requantization::Multiplier;
    const IntegerNetwork multiplied =
        fold(choices.network, state, trainer.input(), {test.height, test.width, test.channels});
    QVERIFY(!usesPowersOfTwo(multiplied.layers.front()));
}

void TestRetraining::balancedOrderStaysFixed()
{
    Choices choices;
    choices.quantizer.grouping = InputGrouping::Balanced;
    choices.quantizer.firstLayer = WeightNormalization::None;
    Trainer trainer = trainerOf(choices);
    small::trainEpochs(trainer, 3);
    const std::vector<int> order = trainer.network().weightLayers().front()->state().coding->balanced;
    std::vector<int> sorted = order;
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < sorted.size(); ++i)
        QCOMPARE(sorted[i], int(i));
    QVERIFY(order != sorted);
    small::trainEpochs(trainer, 2); // another code has begun
    QCOMPARE(trainer.network().weightLayers().front()->state().coding->balanced, order);
}

void TestRetraining::teacherIsTheFloatNetwork()
{
    Choices choices;
    choices.training.retraining.distillation.weight = 0.5;
    Trainer trainer = trainerOf(choices);
    small::trainEpochs(trainer, 2);
    const EngineState floating = trainer.state();
    QVERIFY(floating.teacher.empty());
    small::trainEpochs(trainer, 2);
    const EngineState coded = trainer.state();
    QCOMPARE(coded.teacher.size(), floating.layers.size());
    for (std::size_t l = 0; l < coded.teacher.size(); ++l) {
        QVERIFY(small::sameBits(coded.teacher[l].weights.values, floating.layers[l].weights.values));
        QVERIFY(small::sameBits(coded.teacher[l].runningMean, floating.layers[l].runningMean));
        QVERIFY(!small::sameBits(coded.teacher[l].weights.values, coded.layers[l].weights.values));
    }
}

void TestRetraining::checkpointWithoutItsTeacherIsRefused()
{
    Choices choices;
    choices.training.retraining.distillation.weight = 0.5;
    Trainer trainer = trainerOf(choices);
    small::trainEpochs(trainer, 3);
    EngineState state = trainer.state();
    state.teacher.clear();
    QVERIFY(test::refusalText([&] { trainerOf(choices).restore(state); }).contains("teacher"));
}

void TestRetraining::residualEndsAndIsNoPartOfTests()
{
    Choices choices;
    choices.training.retraining.residual = {0.5, 0.5}; // of 30 coded mini-batches behind 20 float ones
    const TrainingSpec& training = choices.training;
    QCOMPARE(residualWeight(training, 19, 10), 0.0);
    QCOMPARE(residualWeight(training, 20, 10), 0.5);
    QCOMPARE(residualWeight(training, 26, 10), 0.5 * (1.0 - 6.0 / 15.0));
    QCOMPARE(residualWeight(training, 35, 10), 0.0);
    QCOMPARE(residualWeight(training, 49, 10), 0.0);

    Trainer trainer = trainerOf(choices);
    small::trainEpochs(trainer, 2);
    for (int step = 0; step < 5; ++step)
        trainer.step();
    // A trainer that knows of no residual tests the same state alike.
    Trainer plain = trainerOf({});
    plain.restore(trainer.state());
    const EvaluationResult with = trainer.evaluate(small::data().test),
                           without = plain.evaluate(small::data().test);
    QVERIFY(small::sameBits(with.loss, without.loss));
}

void TestRetraining::frozenAndHeldGroupsAreTold()
{
    Choices choices;
    choices.training.schedule = {{Stage::Kind::Float, {}, 1}, {Stage::Kind::Final, {}, 3, Growth::Linear}};
    Trainer trainer = trainerOf(choices);
    QCOMPARE(small::trainEpochs(trainer, 1).layers.front().groupsHeld, std::uint64_t{0});
    const LayerSnapshot first = small::trainEpochs(trainer, 1).layers.front();
    QCOMPARE(first.groups, std::uint64_t{131 * 16});
    QCOMPARE(first.groupsHeld, std::uint64_t(std::ceil(first.groups / 3.0)));
    QVERIFY(*first.code == (Code{8, 8}));
    QCOMPARE(first.groupsFrozen, std::uint64_t{0}); // nothing to compare with
    const LayerSnapshot second = small::trainEpochs(trainer, 1).layers.front();
    QCOMPARE(second.groupsFrozen, second.groups - second.indexFlips);
    QVERIFY(second.groupsFrozen > 0 && second.groupsFrozen < second.groups);
    const LayerSnapshot last = small::trainEpochs(trainer, 1).layers.front();
    QCOMPARE(last.groupsHeld, last.groups);
    QVERIFY(*last.code == (Code{8, 2}));
}

QTEST_GUILESS_MAIN(TestRetraining)
#include "tst_retraining.moc"
