#include "core/error.h"
#include "core/hardware/accumulator.h"
#include "core/hardware/energy.h"
#include "core/hardware/figures.h"
#include "core/hardware/report.h"
#include "tests/core/small_design.h"
#include "tests/core/small_packed.h"
#include "tests/refusal_text.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace ternbench;
using test::refusalOf;

namespace {

/// 20 inputs of 0..255, 5 rows of (8,2), 3 rows of (4,1); each group holds one +1 at its first position.
IntegerNetwork handNetwork()
{
    IntegerNetwork network;
    network.input.inputs = 20;
    for (int byte = 0; byte < 256; ++byte)
        network.input.values.push_back(std::int16_t(byte));
    const auto add = [&](const char* name, int rows, int fanIn, Code code) {
        IntegerLayer layer;
        layer.name = name;
        layer.rows = rows;
        layer.fanIn = fanIn;
        layer.code = code;
        layer.weights.assign(std::size_t(rows) * std::size_t(fanIn), 0);
        for (int row = 0; row < rows; ++row)
            for (int j = 0; j < fanIn; j += code.groupSize)
                layer.weights[std::size_t(row * fanIn + j)] = 1;
        layer.multiplier.assign(std::size_t(rows), 3);
        layer.offset.assign(std::size_t(rows), 0);
        layer.shift.assign(std::size_t(rows), 4);
        layer.activationBits = 4;
        network.layers.push_back(layer);
    };
    add("a", 5, 20, {8, 2});
    add("b", 3, 5, {4, 1});
    setAccumulatorBits(network);
    return network;
}

DatapathCost handCost(Datapath datapath, const DesignPoint& design = small::design())
{
    return costOf(handNetwork(), design, datapath);
}

} // namespace

class TestHardwareReport : public QObject
{
    Q_OBJECT

private slots:
    void countsByHand();
    void energyByHand();
    void memoryByHand();
    void denseByHand();
    void partsAddUp_data();
    void partsAddUp();
    void weightsThatDoNotFitStream();
    void powersOfTwoNeedNoMultiplier();
    void logicHasNoTableMemory();
    void accumulatorReasonIsTrue();
    void constantsAreThePublishedOnes();
    void figuresHaveNamesAndUnits();
    void simulatedCyclesReplaceEstimates();
    void balancedGroupingCannotHaveBeenSimulated();
    void activationBitsAreStoredAndRead();
    void fewerBitsThanTrainedAreSaid();
    void impossibleDesignsAreRefused();
};

void TestHardwareReport::countsByHand()
{
    const DatapathCost cost = handCost(Datapath::Coded);
    QCOMPARE(cost.parts.size(), std::size_t{4}); // input, a, b, argmax
    const PartCost& a = cost.parts[1];
    // 3 groups a row in 2 steps of 2 lanes; 5 rows in 2 blocks of 4
    QCOMPARE(a.cycles.name, std::string("a"));
    QCOMPARE(a.weightBits, 5 * 3 * 8);
    QCOMPARE(a.weightBitsFetched, 2 * 2 * (2 * 4 * 8));
    QCOMPARE(a.activationBits, 8);
    QCOMPARE(a.activationReads, 2 * 2 * (2 * 8));
    QCOMPARE(a.activationWrites, 5);
    QCOMPARE(a.additions, 5 * 3 * 2 + 5);
    QCOMPARE(a.usefulAdditions, 5 * 3 + 5);
    QCOMPARE(a.weightMultiplications, 0);
    QCOMPARE(a.requantMultiplications, 5);
    QCOMPARE(a.accumulatorBits, 11);          // 3 · 255 = 765
    QCOMPARE(a.tableBits, 129 * 2 * (3 + 2)); // a position of 3 bits, a sign, in use
    QCOMPARE(a.tableCopies, 8);
    QCOMPARE(a.cycles.cycles, 2 * 2 + layerLatency);
    QCOMPARE(a.transferCycles, 0);
    QCOMPARE(a.boundCycles, a.cycles.cycles);
    const PartCost& b = cost.parts[2];
    QCOMPARE(b.activationBits, 4);
    QCOMPARE(b.weightBits, 3 * 2 * 4);
    QCOMPARE(b.additions, 3 * 2 * 1 + 3);
    QCOMPARE(cost.parts[3].additions, 3); // comparisons
    QCOMPARE(cost.parts[0].activationWrites, 20);
    QCOMPARE(cost.adders, 2 * 4 * (2 + 1)); // of both layers
    QCOMPARE(cost.multipliers, 0);
    QCOMPARE(cost.microseconds(small::design()), double(cost.total.cycles.cycles) / 100.0);
}

void TestHardwareReport::energyByHand()
{
    const DatapathCost cost = handCost(Datapath::Coded);
    const EnergyBreakdown& a = cost.parts[1].energy;
    const double bit = 10.0 / 64.0; // every memory here is below 8 kB
    QCOMPARE(a.weights, 256 * bit);
    QCOMPARE(a.table, 15 * 10 * bit);
    QCOMPARE(a.activations, (64 * 8 + 5 * 4) * bit);
    QCOMPARE(a.additions, 30 * 0.1 * 11 / 32 + 5 * 0.1 * 64 / 32);
    QCOMPARE(a.multiplications, 5 * 3.1 * 11 * 16 / 1024);
    QCOMPARE(a.offChip, 0.0);
    QCOMPARE(a.total(), a.weights + a.table + a.activations + a.additions + a.multiplications);
    QCOMPARE(cost.parts[0].energy.offChip, 20 * 8 * 1300.0 / 64.0); // the image
    QCOMPARE(cost.parts[0].energy.activations, 20 * 8 * 2 * bit);
    QCOMPARE(cost.parts[2].energy.activations, (2 * 4 * 1 * 4 + 3 * 64) * bit); // scores of 64 bits
}

void TestHardwareReport::memoryByHand()
{
    const MemoryNeed need = handCost(Datapath::Coded).memory;
    QCOMPARE(need.weights, 15 + 3);
    QCOMPARE(need.tables, 8 * 1290 / 8 + 8 * (9 * (2 + 2)) / 8);
    QCOMPARE(need.parameters, (5 * 86 + 7) / 8 + (3 * 86 + 7) / 8); // 16 + 64 + 6 bits a row
    QCOMPARE(need.activations, 2 * 20);
    QCOMPARE(need.inputTable, 256);
    QVERIFY(handCost(Datapath::Coded).fitsOnChip);
}

void TestHardwareReport::denseByHand()
{
    const DatapathCost ternary = handCost(Datapath::DenseTernary), bytes = handCost(Datapath::DenseInt8),
                       floats = handCost(Datapath::DenseFloat32);
    for (const DatapathCost* cost : {&ternary, &bytes, &floats}) {
        QCOMPARE(cost->total.cycles.cycles, handCost(Datapath::Coded).total.cycles.cycles);
        QCOMPARE(cost->parts[1].additions, 5 * 20 + 5);
        QCOMPARE(cost->parts[1].tableBits, 0);
        QCOMPARE(cost->parts[1].energy.table, 0.0);
        QCOMPARE(cost->adders, 2 * 4 * (8 + 4));
    }
    QCOMPARE(ternary.parts[1].weightBitsFetched, 4 * 8 * 8 * 2);
    QCOMPARE(ternary.parts[1].weightMultiplications, 0);
    QCOMPARE(ternary.multipliers, 0);
    QCOMPARE(bytes.parts[1].weightBitsFetched, 4 * 8 * 8 * 8);
    QCOMPARE(bytes.parts[1].weightMultiplications, 100);
    QCOMPARE(bytes.parts[1].energy.multiplications, 100 * 0.2 + 5 * 3.1 * 32 * 16 / 1024);
    QCOMPARE(bytes.multipliers, 2 * 4 * (8 + 4));
    QCOMPARE(floats.parts[1].weightBits, 5 * 3 * 8 * 32);
    QCOMPARE(floats.parts[1].energy.multiplications, 105 * 3.7);
    QCOMPARE(floats.parts[1].energy.additions, 100 * 0.9 + 5 * 0.9);
    QCOMPARE(floats.parts[1].activationBits, 32);
}

void TestHardwareReport::partsAddUp_data()
{
    QTest::addColumn<int>("datapath");
    for (int i = 0; i < datapathCount; ++i)
        QTest::newRow(std::string(datapathName(Datapath(i))).c_str()) << i;
}

void TestHardwareReport::partsAddUp()
{
    QFETCH(int, datapath);
    const IntegerNetwork network = small::packedNetwork().network;
    const DatapathCost cost = costOf(network, small::design(), Datapath(datapath));
    const std::set<std::string_view> notSums{"activation_bits", "accumulator_bits", "utilisation"};
    for (const PartFigure& figure : partFigures()) {
        if (notSums.contains(figure.key))
            continue;
        double sum = 0.0;
        for (const PartCost& part : cost.parts)
            sum += figure.value(part);
        const double total = figure.value(cost.total);
        // A sum of 5 parts, in another order at most: 4 roundings.
        const double tolerance = figure.whole ? 0.0 : 4 * 2.3e-16 * total;
        QVERIFY2(std::abs(total - sum) <= tolerance, std::string(figure.key).c_str());
    }
    QVERIFY(cost.total.cycles.utilisation > 0.0 && cost.total.cycles.utilisation < 1.0);
}

void TestHardwareReport::weightsThatDoNotFitStream()
{
    DesignPoint design = small::design();
    design.onChipBytes = handCost(Datapath::Coded).memory.total();
    QVERIFY(handCost(Datapath::Coded, design).fitsOnChip); // to the byte
    --design.onChipBytes;
    const DatapathCost cost = handCost(Datapath::Coded, design);
    QVERIFY(!cost.fitsOnChip);
    const PartCost& a = cost.parts[1];
    QCOMPARE(a.transferCycles, 120 / 8);
    QCOMPARE(a.cycles.cycles, 4 + layerLatency);
    QCOMPARE(a.boundCycles, 15);
    QCOMPARE(a.energy.offChip, 120 * 1300.0 / 64.0);
    QCOMPARE(cost.parts[2].boundCycles, cost.parts[2].cycles.cycles); // 3 cycles of transfer hide
    QVERIFY(cost.microseconds(design) > handCost(Datapath::Coded).microseconds(small::design()));
}

void TestHardwareReport::powersOfTwoNeedNoMultiplier()
{
    IntegerNetwork network = handNetwork();
    network.layers[0].multiplier = {1, -2, 0, 16384, -32768};
    const DatapathCost cost = costOf(network, small::design(), Datapath::Coded);
    QCOMPARE(cost.parts[1].requantMultiplications, 0);
    QCOMPARE(cost.parts[1].energy.multiplications, 0.0);
    QCOMPARE(cost.parts[2].requantMultiplications, 3);
}

void TestHardwareReport::logicHasNoTableMemory()
{
    DesignPoint design = small::design();
    design.table = DesignPoint::Table::Logic;
    const DatapathCost cost = handCost(Datapath::Coded, design);
    QCOMPARE(cost.memory.tables, 0);
    QCOMPARE(cost.parts[1].energy.table, 15 * 0.03);
}

void TestHardwareReport::accumulatorReasonIsTrue()
{
    const IntegerNetwork network = handNetwork();
    const auto ranges = inputRanges(network);
    QCOMPARE(ranges.size(), std::size_t{2});
    QCOMPARE(ranges[0].bits(), 8);
    QCOMPARE(ranges[1].bits(), 4);
    const std::string reason = accumulatorReason(network.layers[0], ranges[0]);
    QVERIFY2(reason.find("row 0 can reach 0..765") != std::string::npos, reason.c_str());
    QVERIFY2(reason.find("11 bits") != std::string::npos, reason.c_str());
    const InputRange signedRange{{-128, -3}, {127, 5}};
    QCOMPARE(signedRange.bits(), 8);
    QCOMPARE((InputRange{{-129}, {3}}).bits(), 9);
    QCOMPARE((InputRange{{-1}, {255}}).bits(), 9);
    QCOMPARE((InputRange{{0}, {0}}).bits(), 1);
}

void TestHardwareReport::constantsAreThePublishedOnes()
{
    const std::map<std::string_view, double> published{
        {"int_add_8", 0.03},   {"int_add_32", 0.1},        {"int_multiply_8", 0.2}, {"int_multiply_32", 3.1},
        {"float_add_32", 0.9}, {"float_multiply_32", 3.7}, {"memory_8k", 10.0},     {"memory_32k", 20.0},
        {"memory_1m", 100.0},  {"off_chip", 1300.0}};
    QCOMPARE(energyConstants().size(), published.size());
    for (const EnergyConstant& constant : energyConstants())
        QCOMPARE(constant.picojoules, published.at(constant.key));
    QCOMPARE(memoryPicojoulesPerBit(8192), 10.0 / 64);
    QCOMPARE(memoryPicojoulesPerBit(8193), 20.0 / 64);
    QCOMPARE(memoryPicojoulesPerBit(32769), 100.0 / 64);
}

void TestHardwareReport::figuresHaveNamesAndUnits()
{
    std::set<std::string_view> keys;
    for (const PartFigure& figure : partFigures()) {
        QVERIFY(!figure.title.empty() && !figure.unit.empty() && !figure.meaning.empty());
        QVERIFY(keys.insert(figure.key).second);
    }
    for (const DatapathFigure& figure : datapathFigures()) {
        QVERIFY(!figure.title.empty() && !figure.unit.empty() && !figure.meaning.empty());
        QVERIFY(keys.insert(figure.key).second); // they lie beside one another in a file
    }
}

void TestHardwareReport::balancedGroupingCannotHaveBeenSimulated()
{
    IntegerNetwork network = handNetwork();
    network.layers[1].permutation = {4, 3, 2, 1, 0};
    const HardwareEvidence evidence{{"make icarus", 3, {{"a", 11}}}, {}};
    const std::string refusal = refusalOf([&] { makeReport(network, small::design(), evidence); });
    QVERIFY2(refusal.find("layer 'b' has a permutation of its inputs (balanced grouping), which the RTL does "
                          "not have") != std::string::npos,
             refusal.c_str());
    const HardwareReport report = makeReport(network, small::design());
    QVERIFY(!report.notInRtl().empty());
    QVERIFY(std::ranges::any_of(
        report.assumptions, [](const std::string& text) { return text.starts_with("Balanced grouping"); }));
    QVERIFY(makeReport(handNetwork(), small::design()).notInRtl().empty());
}

void TestHardwareReport::simulatedCyclesReplaceEstimates()
{
    const HardwareReport estimated = makeReport(handNetwork(), small::design());
    QCOMPARE(estimated.basisOf(Datapath::Coded, "cycles", "a"), Basis::Estimated);
    const auto cyclesOfPart = [&](std::size_t i) { return estimated.of(Datapath::Coded).parts[i].cycles; };

    HardwareEvidence evidence;
    for (std::size_t i = 0; i < 4; ++i)
        evidence.simulation.parts.push_back({cyclesOfPart(i).name, cyclesOfPart(i).cycles});
    const HardwareReport agreeing = makeReport(handNetwork(), small::design(), evidence);
    QVERIFY(agreeing.disagreements.empty());
    for (const char* part : {"input", "a", "b", "argmax", "total"})
        QCOMPARE(agreeing.basisOf(Datapath::Coded, "cycles", part), Basis::Simulated);
    QCOMPARE(agreeing.basisOf(Datapath::Coded, "energy", "a"), Basis::Estimated);
    QCOMPARE(agreeing.basisOf(Datapath::DenseInt8, "cycles", "a"), Basis::Estimated);

    evidence.simulation.parts.pop_back();
    evidence.simulation.parts[1].cycles += 2;
    const HardwareReport other = makeReport(handNetwork(), small::design(), evidence);
    QCOMPARE(other.disagreements.size(), std::size_t{1});
    QVERIFY(other.disagreements[0].starts_with("a: 13 cycles were simulated, the model says 11"));
    QCOMPARE(other.of(Datapath::Coded).total.cycles.cycles,
             estimated.of(Datapath::Coded).total.cycles.cycles + 2);
    QCOMPARE(other.basisOf(Datapath::Coded, "cycles", "total"), Basis::Estimated); // argmax is missing

    const std::int64_t total = estimated.of(Datapath::Coded).total.cycles.cycles;
    HardwareEvidence whole;
    whole.simulation.parts = {{"total", total}};
    const HardwareReport wholeRun = makeReport(handNetwork(), small::design(), whole);
    QVERIFY(wholeRun.disagreements.empty());
    QCOMPARE(wholeRun.basisOf(Datapath::Coded, "cycles", "total"), Basis::Simulated);
    QCOMPARE(wholeRun.basisOf(Datapath::Coded, "cycles", "a"), Basis::Estimated);
    whole.simulation.parts = {{"total", total + 1}};
    QCOMPARE(makeReport(handNetwork(), small::design(), whole).disagreements.size(), std::size_t{1});
    QCOMPARE(makeReport(handNetwork(), small::design(), whole).of(Datapath::Coded).total.boundCycles,
             total + 1);

    // A part that disagrees beside a total that does not: the model's total is what it says.
    evidence.simulation.parts = {{"a", 13}, {"total", total}};
    QCOMPARE(makeReport(handNetwork(), small::design(), evidence).disagreements.size(), std::size_t{1});

    evidence.simulation.parts.push_back({"c", 5});
    const std::string refusal = refusalOf([&] { makeReport(handNetwork(), small::design(), evidence); });
    QVERIFY2(refusal.find("'c' is not allowed: must be one of input, a, b, argmax") != std::string::npos,
             refusal.c_str());
}

void TestHardwareReport::activationBitsAreStoredAndRead()
{
    DesignPoint design = small::design();
    design.activationBits = 6; // of what a gives: 4 bits
    const DatapathCost own = handCost(Datapath::Coded), cost = handCost(Datapath::Coded, design);
    const double bit = 10.0 / 64.0;
    QCOMPARE(cost.parts[1].activationBits, 8); // the input's
    QCOMPARE(cost.parts[2].activationBits, 6);
    QCOMPARE(cost.parts[1].energy.activations, (64 * 8 + 5 * 6) * bit);
    QCOMPARE(cost.parts[2].energy.activations, (2 * 4 * 1 * 6 + 3 * 64) * bit);
    for (std::size_t part = 0; part < own.parts.size(); ++part) {
        QCOMPARE(cost.parts[part].cycles.cycles, own.parts[part].cycles.cycles);
        QCOMPARE(cost.parts[part].accumulatorBits, own.parts[part].accumulatorBits);
        QCOMPARE(cost.parts[part].energy.additions, own.parts[part].energy.additions);
        QCOMPARE(cost.parts[part].activationReads, own.parts[part].activationReads);
    }
    const IntegerNetwork network = small::packedNetwork().network; // 121 inputs, then 131 outputs
    const auto buffers = [&](int bits) {
        design.activationBits = bits;
        return costOf(network, design, Datapath::Coded).memory.activations;
    };
    QCOMPARE(buffers(16), 2 * 131 * 2);
    QCOMPARE(buffers(2), 2 * ((121 * inputRanges(network)[0].bits() + 7) / 8));
    design.activationBits = 2;
    QCOMPARE(handCost(Datapath::DenseInt8, design).parts[2].activationBits, 2);
    QCOMPARE(handCost(Datapath::DenseFloat32, design).parts[2].activationBits, 32);
}

void TestHardwareReport::fewerBitsThanTrainedAreSaid()
{
    const auto sentence = [](std::optional<int> bits, std::string_view text) {
        DesignPoint design = small::design();
        design.activationBits = bits;
        for (const std::string& assumption : makeReport(handNetwork(), design).assumptions)
            if (assumption.find(text) != std::string::npos)
                return assumption;
        return std::string();
    };
    QVERIFY(!sentence(std::nullopt, "their widths are the network's own").empty());
    QVERIFY(sentence(4, "their widths are the network's own").empty());
    QVERIFY(!sentence(4, "stored and read with 4 bits").empty());
    QVERIFY(sentence(std::nullopt, "retrained").empty());
    QVERIFY(sentence(4, "retrained").empty()); // what a gives
    const std::string fewer = sentence(3, "retrained");
    QVERIFY2(fewer.find("a (4)") != std::string::npos, fewer.c_str());
}

/// Which ones are impossible is for tst_cycles.
void TestHardwareReport::impossibleDesignsAreRefused()
{
    DesignPoint design;
    design.parallelRows = 5000;
    const std::string refusal = refusalOf([&] { makeReport(handNetwork(), design); });
    QVERIFY2(refusal.starts_with("rows = 5000 is not allowed"), refusal.c_str());
    QVERIFY(!refusalOf([] { makeReport({}, DesignPoint{}); }).empty());
}

QTEST_GUILESS_MAIN(TestHardwareReport)
#include "tst_hardware_report.moc"
