#include "experiments/report_json.h"
#include "experiments/rtl_evidence.h"

#include <QTest>

using namespace ternbench;

namespace {

RtlCheck simulation(RtlTool tool, std::int64_t images, std::int64_t cycles)
{
    RtlCheck check;
    check.tool = tool;
    check.command = "make " + std::string(rtlToolName(tool));
    check.passed = true;
    check.images = images;
    check.leastCycles = check.mostCycles = check.expectedCycles = cycles;
    check.layers = {{"fc1", images * 8, 0}};
    return check;
}

RtlCheck synthesis()
{
    RtlCheck check;
    check.tool = RtlTool::Yosys;
    check.command = "make synth";
    check.passed = true;
    check.cells = {{"decoder_8_2", 120, {}}, {"element_8_2_8_16", 900, {}}};
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
        QCOMPARE(evidence.simulation.parts.size(), std::size_t(1));
        QCOMPARE(evidence.simulation.parts[0].part, std::string("total"));
        QCOMPARE(evidence.simulation.parts[0].cycles, std::int64_t(40));
        QCOMPARE(evidence.synthesis.size(), std::size_t(2));
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
        QCOMPARE(evidenceOf(slower).simulation.parts[0].cycles, std::int64_t(41));
    }

    void holdsForTheDesignThatWasBuilt()
    {
        const std::vector<RtlCheck> checks{simulation(RtlTool::Icarus, 3, 40), synthesis()};
        const HardwareEvidence evidence = evidenceOf(checks);
        const DesignPoint built;
        DesignPoint faster = built;
        faster.clockMhz *= 2;
        QVERIFY(!evidenceFor(evidence, built, faster).simulation.parts.empty());
        QVERIFY(!evidenceFor(evidence, built, faster).synthesis.empty());
        DesignPoint wider = built;
        wider.lanes *= 2;
        QVERIFY(evidenceFor(evidence, built, wider).simulation.parts.empty());
        DesignPoint logic = built;
        logic.table = DesignPoint::Table::Logic;
        QVERIFY(evidenceFor(evidence, built, logic).synthesis.empty());
    }

    void fileReadsBack()
    {
        const std::vector<RtlCheck> checks{simulation(RtlTool::Icarus, 3, 40), synthesis()};
        const HardwareEvidence back = evidenceFromJson(evidenceToJson(evidenceOf(checks)), "e.json");
        QCOMPARE(back.simulation.images, std::int64_t(3));
        QCOMPARE(back.simulation.parts[0].cycles, std::int64_t(40));
        QCOMPARE(back.synthesis[0].module, std::string("decoder_8_2"));
        QCOMPARE(evidenceFromJson(evidenceToJson({}), "e.json").synthesis.size(), std::size_t(0));
    }
};

QTEST_GUILESS_MAIN(TestRtlEvidence)
#include "tst_rtl_evidence.moc"
