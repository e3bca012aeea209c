#include "experiments/plan.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace ternbench;

namespace {

std::uint64_t bytesOf(const Ledger& ledger, const std::string& layer, const std::string& item)
{
    for (const LedgerEntry& entry : ledger.entries)
        if (entry.layer == layer && entry.item == item)
            return entry.bytes;
    return ~std::uint64_t{0};
}

} // namespace

class TestPlan : public QObject
{
    Q_OBJECT

private slots:
    void defaultScheduleIsPlanned();
    void bitsPerWeightAreWeightedByWeights();
    void layerThatAdmitsMoreKeepsItsOwnCode();
    void growingStageIsPlannedAsACurve();
    void defaultLedgerIsExact();
    void inputTableFollowsTheNormalization_data();
    void inputTableFollowsTheNormalization();
    void finalCodeIsTheOneOfTheLastStage();
    void impossibleValuesAreSurvived();
};

void TestPlan::defaultScheduleIsPlanned()
{
    const auto plan = planSchedule(defaultExperiment(), vectorShape(784));
    QCOMPARE(plan.size(), std::size_t{3});
    QCOMPARE(plan[0].label, std::string("float"));
    QCOMPARE(plan[1].label, std::string("(8,4)"));
    QCOMPARE(plan[2].label, std::string("(8,2)")); // all layers have the same code
    QCOMPARE(plan[0].firstEpoch, 0);
    for (std::size_t i = 1; i < plan.size(); ++i)
        QCOMPARE(plan[i].firstEpoch, plan[i - 1].firstEpoch + plan[i - 1].epochs);
    QCOMPARE(plan[2].firstEpoch + plan[2].epochs, totalEpochs(defaultExperiment().training));
    QCOMPARE(plan[0].bitsPerWeight, 32.0);
    QCOMPARE(plan[1].bitsPerWeight, 1.375); // 11 bits over 8 weights in every layer
    QCOMPARE(plan[2].bitsPerWeight, 1.0);
}

void TestPlan::bitsPerWeightAreWeightedByWeights()
{
    Experiment experiment = defaultExperiment();
    experiment.network.layers = {experiment.network.layers.front(), experiment.network.layers.back()};
    experiment.network.layers[0].outputs = 30;
    experiment.network.layers[1].outputs = 20;
    experiment.network.layers[1].code = {4, 2, CodeFamily::AtMostK}; // 6 bits over 4 weights
    const auto plan = planSchedule(experiment, vectorShape(100));
    // 100 x 30 weights at 1 bit, 30 x 20 at 1.5 bits
    QCOMPARE(plan.back().bitsPerWeight, (3000 * 1.0 + 600 * 1.5) / 3600);
}

void TestPlan::layerThatAdmitsMoreKeepsItsOwnCode()
{
    Experiment experiment = defaultExperiment();
    for (LayerSpec& layer : experiment.network.layers)
        layer.code = {8, 8, CodeFamily::AtMostK}; // 3^8 patterns: 13 bits over 8 weights
    QCOMPARE(planSchedule(experiment, vectorShape(784))[1].bitsPerWeight, 13.0 / 8.0);
}

void TestPlan::growingStageIsPlannedAsACurve()
{
    Experiment experiment = defaultExperiment();
    std::vector<Stage>& schedule = experiment.training.schedule;
    schedule = {{Stage::Kind::Float, {}, 4}, {Stage::Kind::Final, {}, 8, Growth::Cubic}};
    const PlannedStage afterFloat = planSchedule(experiment, vectorShape(784))[1];
    QCOMPARE(afterFloat.label, std::string("(8,2) cubic"));
    // From plain ternary, 13 bits over 8 weights, to 8; half-way 7/8 of the groups are held.
    QCOMPARE(afterFloat.bitsPerWeightAt(0.0), 13.0 / 8.0);
    QCOMPARE(afterFloat.bitsPerWeightAt(0.5), (13.0 + 7.0 * 8.0) / 8.0 / 8.0);
    QCOMPARE(afterFloat.bitsPerWeightAt(1.0), 1.0);

    schedule = {{Stage::Kind::Code, {8, 4}, 2}, {Stage::Kind::Final, {}, 8, Growth::Linear}};
    QCOMPARE(planSchedule(experiment, vectorShape(784))[1].bitsPerWeightAt(0.5),
             (1.375 + 1.0) / 2.0);   // from (8,4)
    schedule[0].code.groupSize = 16; // other groups: nothing to go on from
    QCOMPARE(planSchedule(experiment, vectorShape(784))[1].bitsPerWeightAt(0.0), 13.0 / 8.0);
    QCOMPARE(planSchedule(experiment, vectorShape(784))[0].bitsPerWeightAt(0.3), 1.0);
}

void TestPlan::defaultLedgerIsExact()
{
    const Ledger ledger = planLedger(defaultExperiment(), vectorShape(784));
    const std::uint64_t weights = 784 * 512 + 512 * 512 + 512 * 512 + 512 * 10;
    QCOMPARE(ledger.weights, weights);
    QCOMPARE(ledger.indexBytes, weights / 8);
    QCOMPARE(ledger.bitsPerWeight(), 1.0);
    QCOMPARE(bytesOf(ledger, "fc1", "indexes"), std::uint64_t{784 * 512 / 8});
    QCOMPARE(bytesOf(ledger, "fc1", "padding"), std::uint64_t{0});
    QCOMPARE(bytesOf(ledger, "out", "table"), std::uint64_t{129 * 8});
}

void TestPlan::inputTableFollowsTheNormalization_data()
{
    QTest::addColumn<WeightNormalization>("normalization");
    QTest::addColumn<quint64>("bytes");
    QTest::newRow("none") << WeightNormalization::None << quint64{512};
    QTest::newRow("layer") << WeightNormalization::Layer << quint64{512};
    QTest::newRow("row") << WeightNormalization::Row << quint64{512};
    QTest::newRow("column: a table per input") << WeightNormalization::Column << quint64{512 * 784};
}

void TestPlan::inputTableFollowsTheNormalization()
{
    QFETCH(WeightNormalization, normalization);
    QFETCH(quint64, bytes);
    Experiment experiment = defaultExperiment();
    experiment.quantizer.firstLayer = normalization;
    QCOMPARE(quint64{bytesOf(planLedger(experiment, vectorShape(784)), "input", "input table")}, bytes);
}

void TestPlan::finalCodeIsTheOneOfTheLastStage()
{
    Experiment experiment = defaultExperiment();
    const LayerSpec& layer = experiment.network.layers.front();
    QVERIFY(finalCode(experiment, layer) == (Code{8, 2, CodeFamily::AtMostK}));
    experiment.training.schedule.pop_back(); // now ends under (8,4)
    QVERIFY(finalCode(experiment, layer) == (Code{8, 4, CodeFamily::AtMostK}));
    QCOMPARE(planLedger(experiment, vectorShape(784)).bitsPerWeight(),
             planSchedule(experiment, vectorShape(784)).back().bitsPerWeight);
    experiment.training.schedule.pop_back(); // now float only
    QVERIFY(finalCode(experiment, layer) == (Code{8, 2, CodeFamily::AtMostK}));
}

void TestPlan::impossibleValuesAreSurvived()
{
    for (const int bad : {0, -1, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
        Experiment experiment = defaultExperiment();
        experiment.network.layers[1].outputs = bad;
        experiment.training.schedule[1].epochs = bad;
        QCOMPARE(planLedger(experiment, vectorShape(784)).weights, std::uint64_t{0});
        const auto plan = planSchedule(experiment, vectorShape(784));
        QVERIFY(std::isnan(plan[2].bitsPerWeight));
        QCOMPARE(plan[1].epochs, 0);

        experiment = defaultExperiment();
        experiment.network.layers[1].code.groupSize = bad;
        QCOMPARE(planLedger(experiment, vectorShape(784)).weights, std::uint64_t{0});
        QVERIFY(std::isnan(planSchedule(experiment, vectorShape(784))[2].bitsPerWeight));

        experiment = defaultExperiment();
        experiment.training.schedule.pop_back();
        experiment.training.schedule[1].code.groupSize = bad;
        QCOMPARE(planLedger(experiment, vectorShape(784)).weights, std::uint64_t{0});
        QVERIFY(std::isnan(planSchedule(experiment, vectorShape(784))[1].bitsPerWeight));
    }
    QCOMPARE(planLedger(defaultExperiment(), vectorShape(-5)).weights, std::uint64_t{0});
    Experiment empty;
    QCOMPARE(planLedger(empty, vectorShape(784)).totalBytes, std::uint64_t{0});
    QVERIFY(planSchedule(empty, vectorShape(784)).empty());
}

QTEST_GUILESS_MAIN(TestPlan)
#include "tst_plan.moc"
