#include "core/error.h"
#include "core/hardware/cycles.h"
#include "core/integer/reference_model.h"
#include "core/rtl/rtl_export.h"
#include "core/rtl/simulation.h"
#include "tests/core/rtl_cases.h"
#include "tests/refusal_text.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>

using namespace ternbench;
namespace fs = std::filesystem;

namespace {

QByteArray textOf(const RtlCheck& check)
{
    std::string text = check.command + (check.passed ? ": passed" : ": failed");
    for (const std::string& problem : check.problems)
        text += "\n" + problem;
    return QByteArray::fromStdString(text);
}

std::string contentOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void replaceContent(const fs::path& file, const std::string& content)
{
    QVERIFY(std::ofstream(file, std::ios::binary | std::ios::trunc) << content);
}

/// Replaces the first `from` in a file.
void edit(const fs::path& file, const std::string& from, const std::string& to)
{
    std::string content = contentOf(file);
    const std::size_t at = content.find(from);
    QVERIFY2(at != content.npos, from.c_str());
    replaceContent(file, content.replace(at, from.size(), to));
}

/// Exchanges one hexadecimal digit: exclusive-or with `bits`.
void flip(const fs::path& file, std::size_t at, unsigned bits)
{
    std::string content = contentOf(file);
    QVERIFY(at < content.size() && content[at] != '\n');
    const auto digit = unsigned(std::stoi(content.substr(at, 1), nullptr, 16)) ^ bits;
    content[at] = "0123456789abcdef"[digit];
    replaceContent(file, content);
}

} // namespace

class TestRtl : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void icarusAgrees_data();
    void icarusAgrees();
    void verilatorAgrees_data();
    void verilatorAgrees();
    void randomNetworksAreWorthwhile();
    void tiesGoToTheLowestRow();
    void flippedBitFails();
    void illegalIndexIsFlagged();
    void narrowAccumulatorIsFound();
    void wrongCyclesFail();
    void waitingInputIsSimulated();
    void synthesizes();
    void staleProductsAreNotCounted();
    void refusesAndDestroysNothing();
    void namesMissingTools();
    void isCancelled();
    void cellCountsAreReadFromAnyText();

private:
    fs::path folder(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    /// Exports the case with random images.
    fs::path exported(const test::RtlCase& made, const std::string& name, int images) const
    {
        Random random(11, 5);
        const IntegerNetwork network = made.network(random);
        exportRtl(network, made.design(), test::randomImages(images, made.inputs, random), folder(name));
        return folder(name);
    }
    /// A copy of a small export that a test may damage: two layers, (8,2).
    fs::path victim(const std::string& name) const { return exported(test::rtlCases()[3], name, 3); }

    QTemporaryDir m_folder;
};

void TestRtl::initTestCase()
{
    for (const RtlTool tool : {RtlTool::Lint, RtlTool::Verilator, RtlTool::Icarus, RtlTool::Yosys})
        QCOMPARE(test::refusalText([&] { requireInstalled(tool); }), QString());
}

void TestRtl::icarusAgrees_data()
{
    QTest::addColumn<int>("number");
    const auto cases = test::rtlCases();
    for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::newRow(cases[i].name.c_str()) << int(i);
}

void TestRtl::icarusAgrees()
{
    QFETCH(int, number);
    const test::RtlCase made = test::rtlCases()[std::size_t(number)];
    const fs::path target = exported(made, "icarus" + std::to_string(number), 3);
    const RtlCheck lint = runRtlCheck(RtlTool::Lint, target);
    QVERIFY2(lint.passed, textOf(lint));
    const RtlCheck check = runRtlCheck(RtlTool::Icarus, target);
    QVERIFY2(check.passed, textOf(check));

    Random random(11, 5);
    const IntegerNetwork network = made.network(random);
    const std::int64_t cycles = totalOf(cyclesOf(network, made.design()), made.design()).cycles;
    QCOMPARE(check.images, 3);
    QCOMPARE(check.leastCycles, cycles);
    QCOMPARE(check.mostCycles, cycles);
    QCOMPARE(check.layers.size(), network.layers.size());
    for (std::size_t l = 0; l < check.layers.size(); ++l) {
        QCOMPARE(check.layers[l].compared, 3 * network.layers[l].rows);
        QCOMPARE(check.layers[l].different, 0);
    }
    const std::vector<LayerCycles> parts = cyclesOf(network, made.design());
    QCOMPARE(check.parts.size(), parts.size());
    for (std::size_t p = 0; p < parts.size(); ++p) {
        QCOMPARE(check.parts[p].least, parts[p].cycles);
        QCOMPARE(check.parts[p].most, parts[p].cycles);
        QCOMPARE(check.parts[p].expected, parts[p].cycles);
    }
    QCOMPARE(check.rtl, identityOf(network, made.design()));
    QVERIFY2(check.changed.empty(), check.changed.empty() ? "" : check.changed.front().c_str());
}

void TestRtl::verilatorAgrees_data()
{
    QTest::addColumn<bool>("logic");
    QTest::newRow("rom") << false;
    QTest::newRow("logic") << true;
}

void TestRtl::verilatorAgrees()
{
    QFETCH(bool, logic);
    test::RtlCase made = test::rtlCases()[3];
    made.layers = {
        {13, {8, 2}, 5}, {10, {4, 2, CodeFamily::Trimmed}, 8}, {7, {5, 1, CodeFamily::ExactlyK}, 8}};
    made.lanes = made.rows = 2;
    made.table = logic ? DesignPoint::Table::Logic : DesignPoint::Table::Rom;
    const RtlCheck check =
        runRtlCheck(RtlTool::Verilator, exported(made, logic ? "verilator_logic" : "verilator_rom", 100));
    QVERIFY2(check.passed, textOf(check));
    QCOMPARE(check.images, 100);
    // ceil(37/5) + 2; ceil(13/2)·ceil(5/2) + 7; 5·ceil(4/2) + 7; 4·1 + 7; 7 + 1
    QCOMPARE(check.mostCycles, 10 + 28 + 17 + 11 + 8);
    QCOMPARE(check.layers.back().compared, 700);
}

void TestRtl::randomNetworksAreWorthwhile()
{
    // A layer whose outputs are all clamped would hide what goes wrong before it.
    std::int64_t outputs = 0, within = 0;
    for (const test::RtlCase& made : test::rtlCases()) {
        Random random(11, 5);
        const IntegerNetwork network = made.network(random);
        const LabelledImages images = test::randomImages(1, made.inputs, random);
        const IntegerOutputs computed = runReference(network, images.pixels);
        for (std::size_t l = 0; l < computed.hidden.size(); ++l)
            for (const std::int32_t value : computed.hidden[l]) {
                ++outputs;
                within += value > 0 && value < (1 << network.layers[l].activationBits) - 1 ? 1 : 0;
            }
    }
    QVERIFY2(2 * within > outputs, qPrintable(QString("%1 of %2").arg(within).arg(outputs)));
}

void TestRtl::tiesGoToTheLowestRow()
{
    Random random(3, 5);
    test::RtlCase made{"tie", 8, false, 0, 255, {{5, {8, 2}, 8}}};
    IntegerNetwork network = made.network(random);
    IntegerLayer& layer = network.layers.front();
    for (std::size_t row = 1; row < 5; ++row)
        std::copy_n(layer.weights.begin(), 8, layer.weights.begin() + std::ptrdiff_t(row * 8));
    layer.multiplier.assign(5, -7);
    layer.offset = {-100, 5, 5, 4, 5};
    setAccumulatorBits(network);
    const LabelledImages images = test::randomImages(3, 8, random);
    QCOMPARE(classOf(runReference(network, std::span(images.pixels).first(8)).scores), 1);
    exportRtl(network, made.design(), images, folder("tie"));
    const RtlCheck check = runRtlCheck(RtlTool::Icarus, folder("tie"));
    QVERIFY2(check.passed, textOf(check));
    // The test bench looks at the class at all.
    edit(folder("tie") / "golden" / "classes.hex", "1", "2");
    QVERIFY(!runRtlCheck(RtlTool::Icarus, folder("tie")).passed);
}

void TestRtl::flippedBitFails()
{
    const fs::path target = victim("flipped");
    const fs::path weights = target / "memory" / "00_layer0_weights.hex";
    const std::string untouched = contentOf(weights);
    // Any bit is found by the checksum ...
    for (const std::size_t at : {std::size_t{0}, untouched.find('\n') / 2, untouched.size() - 2}) {
        flip(weights, at, 4);
        const RtlCheck check = runRtlCheck(RtlTool::Icarus, target);
        QVERIFY(!check.passed);
        QVERIFY2(textOf(check).contains("00_layer0_weights.hex is not the image that was exported"),
                 textOf(check));
        replaceContent(weights, untouched);
    }
    // ... and without it in the outputs: row 0 of the scores, which no clamp hides, gets another first
    // pattern.
    const fs::path scores = target / "memory" / "01_layer1_weights.hex";
    const std::string original = contentOf(scores);
    flip(scores, original.find('\n') - 1, 1);
    std::string output;
    const ProcessEnd end = runProcess({"make", "icarus", "PLUSARGS=+unchecked"}, target,
                                      [&](const std::string& line) { output += line + "\n"; });
    QVERIFY2(end.status != 0, output.c_str());
    QVERIFY2(output.find("FAIL: image 0, layer layer1, row 0") != output.npos, output.c_str());
    replaceContent(scores, original);
    QVERIFY(runRtlCheck(RtlTool::Icarus, target).passed);
}

void TestRtl::illegalIndexIsFlagged()
{
    const fs::path target = victim("illegal");
    const fs::path weights = target / "memory" / "00_layer0_weights.hex";
    std::string content = contentOf(weights);
    content.replace(content.find('\n') - 2, 2, "81"); // 129 patterns: 129 is the first beyond
    replaceContent(weights, content);
    std::string output;
    const ProcessEnd end = runProcess({"make", "icarus", "PLUSARGS=+unchecked"}, target,
                                      [&](const std::string& line) { output += line + "\n"; });
    QVERIFY(end.status != 0);
    QVERIFY2(output.find("a weight index is beyond its table") != output.npos, output.c_str());
}

void TestRtl::narrowAccumulatorIsFound()
{
    Random random(11, 5);
    const test::RtlCase made = test::rtlCases()[3];
    IntegerNetwork network = made.network(random);
    network.layers[0].accumulatorBits = 6;
    exportRtl(network, made.design(), test::randomImages(3, made.inputs, random), folder("narrow"));
    const RtlCheck check = runRtlCheck(RtlTool::Icarus, folder("narrow"));
    QVERIFY(!check.passed);
    QVERIFY2(textOf(check).contains("the accumulator of 6 bits overflowed"), textOf(check));
}

void TestRtl::wrongCyclesFail()
{
    const fs::path target = victim("cycles");
    const std::string bench = contentOf(target / "testbench.sv");
    edit(target / "testbench.sv", "localparam int CYCLES = ", "localparam int CYCLES = 1 + ");
    QVERIFY(!runRtlCheck(RtlTool::Icarus, target).passed);
    replaceContent(target / "testbench.sv", bench);
    edit(target / "testbench.sv", ".NAME(\"layer0\"), .CYCLES(", ".NAME(\"layer0\"), .CYCLES(1 + ");
    const RtlCheck check = runRtlCheck(RtlTool::Icarus, target);
    QVERIFY(!check.passed);
    // ceil(13/4)·ceil(5/3) + 7
    QVERIFY2(textOf(check).contains("part layer0: 15 cycles, must be 16"), textOf(check));
}

void TestRtl::waitingInputIsSimulated()
{
    const fs::path target = victim("waiting");
    std::int64_t waited = 0;
    const RtlCheck sound = runRtlCheck(RtlTool::Icarus, target, 0, [&](const std::string& line) {
        std::sscanf(line.c_str(), "waiting: %" SCNd64 " cycles", &waited);
    });
    QVERIFY2(sound.passed, textOf(sound));
    QVERIFY(waited > 0);
    QCOMPARE(sound.mostCycles, sound.leastCycles);
    // An input that takes words before they are valid.
    edit(target / "sv" / "input_table.sv", "data_ready && data_valid", "data_ready");
    const RtlCheck hasty = runRtlCheck(RtlTool::Icarus, target);
    QVERIFY(!hasty.passed);
    QVERIFY2(textOf(hasty).contains("image 2"), textOf(hasty));
    QVERIFY2(!textOf(hasty).contains("image 0") && !textOf(hasty).contains("image 1"), textOf(hasty));
}

void TestRtl::synthesizes()
{
    test::RtlCase made{"codes", 12, false,
                       0,       15, {{4, {8, 2}, 4}, {4, {4, 1}, 4}, {3, {4, 3, CodeFamily::ExactlyK}, 4}}};
    made.lanes = 1;
    const RtlCheck check = runRtlCheck(RtlTool::Yosys, exported(made, "synth", 1));
    QVERIFY2(check.passed, textOf(check));
    std::set<std::string> decoders;
    for (const RtlCellCount& count : check.cells) {
        QVERIFY2(count.cells > 0, count.module.c_str());
        QVERIFY2(count.command.starts_with("yosys -p \"read_verilog -sv -defer synth/" + count.module),
                 count.command.c_str());
        QVERIFY2(count.command.find("; stat\"  # Yosys ") != std::string::npos, count.command.c_str());
        const auto add = [](std::int64_t sum, const auto& type) { return sum + type.second; };
        QCOMPARE(std::accumulate(count.byType.begin(), count.byType.end(), std::int64_t{0}, add),
                 count.cells);
        if (count.module.starts_with("decoder"))
            decoders.insert(count.module);
    }
    QCOMPARE(decoders, (std::set<std::string>{"decoder_8_2", "decoder_4_1", "decoder_4_3_exactly"}));
    QCOMPARE(check.cells.size(), 6);
}

// What another source gave does not count, however make's clock sees it.
void TestRtl::staleProductsAreNotCounted()
{
    const fs::path target = victim("stale");
    const RtlCheck sound = runRtlCheck(RtlTool::Yosys, target);
    QVERIFY2(sound.passed, textOf(sound));
    const fs::path counts = target / "build" / "synth" / (sound.cells.front().module + ".txt");
    QVERIFY(fs::exists(counts));
    replaceContent(counts, "Number of cells: 1\n"); // newer than its sources
    const RtlCheck again = runRtlCheck(RtlTool::Yosys, target);
    QCOMPARE(again.cells.front().cells, sound.cells.front().cells);
    const RtlCheck simulated = runRtlCheck(RtlTool::Icarus, target);
    QVERIFY2(simulated.passed, textOf(simulated));
    replaceContent(target / "build" / "testbench.vvp", "no program");
    QVERIFY(runRtlCheck(RtlTool::Icarus, target).passed);
}

void TestRtl::refusesAndDestroysNothing()
{
    Random random(1, 1);
    const test::RtlCase made = test::rtlCases()[0];
    IntegerNetwork network = made.network(random);
    const LabelledImages images = test::randomImages(1, 1, random);
    const auto refusal = [&](const DesignPoint& design, const fs::path& target) {
        return test::refusalOf([&] { exportRtl(network, design, images, target); });
    };
    fs::create_directory(folder("parent"));
    fs::create_directory(folder("parent/full"));
    replaceContent(folder("parent/full/mine.txt"), "mine");
    replaceContent(folder("parent/file"), "mine");
    DesignPoint none;
    none.lanes = 0;
    QVERIFY(refusal(none, folder("parent/new")).starts_with("lanes = 0"));
    QVERIFY(refusal({}, folder("parent/full")).find("not empty") != std::string::npos);
    QVERIFY(refusal({}, folder("parent/file")).find("is no folder") != std::string::npos);
    QVERIFY(refusal({}, folder("parent/none/new")).find("cannot be written") != std::string::npos);
    QVERIFY(!refusal({}, "").empty());
    QCOMPARE(contentOf(folder("parent/full/mine.txt")), std::string("mine"));
    QCOMPARE(std::distance(fs::directory_iterator(folder("parent")), fs::directory_iterator()), 2);
    fs::create_directory(folder("parent/empty"));
    QCOMPARE(refusal({}, folder("parent/empty/")), std::string());
    QVERIFY(fs::exists(folder("parent/empty/network_top.sv")));
    network.layers.front().permutation = {0};
    QVERIFY(refusal({}, folder("parent/permuted")).find("'layer0' has a permutation") != std::string::npos);
    QVERIFY(!fs::exists(folder("parent/permuted")));
}

void TestRtl::namesMissingTools()
{
    const QByteArray path = qgetenv("PATH");
    const auto restore = qScopeGuard([&] { qputenv("PATH", path); });
    fs::create_directory(folder("bin"));
    fs::create_symlink("/usr/bin/make", folder("bin/make"));
    qputenv("PATH", QByteArray::fromStdString(folder("bin").string()));
    QCOMPARE(test::refusalText([] { requireInstalled(RtlTool::Icarus); }),
             QString("icarus: the program iverilog is not installed: install the package iverilog"));
}

void TestRtl::isCancelled()
{
    const fs::path target = victim("cancelled");
    std::stop_source stop;
    // As soon as make says what it runs.
    const RtlCheck check = runRtlCheck(
        RtlTool::Verilator, target, 0, [&](const std::string&) { stop.request_stop(); }, stop.get_token());
    QVERIFY(check.cancelled);
    QVERIFY(!check.passed);
    QVERIFY2(check.seconds < 10.0, textOf(check));
}

// What a tool prints is not ours: numbers beyond 64 bits and lines of any length come and go.
void TestRtl::cellCountsAreReadFromAnyText()
{
    const RtlCellCount count = parseCellCount(
        "decoder", "   Number of cells:   345\n     $_AND_     12\n     $_MUX_ 999999999999999999\n");
    QCOMPARE(count.cells, std::int64_t{345});
    QCOMPARE(count.byType.size(), std::size_t{2});
    QCOMPARE(count.byType[1].second, std::int64_t{999999999999999999});
    QCOMPARE(parseCellCount("decoder", "Number of cells: 99999999999999999999\n").cells, std::int64_t{0});
    const std::string longName = "$" + std::string(2'000'000, 'x') + " 12\n";
    QVERIFY(parseCellCount("decoder", longName).byType.empty());
}

QTEST_GUILESS_MAIN(TestRtl)
#include "tst_rtl.moc"
