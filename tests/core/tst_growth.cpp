#include "core/training/growth.h"

#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

constexpr std::int64_t stepsPerEpoch = 100;

TrainingSpec growing(Growth growth, int epochs)
{
    TrainingSpec spec;
    spec.schedule = {
        {Stage::Kind::Float, {}, 2}, {Stage::Kind::Final, {}, epochs, growth}, {Stage::Kind::Final, {}, 1}};
    return spec;
}

LayerSpec layerWith(const Code& code)
{
    LayerSpec layer;
    layer.code = code;
    return layer;
}

} // namespace

class TestGrowth : public QObject
{
    Q_OBJECT

private slots:
    void curvesGoFromNothingToAll_data();
    void curvesGoFromNothingToAll();
    void curvesAtKnownPoints();
    void shareOfAMiniBatch();
    void shortEpochsGrowToTheEnd();
    void looseCodes_data();
    void looseCodes();
};

void TestGrowth::curvesGoFromNothingToAll_data()
{
    QTest::addColumn<Growth>("growth");
    QTest::newRow("linear") << Growth::Linear;
    QTest::newRow("cubic") << Growth::Cubic;
    QTest::newRow("exponential") << Growth::Exponential;
}

void TestGrowth::curvesGoFromNothingToAll()
{
    QFETCH(Growth, growth);
    QCOMPARE(growthShare(growth, 0.0), 0.0);
    QCOMPARE(growthShare(growth, 1.0), 1.0);
    for (int i = 1; i <= 100; ++i)
        QVERIFY(growthShare(growth, i / 100.0) > growthShare(growth, (i - 1) / 100.0));
}

void TestGrowth::curvesAtKnownPoints()
{
    QCOMPARE(growthShare(Growth::AtOnce, 0.0), 1.0);
    QCOMPARE(growthShare(Growth::Linear, 0.25), 0.25);
    QCOMPARE(growthShare(Growth::Cubic, 0.5), 0.875);
    QVERIFY(std::abs(growthShare(Growth::Exponential, 0.5) - 0.9 / 0.99) < 1e-15); // a tenth is left, of 1 %
}

void TestGrowth::shareOfAMiniBatch()
{
    const TrainingSpec spec = growing(Growth::Linear, 4);
    QCOMPARE(heldShare(spec, 0, stepsPerEpoch), 1.0); // float: nothing to hold
    // 16 steps an epoch, so every 7th mini-batch of 100.
    QCOMPARE(heldShare(spec, 200, stepsPerEpoch), 7.0 / 400.0);
    QCOMPARE(heldShare(spec, 206, stepsPerEpoch), 7.0 / 400.0);
    QCOMPARE(heldShare(spec, 207, stepsPerEpoch), 14.0 / 400.0);
    QCOMPARE(heldShare(spec, 599, stepsPerEpoch), 1.0);
    QCOMPARE(heldShare(spec, 600, stepsPerEpoch), 1.0); // the next stage
    for (std::int64_t step = 201; step < 700; ++step)
        QVERIFY(heldShare(spec, step, stepsPerEpoch) >= heldShare(spec, step - 1, stepsPerEpoch));
}

void TestGrowth::shortEpochsGrowToTheEnd()
{
    const TrainingSpec spec = growing(Growth::Cubic, 1);
    QCOMPARE(heldShare(spec, 2, 1), 1.0); // one mini-batch in all
    QCOMPARE(heldShare(spec, 6, 3), growthShare(Growth::Cubic, 1.0 / 3.0));
    QCOMPARE(heldShare(spec, 8, 3), 1.0);
}

void TestGrowth::looseCodes_data()
{
    QTest::addColumn<Code>("before");
    QTest::addColumn<Code>("tight");
    QTest::addColumn<Code>("loose");
    QTest::newRow("a code that admits more") << Code{8, 4} << Code{8, 2} << Code{8, 4};
    QTest::newRow("trimmed after at-most") << Code{8, 4} << Code{8, 2, CodeFamily::Trimmed} << Code{8, 4};
    QTest::newRow("at-most after trimmed: zero is new")
        << Code{8, 4, CodeFamily::Trimmed} << Code{8, 2} << Code{8, 8};
    QTest::newRow("exactly admits too few") << Code{8, 4, CodeFamily::ExactlyK} << Code{8, 2} << Code{8, 8};
    QTest::newRow("other groups") << Code{4, 2} << Code{8, 2} << Code{8, 8};
    QTest::newRow("the largest table that is allowed") << Code{8, 4} << Code{16, 2} << Code{16, 6};
}

void TestGrowth::looseCodes()
{
    QFETCH(Code, before);
    QFETCH(Code, tight);
    QFETCH(Code, loose);
    const LayerSpec layer = layerWith(tight);
    TrainingSpec spec;
    spec.schedule = {{Stage::Kind::Code, before, 1}, {Stage::Kind::Code, tight, 1, Growth::Cubic}};
    QVERIFY(!looseCode(spec, 0, layer));
    const auto found = looseCode(spec, 1, layer);
    QVERIFY(found.has_value());
    QCOMPARE(toString(*found), toString(loose));
    QVERIFY(!codeProblem(*found));
}

QTEST_GUILESS_MAIN(TestGrowth)
#include "tst_growth.moc"
