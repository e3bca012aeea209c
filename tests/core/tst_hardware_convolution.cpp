#include "core/error.h"
#include "core/hardware/accumulator.h"
#include "core/hardware/report.h"
#include "core/rtl/rtl_export.h"
#include "tests/core/small_design.h"
#include "tests/refusal_text.h"

#include <QTest>

#include <algorithm>

using namespace ternbench;

// Convolution and pooling in the hardware model, counted by hand.

namespace {

IntegerLayer layerOf(LayerKind kind, const char* name, const TensorShape& input, const Window& window)
{
    IntegerLayer layer;
    layer.kind = kind;
    layer.name = name;
    layer.input = input;
    layer.window = window;
    layer.activationBits = 4;
    return layer;
}

/// A +1 at the first place of each group, where groups are consecutive in memory from each segment on.
void addWeights(IntegerLayer& layer, int rows, int fanIn, int segment, Code code)
{
    layer.rows = rows;
    layer.fanIn = fanIn;
    layer.code = code;
    layer.weights.assign(std::size_t(rows * fanIn), 0);
    for (int row = 0; row < rows; ++row)
        for (int first = 0; first < fanIn; first += segment)
            for (int j = 0; j < segment; j += code.groupSize)
                layer.weights[std::size_t(row * fanIn + first + j)] = 1;
    layer.multiplier.assign(std::size_t(rows), 3);
    layer.offset.assign(std::size_t(rows), 0);
    layer.shift.assign(std::size_t(rows), 4);
}

/// 6x6x3 of 0..255 - convolution 3x3 with 5 rows of (4,2), 4 bits: 6x6x5 - maximum of 2x2: 3x3x5 - average of
/// 3x3: 5 - 3 rows of (4,1).
IntegerNetwork handNetwork(GroupAxis axis = GroupAxis::Channels)
{
    IntegerNetwork network;
    network.input.inputs = 6 * 6 * 3;
    for (int byte = 0; byte < 256; ++byte)
        network.input.values.push_back(std::int16_t(byte));
    IntegerLayer conv = layerOf(LayerKind::Conv2d, "conv", {6, 6, 3}, {3, 1, 1});
    conv.groupAxis = axis;
    addWeights(conv, 5, 27, 3, {4, 2});
    const IntegerLayer maximum = layerOf(LayerKind::MaxPool, "max", {6, 6, 5}, {2, 2, 0});
    IntegerLayer average = layerOf(LayerKind::AveragePool, "mean", {3, 3, 5}, {3, 1, 0});
    const AverageRounding rounding = averageRounding(9);
    average.multiplier = {rounding.multiplier};
    average.offset = {rounding.offset};
    average.shift = {rounding.shift};
    IntegerLayer out = layerOf(LayerKind::Linear, "out", {}, {});
    addWeights(out, 3, 5, 5, {4, 1});
    network.layers = {conv, maximum, average, out};
    setAccumulatorBits(network);
    return network;
}

/// Parts of a cost or of cycles.
enum Part : std::size_t { Input, Conv, Max, Mean, Out, Argmax, Parts };

DatapathCost handCost(Datapath datapath, const DesignPoint& design = small::design())
{
    return costOf(handNetwork(), design, datapath);
}

constexpr double bit = 10.0 / 64.0; // of memories of at most 8 kB

std::string refusalOf(const IntegerNetwork& network, const HardwareEvidence& evidence)
{
    return test::refusalOf([&] { makeReport(network, small::design(), evidence); });
}

bool assumes(const HardwareReport& report, std::string_view text)
{
    return std::ranges::any_of(report.assumptions, [&](const std::string& sentence) {
        return sentence.find(text) != std::string::npos;
    });
}

} // namespace

class TestHardwareConvolution : public QObject
{
    Q_OBJECT

private slots:
    void cyclesByHand();
    void groupsFollowTheAxis();
    void convolutionByHand();
    void poolingByHand();
    void memoryByHand();
    void energyByHand();
    void denseByHand();
    void onePositionIsALinearLayer();
    void powersOfTwoNeedNoMultiplier();
    void streamedWeightsArriveOnce();
    void accumulatorReasonsAreTrue();
    void nothingIsSimulated();
    void assumptionsSayHowItIsCounted();
    void rtlIsRefusedByName();
};

void TestHardwareConvolution::cyclesByHand()
{
    const auto parts = cyclesOf(handNetwork(), small::design());
    QCOMPARE(parts.size(), std::size_t{Parts});
    QCOMPARE(parts[Input].cycles, 108 + 2);
    QCOMPARE(parts[Conv].positions, 36);
    QCOMPARE(parts[Conv].groupsPerRow, 9); // one at each kernel position, of 3 channels
    QCOMPARE(parts[Conv].steps, 5);
    QCOMPARE(parts[Conv].rowBlocks, 2);
    QCOMPARE(parts[Conv].cycles, 36 * 2 * 5 + layerLatency);
    QCOMPARE(parts[Conv].groups, 36 * 5 * 9);
    QCOMPARE(parts[Conv].utilisation, 36.0 * 5 * 9 / (367.0 * 8));
    QCOMPARE(parts[Max].cycles, 9 * 2 * 4 + layerLatency); // 5 channels on 4 units, 4 values a window
    QCOMPARE(parts[Mean].cycles, 1 * 2 * 9 + layerLatency);
    QCOMPARE(parts[Max].groups, 0);
    QCOMPARE(parts[Max].utilisation, 0.0);
    QCOMPARE(parts[Out].positions, 1);
    QCOMPARE(parts[Out].cycles, 1 + layerLatency);
    QCOMPARE(parts[Argmax].cycles, 3 + 1);
    const LayerCycles total = totalOf(parts, small::design());
    QCOMPARE(total.cycles, 110 + 367 + 79 + 25 + 8 + 4);
    QCOMPARE(total.groups, 36 * 45 + 3 * 2);
    for (const std::size_t part : {Conv, Max, Mean})
        QVERIFY(!parts[part].notInRtl.empty());
    for (const std::size_t part : {Input, Out, Argmax})
        QCOMPARE(parts[part].notInRtl, std::string());
}

void TestHardwareConvolution::groupsFollowTheAxis()
{
    const auto parts = cyclesOf(handNetwork(GroupAxis::Flattened), small::design());
    QCOMPARE(parts[Conv].groupsPerRow, 7); // 27 weights
    QCOMPARE(parts[Conv].cycles, 36 * 2 * 4 + layerLatency);
    IntegerNetwork strided = handNetwork();
    strided.layers[0].window = {3, 2, 0};
    QCOMPARE(cyclesOf(strided, small::design())[Conv].positions, 2 * 2);
}

void TestHardwareConvolution::convolutionByHand()
{
    const PartCost conv = handCost(Datapath::Coded).parts[Conv];
    QCOMPARE(conv.weightBits, 5 * 9 * 6); // 33 patterns
    QCOMPARE(conv.weightBitsFetched, 360 * (2 * 4 * 6));
    QCOMPARE(conv.activationBits, 8);
    QCOMPARE(conv.activationReads, 360 * (2 * 4));
    QCOMPARE(conv.activationWrites, 36 * 5);
    QCOMPARE(conv.additions, 36 * 45 * 2 + 180);
    QCOMPARE(conv.usefulAdditions, 36 * 45 + 180);
    QCOMPARE(conv.weightMultiplications, 0);
    QCOMPARE(conv.requantMultiplications, 180);
    QCOMPARE(conv.accumulatorBits, 13); // 9 · 255 = 2295
    QCOMPARE(conv.tableBits, 33 * 2 * (2 + 2));
    QCOMPARE(conv.tableCopies, 8);
    QCOMPARE(conv.boundCycles, 367);
    QCOMPARE(handCost(Datapath::Coded).adders, 2 * 4 * (2 + 1)); // of both layers with weights
}

void TestHardwareConvolution::poolingByHand()
{
    const DatapathCost cost = handCost(Datapath::Coded);
    const PartCost &maximum = cost.parts[Max], &mean = cost.parts[Mean];
    QCOMPARE(maximum.activationBits, 4);
    QCOMPARE(maximum.activationReads, 9 * 2 * 4 * 4); // words of 4 values for 5 channels
    QCOMPARE(maximum.activationWrites, 45);
    QCOMPARE(maximum.additions, 45 * 4); // comparisons
    QCOMPARE(maximum.requantMultiplications, 0);
    QCOMPARE(maximum.accumulatorBits, 5);
    QCOMPARE(mean.activationReads, 2 * 9 * 4);
    QCOMPARE(mean.activationWrites, 5);
    QCOMPARE(mean.additions, 5 * 9 + 5); // the rounding offset
    QCOMPARE(mean.requantMultiplications, 5);
    QCOMPARE(mean.accumulatorBits, 9); // 9 · 15 = 135
    for (const PartCost* part : {&maximum, &mean}) {
        QCOMPARE(part->weightBits + part->weightBitsFetched + part->tableBits + part->tableCopies, 0);
        QCOMPARE(part->transferCycles, 0);
    }
    QCOMPARE(cost.parts[Out].activationReads, 1 * 2 * 4);
    QCOMPARE(cost.parts[Out].accumulatorBits, 6); // 2 · 15
}

void TestHardwareConvolution::memoryByHand()
{
    const MemoryNeed need = handCost(Datapath::Coded).memory;
    QCOMPARE(need.weights, 34 + 3); // 270 and 24 bits
    QCOMPARE(need.tables, 8 * 264 / 8 + 8 * (9 * (2 + 2)) / 8);
    QCOMPARE(need.parameters, 54 + 11 + 33); // 5, 1 and 3 times 86 bits
    QCOMPARE(need.activations, 2 * 108);     // the input; 180 values of 4 bits are less
    QCOMPARE(need.inputTable, 256);
    IntegerNetwork wide = handNetwork();
    wide.layers[0].activationBits = 8;
    QCOMPARE(costOf(wide, small::design(), Datapath::Coded).memory.activations, 2 * 180);
    QCOMPARE(handCost(Datapath::DenseFloat32).memory.activations, 2 * 180 * 4);
}

void TestHardwareConvolution::energyByHand()
{
    const DatapathCost cost = handCost(Datapath::Coded);
    const EnergyBreakdown &conv = cost.parts[Conv].energy, &maximum = cost.parts[Max].energy,
                          &mean = cost.parts[Mean].energy;
    QCOMPARE(conv.weights, 17280 * bit + 480 * bit); // the buffer, filled once with 10 words
    QCOMPARE(conv.table, 1620 * 8 * bit);            // 2 slots of 4 bits
    QCOMPARE(conv.activations, (2880 * 8 + 180 * 4) * bit);
    QCOMPARE(conv.additions, 3240 * 0.1 * 13 / 32 + 180 * 0.1 * 64 / 32);
    QCOMPARE(conv.multiplications, 180 * 3.1 * 13 * 16 / 1024);
    QCOMPARE(conv.offChip, 0.0);
    QCOMPARE(maximum.activations, (288 + 45) * 4 * bit);
    QCOMPARE(maximum.additions, 180 * 0.1 * 5 / 32);
    QCOMPARE(maximum.total(), maximum.activations + maximum.additions);
    QCOMPARE(mean.activations, (72 + 5) * 4 * bit);
    QCOMPARE(mean.additions, 45 * 0.1 * 9 / 32 + 5 * 0.1 * 64 / 32);
    QCOMPARE(mean.multiplications, 5 * 3.1 * 9 * 16 / 1024);
    QCOMPARE(mean.total(), mean.activations + mean.additions + mean.multiplications);
}

void TestHardwareConvolution::denseByHand()
{
    const DatapathCost coded = handCost(Datapath::Coded), ternary = handCost(Datapath::DenseTernary),
                       bytes = handCost(Datapath::DenseInt8), floats = handCost(Datapath::DenseFloat32);
    for (const DatapathCost* cost : {&ternary, &bytes, &floats}) {
        for (std::size_t part = 0; part < Parts; ++part)
            QCOMPARE(cost->parts[part].cycles.cycles, coded.parts[part].cycles.cycles);
        QCOMPARE(cost->parts[Conv].additions, 36 * 5 * 27 + 180);
        QCOMPARE(cost->parts[Max].additions, coded.parts[Max].additions);
        QCOMPARE(cost->adders, 2 * 4 * (4 + 4));
    }
    QCOMPARE(ternary.parts[Conv].weightBits, 5 * 9 * 4 * 2);
    QCOMPARE(ternary.parts[Conv].weightBitsFetched, 360 * 8 * 4 * 2);
    QCOMPARE(bytes.parts[Conv].weightMultiplications, 36 * 5 * 27);
    QCOMPARE(bytes.parts[Conv].accumulatorBits, 32);
    QCOMPARE(bytes.parts[Max].weightMultiplications + bytes.parts[Mean].weightMultiplications, 0);
    for (const std::size_t part : {Max, Mean}) // the same numbers pass the same unit
        for (const DatapathCost* cost : {&ternary, &bytes})
            QCOMPARE(cost->parts[part].energy.additions, coded.parts[part].energy.additions);
    QCOMPARE(floats.parts[Max].energy.additions, 180 * 0.1);
    QCOMPARE(floats.parts[Mean].energy.additions, 50 * 0.9);
    QCOMPARE(floats.parts[Mean].energy.multiplications, 5 * 3.7);
    QCOMPARE(floats.parts[Conv].energy.multiplications, (4860 + 180) * 3.7);
    QCOMPARE(floats.parts[Max].activationBits, 32);
}

/// A kernel as large as the image is the linear layer of the same weights.
void TestHardwareConvolution::onePositionIsALinearLayer()
{
    IntegerNetwork network = handNetwork();
    IntegerLayer out = network.layers.back();
    IntegerLayer conv = layerOf(LayerKind::Conv2d, "conv", {6, 6, 3}, {6, 1, 0});
    conv.groupAxis = GroupAxis::Flattened;
    addWeights(conv, 5, 108, 108, {4, 1});
    IntegerLayer linear = conv;
    linear.kind = LayerKind::Linear;
    for (int i = 0; i < datapathCount; ++i) {
        std::vector<DatapathCost> costs;
        for (const IntegerLayer& first : {conv, linear}) {
            network.layers = {first, out};
            setAccumulatorBits(network);
            costs.push_back(costOf(network, small::design(), Datapath(i)));
        }
        for (std::size_t part = 0; part < costs[0].parts.size(); ++part) {
            QCOMPARE(costs[0].parts[part].cycles.cycles, costs[1].parts[part].cycles.cycles);
            QCOMPARE(costs[0].parts[part].additions, costs[1].parts[part].additions);
            QCOMPARE(costs[0].parts[part].energy.total(), costs[1].parts[part].energy.total());
        }
        QCOMPARE(costs[0].memory.total(), costs[1].memory.total());
    }
}

void TestHardwareConvolution::powersOfTwoNeedNoMultiplier()
{
    IntegerNetwork network = handNetwork();
    network.layers[0].multiplier = {1, -2, 0, 16384, -32768};
    network.layers[2].window = {2, 1, 0}; // 2x2x5 averages of 4
    const AverageRounding rounding = averageRounding(4);
    network.layers[2].multiplier = {rounding.multiplier};
    const DatapathCost cost = costOf(network, small::design(), Datapath::Coded);
    QCOMPARE(cost.parts[Conv].requantMultiplications, 0);
    QCOMPARE(cost.parts[Mean].requantMultiplications, 0);
    QCOMPARE(cost.parts[Mean].additions, 20 * 5);
    QCOMPARE(costOf(network, small::design(), Datapath::DenseFloat32).parts[Mean].requantMultiplications, 20);
}

void TestHardwareConvolution::streamedWeightsArriveOnce()
{
    DesignPoint design = small::design();
    design.onChipBytes = handCost(Datapath::Coded).memory.total();
    QVERIFY(handCost(Datapath::Coded, design).fitsOnChip); // to the byte
    --design.onChipBytes;
    const DatapathCost cost = handCost(Datapath::Coded, design);
    QVERIFY(!cost.fitsOnChip);
    QCOMPARE(cost.parts[Conv].transferCycles, 34);
    QCOMPARE(cost.parts[Conv].boundCycles, 367); // hides behind the positions
    QCOMPARE(cost.parts[Conv].energy.offChip, 270 * 1300.0 / 64.0);
    QCOMPARE(cost.parts[Conv].energy.weights, 17280 * bit); // filled from off the chip
    QCOMPARE(cost.parts[Max].energy.offChip, 0.0);
    // A row block of 64 · 32 groups of 4 floats, in one step: 32 kB.
    design.lanes = 64;
    design.parallelRows = 32;
    const PartCost conv = handCost(Datapath::DenseFloat32, design).parts[Conv];
    QCOMPARE(conv.energy.weights, 36.0 * 32768 * 8 * 20.0 / 64.0);
}

void TestHardwareConvolution::accumulatorReasonsAreTrue()
{
    const IntegerNetwork network = handNetwork();
    const std::vector<InputRange> ranges = inputRanges(network);
    QCOMPARE(ranges[0].hi, (std::vector<std::int32_t>{255, 255, 255})); // by channel
    QCOMPARE(ranges[2].hi, std::vector<std::int32_t>(5, 15));
    const auto reason = [&](std::size_t l) { return accumulatorReason(network.layers[l], ranges[l]); };
    const auto says = [](const std::string& text, const char* range, const char* bits) {
        return text.find(range) != std::string::npos && text.find(bits) != std::string::npos;
    };
    QVERIFY2(says(reason(0), "row 0 can reach 0..2295", "13 bits"), reason(0).c_str());
    QVERIFY2(says(reason(1), "maximum is one of the values, 0..15", "5 bits"), reason(1).c_str());
    QVERIFY2(says(reason(2), "sum of 9 values is within 0..135", "9 bits"), reason(2).c_str());
}

void TestHardwareConvolution::nothingIsSimulated()
{
    HardwareReport report = makeReport(handNetwork(), small::design());
    QVERIFY(!report.notInRtl().empty());
    for (const PartCost& part : report.of(Datapath::Coded).parts)
        QCOMPARE(report.basisOf(Datapath::Coded, "cycles", part.cycles.name), Basis::Estimated);
    for (const char* part : {"conv", "out", "total"}) {
        const std::string refusal = refusalOf(handNetwork(), {{"make icarus", 3, {{part, 8}}}, {}});
        QVERIFY2(refusal.find("'conv' is of kind conv2d, which the RTL does not have") != std::string::npos,
                 refusal.c_str());
    }
    const HardwareEvidence cells{{}, {{"decoder_4_2", 120, "make synth"}}};
    QCOMPARE(makeReport(handNetwork(), small::design(), cells).evidence.synthesis.size(), std::size_t{1});
}

void TestHardwareConvolution::assumptionsSayHowItIsCounted()
{
    const HardwareReport report = makeReport(handNetwork(), small::design());
    for (const char* text : {"positions x row blocks x steps", "filled once for an image", "Max-pooling",
                             "Average-pooling", "neither convolution nor pooling"})
        QVERIFY2(assumes(report, text), text);
    IntegerNetwork linear = handNetwork();
    linear.layers.erase(linear.layers.begin(), linear.layers.end() - 1);
    linear.input.inputs = 5;
    const HardwareReport other = makeReport(linear, small::design());
    QVERIFY(other.notInRtl().empty());
    for (const char* text : {"onvolution", "ooling"})
        QVERIFY2(!assumes(other, text), text);
    QVERIFY(assumes(other, "cycles are those of the exported RTL"));
}

void TestHardwareConvolution::rtlIsRefusedByName()
{
    const QString refusal = test::refusalText([] { requireExportable(handNetwork(), {}); });
    QVERIFY2(refusal.contains("'conv' is of kind conv2d"), qPrintable(refusal));
}

QTEST_GUILESS_MAIN(TestHardwareConvolution)

#include "tst_hardware_convolution.moc"
