#include "core/hardware/cost_model.h"
#include "core/packed/coding_comparison.h"
#include "core/packed/index_faults.h"
#include "core/packed/ledger.h"
#include "tests/core/random_network.h"
#include "tests/core/small_design.h"

#include <QTest>

#include <cmath>

using namespace ternbench;

/// Bytes, operations and faults of layers that have 8-bit weights or floats.
class TestMixedCosts : public QObject
{
    Q_OBJECT

private slots:
    void everyByteIsInTheLedger();
    void otherCodingsKeepEightBits();
    void multiplicationsAreCounted();
    void flippedBitsAreStudied();
};

void TestMixedCosts::everyByteIsInTheLedger()
{
    LayerShape shape{"fc1", 3, Grouping::linear(10), floatWeights};
    const auto entry = [&](const std::string& item) -> std::int64_t {
        for (const LedgerEntry& each : makeLedger({shape}, 512).entries)
            if (each.layer == "fc1" && each.item == item)
                return std::int64_t(each.bytes);
        return -1;
    };
    QCOMPARE(entry("float weights"), 120);
    QCOMPARE(entry("table"), -1);
    QCOMPARE(makeLedger({shape}, 512).bitsPerWeight(), 32.0);
    shape.code = eightBitWeights;
    QCOMPARE(entry("8-bit weights"), 30);
    QCOMPARE(entry("table"), 255);
    QCOMPARE(entry("indexes"), -1);
    QCOMPARE(makeLedger({shape}, 512).bitsPerWeight(), 8.0);
}

void TestMixedCosts::otherCodingsKeepEightBits()
{
    Random random(3, 1);
    const IntegerNetwork network = test::randomNetwork(test::randomInputTable(20, false, 0, 255, random),
                                                       {{6, eightBitWeights, 8}, {4, {4, 2}, 8}}, random);
    const CodingComparison comparison = compareCodings(network);
    const LayerCodings& first = comparison.layers[0];
    QCOMPARE(first.sizes.size(), comparison.layers[1].sizes.size());
    QCOMPARE(first.of(CodingKind::Indexes).bytes, std::uint64_t{120});
    QCOMPARE(first.of(CodingKind::IndexesAndTable).bytes, std::uint64_t{120 + 255});
    QCOMPARE(first.of(CodingKind::Float32).bytes, std::uint64_t{480});
    for (const CodingKind kind :
         {CodingKind::TwoBit, CodingKind::FiveTrits, CodingKind::Csr, CodingKind::RunLength}) {
        QCOMPARE(first.of(kind).bytes, std::uint64_t{120});
        QVERIFY(!first.of(kind).representable);
        QVERIFY(!comparison.total.of(kind).representable);
    }
    std::map<int, double> counts;
    for (const std::int8_t t : network.layers[0].weights)
        counts[t] += 1.0;
    double bits = 0.0;
    for (const auto& [value, count] : counts)
        bits -= count * std::log2(count / 120.0);
    QCOMPARE(first.of(CodingKind::WeightEntropy).bits, std::uint64_t(std::ceil(bits)));
    QCOMPARE(first.nonZeros, std::uint64_t(std::ranges::count_if(network.layers[0].weights,
                                                                 [](std::int8_t t) { return t != 0; })));
}

void TestMixedCosts::multiplicationsAreCounted()
{
    Random random(3, 1);
    const IntegerNetwork network = test::randomNetwork(test::randomInputTable(20, false, 0, 255, random),
                                                       {{6, eightBitWeights, 8}, {4, {4, 2}, 8}}, random);
    const DesignPoint design = small::design(); // 2 lanes, 4 rows
    const DatapathCost coded = costOf(network, design, Datapath::Coded);
    QCOMPARE(coded.parts[1].weightMultiplications, 120);
    QCOMPARE(coded.parts[1].additions, 120 + 6);
    QCOMPARE(coded.parts[1].weightBits, 120 * 8);
    QCOMPARE(coded.parts[1].tableBits, 0);
    QCOMPARE(coded.parts[1].cycles.cycles, 10 * 2 + layerLatency); // 20 weights by 2 lanes, 6 rows by 4
    QCOMPARE(coded.parts[2].weightMultiplications, 0);
    QCOMPARE(coded.multipliers, 2 * 4);
    QCOMPARE(costOf(network, design, Datapath::DenseTernary).parts[1].weightBits, 120 * 8);
    QCOMPARE(costOf(network, design, Datapath::DenseFloat32).parts[1].weightBits, 120 * 32);
    QCOMPARE(notInRtl(network.layers[0]), std::string("has 8-bit weights, which the RTL does not have"));
    QVERIFY(notInRtl(network.layers[1]).empty());
}

void TestMixedCosts::flippedBitsAreStudied()
{
    Random random(3, 1);
    const IntegerNetwork network = test::randomNetwork(test::randomInputTable(4, false, 0, 255, random),
                                                       {{2, eightBitWeights, 8}}, random);
    const IndexBits bits(network);
    FaultDamage damage;
    IntegerNetwork faulty = bits.flip({0}, damage);
    QCOMPARE(damage.hitGroups, std::uint64_t{1});
    QCOMPARE(std::abs(faulty.layers[0].weights[0] - network.layers[0].weights[0]), 1); // the lowest bit
    QCOMPARE(faulty.layers[0].weights[1], network.layers[0].weights[1]);
}

QTEST_GUILESS_MAIN(TestMixedCosts)
#include "tst_mixed_costs.moc"
