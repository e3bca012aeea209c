#include "core/hardware/cycles.h"

#include <QTest>

using namespace ternbench;

// Whether the RTL takes so many cycles is for tst_rtl; here the formula itself, by hand.

namespace {

IntegerLayer layerOf(const char* name, int rows, int fanIn, const Code& code = {8, 2})
{
    IntegerLayer layer;
    layer.name = name;
    layer.rows = rows;
    layer.fanIn = fanIn;
    layer.code = code;
    return layer;
}

/// The shape of the shipped default experiment.
IntegerNetwork defaultShape()
{
    IntegerNetwork network;
    network.input.inputs = 784;
    network.layers = {layerOf("fc1", 512, 784), layerOf("fc2", 512, 512), layerOf("fc3", 512, 512),
                      layerOf("out", 10, 512)};
    return network;
}

} // namespace

class TestCycles : public QObject
{
    Q_OBJECT

private slots:
    void defaultNetwork();
    void oddShapes();
    void neverBeyondFullUse();
    void refusesImpossibleDesigns_data();
    void refusesImpossibleDesigns();
    void tableNames();
};

void TestCycles::defaultNetwork()
{
    const DesignPoint design; // 8 lanes, 16 rows, 16 bytes a cycle
    const auto parts = cyclesOf(defaultShape(), design);
    std::vector<std::int64_t> cycles;
    for (const LayerCycles& part : parts)
        cycles.push_back(part.cycles);
    // 784/16 + 2; 512/16 · ceil(98/8) + 7; 512/16 · 64/8 + 7 twice; 1 · 8 + 7; 10 + 1
    QCOMPARE(cycles, (std::vector<std::int64_t>{51, 423, 263, 263, 15, 11}));
    QCOMPARE(parts.front().part, LayerCycles::Part::Input);
    QCOMPARE(parts[1].name, std::string("fc1"));
    QCOMPARE(parts[1].groupsPerRow, 98);
    QCOMPARE(parts[1].utilisation, 512.0 * 98 / (423.0 * 128));
    QCOMPARE(parts[4].utilisation, 10.0 * 64 / (15.0 * 128));
    QCOMPARE(parts.back().part, LayerCycles::Part::Argmax);
    const LayerCycles total = totalOf(parts, design);
    QCOMPARE(total.cycles, 1026);
    QCOMPARE(total.groups, 512 * (98 + 64 + 64) + 10 * 64);
}

void TestCycles::oddShapes()
{
    IntegerNetwork network;
    network.input.inputs = 17;
    network.layers = {layerOf("a", 17, 17), layerOf("b", 1, 17, {16, 4})};
    DesignPoint design;
    design.lanes = 2;
    design.parallelRows = 16;
    design.offChipBitsPerCycle = 8;
    const auto parts = cyclesOf(network, design);
    QCOMPARE(parts[0].cycles, 17 + 2);
    QCOMPARE(parts[1].cycles, 2 * 2 + 7); // 2 row blocks, 3 groups in 2 steps
    QCOMPARE(parts[2].cycles, 1 * 1 + 7); // the tail group counts
    QCOMPARE(parts[3].cycles, 1 + 1);
}

void TestCycles::neverBeyondFullUse()
{
    for (const int lanes : {1, 3, 64})
        for (const int rows : {1, 7, 32}) {
            DesignPoint design;
            design.lanes = lanes;
            design.parallelRows = rows;
            const auto parts = cyclesOf(defaultShape(), design);
            for (const LayerCycles& part : parts)
                QVERIFY(part.utilisation >= 0.0 && part.utilisation < 1.0);
            QVERIFY(totalOf(parts, design).utilisation > 0.0);
        }
}

void TestCycles::refusesImpossibleDesigns_data()
{
    QTest::addColumn<DesignPoint>("design");
    QTest::addColumn<QString>("field"); // empty: allowed
    const auto row = [](const char* name, auto change, const char* field) {
        DesignPoint design;
        change(design);
        QTest::newRow(name) << design << QString(field);
    };
    row(
        "defaults", [](DesignPoint&) {}, "");
    row(
        "no lane", [](DesignPoint& d) { d.lanes = 0; }, "lanes = 0");
    row(
        "too many lanes", [](DesignPoint& d) { d.lanes = 65; }, "lanes = 65");
    row(
        "no row", [](DesignPoint& d) { d.parallelRows = 0; }, "rows = 0");
    row(
        "too many rows", [](DesignPoint& d) { d.parallelRows = 257; }, "rows = 257");
    row(
        "too many groups", [](DesignPoint& d) { d.lanes = 64, d.parallelRows = 64; }, "lanes * rows = 4096");
    row(
        "no clock", [](DesignPoint& d) { d.clockMhz = 0.0; }, "clock = 0.0");
    row(
        "not a number", [](DesignPoint& d) { d.clockMhz = qQNaN(); }, "clock = nan");
    row(
        "no memory", [](DesignPoint& d) { d.onChipBytes = 0; }, "on-chip memory = 0");
    row(
        "narrow port", [](DesignPoint& d) { d.offChipBitsPerCycle = 4; }, "off-chip bits per cycle = 4");
    row(
        "odd port", [](DesignPoint& d) { d.offChipBitsPerCycle = 12; }, "off-chip bits per cycle = 12");
    row(
        "activations of a bit", [](DesignPoint& d) { d.activationBits = 1; },
        "activation bits = 1 is not allowed");
    row(
        "wide activations", [](DesignPoint& d) { d.activationBits = 17; }, "activation bits = 17");
    row(
        "most activation bits", [](DesignPoint& d) { d.activationBits = 16; }, "");
    row(
        "wide port", [](DesignPoint& d) { d.offChipBitsPerCycle = 1024; }, "");
}

void TestCycles::refusesImpossibleDesigns()
{
    QFETCH(DesignPoint, design);
    QFETCH(QString, field);
    const auto problem = QString::fromStdString(designPointProblem(design).value_or(""));
    QCOMPARE(problem.isEmpty(), field.isEmpty());
    QVERIFY2(problem.startsWith(field), qPrintable(problem));
    QVERIFY2(field.isEmpty() || problem.contains("must be"), qPrintable(problem));
}

void TestCycles::tableNames()
{
    for (const auto table : {DesignPoint::Table::Rom, DesignPoint::Table::Logic})
        QVERIFY(tableFromName(tableName(table)) == table);
    QVERIFY(!tableFromName("ram"));
}

QTEST_GUILESS_MAIN(TestCycles)
#include "tst_cycles.moc"
