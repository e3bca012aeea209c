#include "core/training/learning_rate.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace ternbench;

namespace {

constexpr std::int64_t stepsPerEpoch = 10;
constexpr double tolerance = 1e-15; // a few roundings of values around 1

/// Four float epochs and six coded ones.
TrainingSpec training(RateSchedule schedule, RateRestart restart)
{
    TrainingSpec spec;
    spec.optimizer.learningRate = 0.5;
    spec.rate = {schedule, 0.02, 3, 0.1, restart};
    spec.schedule = {
        {Stage::Kind::Float, {}, 4}, {Stage::Kind::Code, {8, 4}, 2}, {Stage::Kind::Final, {}, 4}};
    return spec;
}

double cosine(double progress)
{
    return 0.5 * (0.02 + 0.98 * 0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
}

bool near(double a, double b)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class TestLearningRate : public QObject
{
    Q_OBJECT

private slots:
    void constant();
    void steps();
    void cosineOverTheWholeRun();
    void cosineRestartsAtCoding();
    void cosineRestartsAtEveryStage();
    void oneKindOfStageHasOneCourse();
};

void TestLearningRate::constant()
{
    const TrainingSpec spec = training(RateSchedule::Constant, RateRestart::AtCoding);
    for (std::int64_t step = 0; step < 100; ++step)
        QVERIFY(learningRate(spec, step, stepsPerEpoch) == 0.5);
}

void TestLearningRate::steps()
{
    const TrainingSpec spec = training(RateSchedule::Step, RateRestart::Never);
    QVERIFY(near(learningRate(spec, 0, stepsPerEpoch), 0.5));
    QVERIFY(near(learningRate(spec, 29, stepsPerEpoch), 0.5)); // the last step of the third epoch
    QVERIFY(near(learningRate(spec, 30, stepsPerEpoch), 0.05));
    QVERIFY(near(learningRate(spec, 99, stepsPerEpoch), 0.0005));
    const TrainingSpec restarted = training(RateSchedule::Step, RateRestart::AtCoding);
    QVERIFY(near(learningRate(restarted, 39, stepsPerEpoch), 0.05));
    QVERIFY(near(learningRate(restarted, 40, stepsPerEpoch), 0.5)); // coding begins
    QVERIFY(near(learningRate(restarted, 70, stepsPerEpoch), 0.05));
}

void TestLearningRate::cosineOverTheWholeRun()
{
    const TrainingSpec spec = training(RateSchedule::Cosine, RateRestart::Never);
    for (const std::int64_t step : {0, 1, 39, 40, 50, 99, 100})
        QVERIFY(near(learningRate(spec, step, stepsPerEpoch), cosine(double(step) / 100.0)));
    QVERIFY(near(learningRate(spec, 0, stepsPerEpoch), 0.5));
    QVERIFY(near(learningRate(spec, 100, stepsPerEpoch), 0.01)); // 2 % of the full rate
    for (std::int64_t step = 1; step < 100; ++step)
        QVERIFY(learningRate(spec, step, stepsPerEpoch) < learningRate(spec, step - 1, stepsPerEpoch));
}

void TestLearningRate::cosineRestartsAtCoding()
{
    const TrainingSpec spec = training(RateSchedule::Cosine, RateRestart::AtCoding);
    QVERIFY(near(learningRate(spec, 0, stepsPerEpoch), 0.5));
    QVERIFY(near(learningRate(spec, 20, stepsPerEpoch), cosine(0.5)));
    QVERIFY(near(learningRate(spec, 39, stepsPerEpoch), cosine(39.0 / 40.0)));
    QVERIFY(near(learningRate(spec, 40, stepsPerEpoch), 0.5));
    QVERIFY(near(learningRate(spec, 60, stepsPerEpoch), cosine(20.0 / 60.0))); // no restart at the next code
    QVERIFY(near(learningRate(spec, 99, stepsPerEpoch), cosine(59.0 / 60.0)));
}

void TestLearningRate::cosineRestartsAtEveryStage()
{
    const TrainingSpec spec = training(RateSchedule::Cosine, RateRestart::EveryStage);
    QVERIFY(near(learningRate(spec, 39, stepsPerEpoch), cosine(39.0 / 40.0)));
    QVERIFY(near(learningRate(spec, 40, stepsPerEpoch), 0.5));
    QVERIFY(near(learningRate(spec, 59, stepsPerEpoch), cosine(19.0 / 20.0)));
    QVERIFY(near(learningRate(spec, 60, stepsPerEpoch), 0.5));
    QVERIFY(near(learningRate(spec, 80, stepsPerEpoch), cosine(0.5)));
    const TrainingSpec steps = training(RateSchedule::Step, RateRestart::EveryStage);
    QVERIFY(near(learningRate(steps, 30, stepsPerEpoch), 0.05)); // the fourth epoch of the first stage
    QVERIFY(near(learningRate(steps, 59, stepsPerEpoch), 0.5));
}

void TestLearningRate::oneKindOfStageHasOneCourse()
{
    TrainingSpec spec = training(RateSchedule::Cosine, RateRestart::AtCoding);
    spec.schedule = {{Stage::Kind::Float, {}, 10}};
    QVERIFY(near(learningRate(spec, 50, stepsPerEpoch), cosine(0.5)));
    spec.schedule = {{Stage::Kind::Code, {8, 8}, 4}, {Stage::Kind::Final, {}, 6}};
    QVERIFY(near(learningRate(spec, 50, stepsPerEpoch), cosine(0.5)));
}

QTEST_GUILESS_MAIN(TestLearningRate)
#include "tst_learning_rate.moc"
