#include "core/rtl/rtl_layer.h"
#include "experiments/report_json.h"
#include "experiments/rtl_evidence.h"

#include <QTest>

using namespace ternbench;

namespace {

IntegerNetwork network()
{
    IntegerNetwork network;
    network.input.inputs = 8;
    network.input.values.assign(256, 1);
    IntegerLayer layer;
    layer.name = "f c1";
    layer.rows = 2;
    layer.fanIn = 8;
    layer.code = {8, 2};
    layer.weights.assign(16, 0);
    layer.multiplier.assign(2, 3);
    layer.offset.assign(2, 0);
    layer.shift.assign(2, 0);
    network.layers = {layer};
    setAccumulatorBits(network);
    return network;
}

RtlIdentity built()
{
    return identityOf(network(), DesignPoint{});
}

RtlCheck simulation(RtlTool tool, std::int64_t images, std::int64_t cycles)
{
    RtlCheck check;
    check.tool = tool;
    check.command = "make " + std::string(rtlToolName(tool));
    check.passed = true;
    check.images = images;
    check.leastCycles = check.mostCycles = check.expectedCycles = cycles;
    check.layers = {{"fc1", images * 8, 0}};
    check.parts = {{"input", 5, 5, 5}, {"fc1", cycles - 8, cycles - 8, 32}, {"argmax", 3, 3, 3}};
    check.rtl = built();
    return check;
}

RtlCheck synthesis()
{
    RtlCheck check;
    check.tool = RtlTool::Yosys;
    check.command = "make synth";
    check.passed = true;
    check.cells = {{"decoder_8_2", "yosys -p x", 120, {}},
                   {synthesizedModules(network(), DesignPoint{})[1], "", 900, {}}};
    check.rtl = built();
    return check;
}

} // namespace

class TestRtlEvidence : public QObject
{
    Q_OBJECT

private slots:
    void theLargerSimulationCounts()
    {
        const std::vector<RtlCheck> checks{simulation(RtlTool::Icarus, 3, 40), synthesis(),
                                           simulation(RtlTool::Verilator, 100, 40)};
        const HardwareEvidence evidence = evidenceOf(checks);
        QCOMPARE(evidence.simulation.command, std::string("make verilator"));
        QCOMPARE(evidence.simulation.images, std::int64_t(100));
        QCOMPARE(evidence.simulation.parts.size(), std::size_t(4));
        QCOMPARE(evidence.simulation.parts[1].part, std::string("f c1")); // as the network calls it
        QCOMPARE(evidence.simulation.parts[1].cycles, std::int64_t(32));
        QCOMPARE(evidence.simulation.parts[3].part, std::string("total"));
        QCOMPARE(evidence.simulation.parts[3].cycles, std::int64_t(40));
        QCOMPARE(evidence.rtl, built());
        QCOMPARE(evidence.synthesis.size(), std::size_t(2));
        QCOMPARE(evidence.synthesis[0].command, std::string("yosys -p x"));
        QCOMPARE(evidence.synthesis[1].command, std::string("make synth"));
        QCOMPARE(evidence.synthesis[1].cells, std::int64_t(900));
    }

    /// Outputs that differ or a run cut short prove nothing; cycles that differ are what is to be seen.
    void onlyWhatRanCounts()
    {
        RtlCheck wrong = simulation(RtlTool::Icarus, 3, 40);
        wrong.layers[0].different = 1;
        RtlCheck cancelled = simulation(RtlTool::Verilator, 3, 40);
        cancelled.cancelled = true;
        RtlCheck cells = synthesis();
        cells.passed = false;
        const std::vector<RtlCheck> useless{wrong, cancelled, cells};
        QVERIFY(evidenceOf(useless).simulation.parts.empty());
        QVERIFY(evidenceOf(useless).synthesis.empty());
        RtlCheck slow = simulation(RtlTool::Icarus, 3, 40);
        slow.mostCycles = 41;
        slow.passed = false;
        const std::vector<RtlCheck> slower{slow};
        QCOMPARE(evidenceOf(slower).simulation.parts[3].cycles, std::int64_t(41));
        RtlCheck edited = simulation(RtlTool::Icarus, 3, 40);
        RtlCheck editedCells = synthesis();
        edited.changed = editedCells.changed = {"sv/rom.sv"};
        QVERIFY(evidenceOf(std::vector{edited, editedCells}).empty());
    }

    void holdsForTheDesignThatWasBuilt()
    {
        const std::vector<RtlCheck> checks{simulation(RtlTool::Icarus, 3, 40), synthesis()};
        const HardwareEvidence evidence = evidenceOf(checks);
        const auto problems = [&](const DesignPoint& design) {
            std::string all;
            for (const std::string& problem : evidenceProblems(evidence, network(), design))
                all += problem + ";";
            return QByteArray::fromStdString(all);
        };
        QCOMPARE(problems({}), QByteArray());
        DesignPoint faster;
        faster.clockMhz *= 2;
        QVERIFY(!evidenceFor(evidence, faster).simulation.parts.empty());
        QVERIFY(!evidenceFor(evidence, faster).synthesis.empty());
        QCOMPARE(problems(faster), QByteArray());
        DesignPoint wider;
        wider.lanes *= 2;
        QVERIFY(evidenceFor(evidence, wider).simulation.parts.empty());
        QVERIFY(evidenceFor(evidence, wider).synthesis.empty()); // the element adds all lanes
        QVERIFY2(problems(wider).contains("lanes = 8 in the RTL that it is of, the report is for 16"),
                 problems(wider));
        DesignPoint taller;
        taller.parallelRows *= 2;
        QVERIFY(evidenceFor(evidence, taller).simulation.parts.empty());
        QVERIFY(!evidenceFor(evidence, taller).synthesis.empty());
        DesignPoint logic;
        logic.table = DesignPoint::Table::Logic;
        QVERIFY(evidenceFor(evidence, logic).empty()); // nobody simulated that
        QVERIFY2(problems(logic).contains("table = rom"), problems(logic));
    }

    void isOfOneNetworkAlone()
    {
        const std::vector<RtlCheck> checks{simulation(RtlTool::Icarus, 3, 40), synthesis()};
        HardwareEvidence evidence = evidenceOf(checks);
        IntegerNetwork other = network();
        other.layers[0].weights[5] = -1;
        const std::vector<std::string> problems = evidenceProblems(evidence, other, {});
        QCOMPARE(problems.size(), std::size_t(1));
        QVERIFY2(problems[0].starts_with("network_sha256 = "), problems[0].c_str());
        evidence.synthesis[0].module = "decoder_16_2";
        QCOMPARE(evidenceProblems(evidence, network(), {}),
                 std::vector<std::string>{"module = decoder_16_2 is none of this network's RTL"});
    }

    void fileReadsBack()
    {
        const std::vector<RtlCheck> checks{simulation(RtlTool::Icarus, 3, 40), synthesis()};
        const HardwareEvidence back = evidenceFromJson(evidenceToJson(evidenceOf(checks)), "e.json");
        QCOMPARE(back.simulation.images, std::int64_t(3));
        QCOMPARE(back.simulation.parts[3].cycles, std::int64_t(40));
        QVERIFY(evidenceProblems(back, network(), {}).empty());
        QCOMPARE(back.synthesis[0].module, std::string("decoder_8_2"));
        QCOMPARE(evidenceFromJson(evidenceToJson({}), "e.json").synthesis.size(), std::size_t(0));
    }
};

QTEST_GUILESS_MAIN(TestRtlEvidence)
#include "tst_rtl_evidence.moc"
