#include "tests/widgets/offscreen.h"
#include "widgets/plots/codings_plot.h"
#include "widgets/plots/fault_display.h"
#include "widgets/plots/faults_plot.h"
#include "widgets/views/comparison_view.h"
#include "widgets/views/design_form.h"
#include "widgets/views/fault_table.h"
#include "widgets/views/faults_form.h"
#include "widgets/views/faults_view.h"
#include "widgets/views/plain_table_model.h"
#include "widgets/views/report_tables.h"
#include "widgets/views/result_table.h"
#include "widgets/views/rtl_table.h"
#include "widgets/views/rtl_view.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace ternbench;

namespace {

/// A layer of 4 x 8 weights, one non-zero a row.
IntegerNetwork smallNetwork()
{
    IntegerLayer layer;
    layer.name = "out";
    layer.rows = 4;
    layer.fanIn = 8;
    layer.code = {8, 2};
    layer.weights.assign(32, 0);
    for (int row = 0; row < 4; ++row)
        layer.weights[std::size_t(row) * 9] = 1;
    layer.multiplier.assign(4, 1);
    layer.offset.assign(4, 0);
    layer.shift.assign(4, 0);
    IntegerNetwork network;
    network.input.inputs = 8;
    for (int byte = 0; byte < 256; ++byte)
        network.input.values.push_back(std::int16_t(byte));
    network.layers = {layer};
    setAccumulatorBits(network);
    return network;
}

FaultCurve smallCurve()
{
    FaultCurve curve;
    curve.indexBits = 1000;
    curve.detectableBits = 100;
    curve.images = 50;
    curve.soundClassError = 0.1;
    curve.points = {{0, 2, 0, 0, 2, {}, {}, {0.1, 0.1, 0.1}}, {10, 4, 1, 2, 1, {}, {}, {0.2, 0.1, 0.4}}};
    return curve;
}

QString cell(const PlainTable& table, std::size_t row, std::size_t column)
{
    return table.rows.at(row).cells.at(column).text;
}

const PlainTable::Row& rowOf(const PlainTable& table, const QString& title)
{
    for (const PlainTable::Row& row : table.rows)
        if (row.cells.front().text == title)
            return row;
    qFatal("no row %s", qPrintable(title));
}

void type(QWidget& form, const char* field, const QString& text)
{
    auto* edit = form.findChild<QLineEdit*>(QLatin1String(field));
    edit->setFocus();
    edit->selectAll();
    QTest::keyClicks(edit, text);
}

} // namespace

class HardwareTabsTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void modelKeepsToItsTable()
    {
        PlainTableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(codingTable(compareCodings(smallNetwork()).total));
        QCOMPARE(model.rowCount(), 14);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setTable(codingTable(compareCodings(smallNetwork()).total));
        QCOMPARE(resets.count(), 0); // the view keeps its place
        model.setTable({});
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(resets.count(), 1);
    }

    void selectedRowsAreCopied()
    {
        PlainTableModel model;
        model.setTable({{{QStringLiteral("a"), false, {}}, {QStringLiteral("b"), true, {}}},
                        {{{{QStringLiteral("x"), {}, {}}, {QStringLiteral("1"), {}, {}}}, false}}});
        const std::unique_ptr<QTableView> table(makeResultTable(&model, "t", QStringLiteral("t"), nullptr));
        QVERIFY(selectedText(*table).isEmpty());
        table->selectRow(0);
        QCOMPARE(selectedText(*table), QStringLiteral("a\tb\nx\t1\n"));
    }

    void codingsSayWhatTheyAre()
    {
        const LayerCodings codings = compareCodings(smallNetwork()).total;
        const PlainTable table = codingTable(codings);
        QCOMPARE(cell(table, 0, 2), QStringLiteral("1.000"));
        QCOMPARE(cell(table, std::size_t(CodingKind::ThreeOfFour), 3), QStringLiteral("no"));
        QCOMPARE(cell(table, std::size_t(CodingKind::GroupEntropy), 3), QStringLiteral("bound"));
        QVERIFY(!cell(table, std::size_t(CodingKind::Csr), 4).isEmpty());
        QCOMPARE(codingBar(codings.of(CodingKind::ThreeOfFour)), CodingBar::Unfitting);
        QCOMPARE(codingBar(codings.of(CodingKind::WeightEntropy)), CodingBar::Bound);
        QCOMPARE(codingBar(codings.of(CodingKind::Indexes)), CodingBar::Own);
    }

    void barsCarryTheirNumbersAndAreSaved()
    {
        const QTemporaryDir folder;
        CodingsPlot plot;
        plot.resize(600, 300);
        plot.show();
        plot.setCodings(compareCodings(smallNetwork()).total);
        plot.refreshNow();
        QCOMPARE(plot.barTexts().size(), 14);
        QCOMPARE(plot.barTexts().at(0), QStringLiteral("1.000"));
        QVERIFY(plot.barTexts().last().startsWith(QStringLiteral("≥")));
        for (const char* kind : {"png", "svg", "pdf", "csv"})
            QCOMPARE(plot.saveFigure(folder.filePath(QStringLiteral("codings.") + QLatin1String(kind))),
                     QString());
        QCOMPARE(plot.barEnd(CodingKind::Float32), 32.0);
        plot.setLogY(true); // bars begin elsewhere, and end where they did
        QCOMPARE(plot.barEnd(CodingKind::Float32), 32.0);
        plot.setCodings({});
        plot.refreshNow();
        QVERIFY(!plot.saveFigure(folder.filePath(QStringLiteral("none.png"))).isEmpty());
    }

    void figuresShowTheirBasis()
    {
        const DesignPoint design;
        const IntegerNetwork network = smallNetwork();
        const HardwareReport estimated = makeReport(network, design);
        const PartCost& total = estimated.of(Datapath::Coded).total;
        const HardwareEvidence evidence{{"make icarus", 3, {{"total", total.cycles.cycles}}},
                                        {{"decoder_8_2", 120, "make synth"}}};
        const HardwareReport report = makeReport(network, design, evidence);
        const auto basis = [](const HardwareReport& of, const char* figure) {
            return rowOf(figuresTable(of, -1), QLatin1String(figure)).cells.at(3).text;
        };
        QCOMPARE(basis(estimated, "cycles"), QStringLiteral("estimated"));
        QCOMPARE(basis(report, "cycles"), QStringLiteral("simulated"));
        QCOMPARE(basis(report, "energy"), QStringLiteral("estimated"));
        QCOMPARE(basis(report, "cells: decoder_8_2"), QStringLiteral("synthesized"));
        QVERIFY(evidenceText(report).contains(QStringLiteral("make icarus")));
        QCOMPARE(figuresTable(report, -1).columns.size(), std::size_t(8));
        const PlainTable parts = partsTable(report, Datapath::Coded);
        QCOMPARE(parts.rows.size(), std::size_t(4)); // input, out, argmax, total
        QCOMPARE(cell(parts, 3, 2), QStringLiteral("simulated"));
        QCOMPARE(cell(partsTable(report, Datapath::DenseInt8), 3, 2), QStringLiteral("estimated"));
    }

    void designIsMarkedAtItsField()
    {
        DesignForm form;
        form.show();
        QSignalSpy changes(&form, &DesignForm::designChanged);
        type(form, "design.offChipBits", QStringLiteral("100"));
        QVERIFY(form.problem().contains(QStringLiteral("multiple of 8")));
        QCOMPARE(form.design().offChipBitsPerCycle, 1 * 128); // the last that can be built; "1", "10" cannot
        QCOMPARE(changes.count(), 0);
        QVERIFY(form.findChild<QLineEdit*>(QStringLiteral("design.offChipBits"))
                    ->accessibleDescription()
                    .contains(QStringLiteral("100")));
        QVERIFY(
            form.findChild<QLineEdit*>(QStringLiteral("design.lanes"))->accessibleDescription().isEmpty());
        type(form, "design.offChipBits", QStringLiteral("64"));
        QCOMPARE(form.design().offChipBitsPerCycle, 64);
        QCOMPARE(form.problem(), QString());
        auto* activations = form.findChild<QLineEdit*>(QStringLiteral("design.activationBits"));
        QCOMPARE(activations->text(), QString());
        QCOMPARE(activations->placeholderText(), QStringLiteral("as trained"));
        type(form, "design.activationBits", QStringLiteral("1"));
        QVERIFY(form.problem().contains(QStringLiteral("activation bits = 1 is not allowed: must be 2..16")));
        QVERIFY(!form.design().activationBits);
        type(form, "design.activationBits", QStringLiteral("10")); // "1" cannot
        QVERIFY(form.design().activationBits == 10);
        activations->selectAll();
        QTest::keyClick(activations, Qt::Key_Delete);
        QVERIFY(!form.design().activationBits);
        QCOMPARE(form.problem(), QString());
        type(form, "design.activationBits", QStringLiteral("6"));
        type(form, "design.rows", QStringLiteral("x"));
        QVERIFY(!form.problem().isEmpty());
        QTest::mouseClick(form.findChild<QPushButton*>(QStringLiteral("designDefaults")), Qt::LeftButton);
        QVERIFY(form.design() == DesignPoint{});
        QCOMPARE(activations->text(), QString());
        QCOMPARE(form.problem(), QString());
    }

    void flipsAreRead()
    {
        std::vector<std::int64_t> flips;
        QVERIFY(parseFlips(QStringLiteral(" 1, 10;100 "), flips).isEmpty());
        QCOMPARE(flips, (std::vector<std::int64_t>{1, 10, 100}));
        QVERIFY(parseFlips({}, flips).isEmpty());
        QVERIFY(flips.empty());
        QVERIFY(parseFlips(QStringLiteral("1,-2"), flips).contains(QStringLiteral("-2")));
        QVERIFY(parseFlips(QStringLiteral("1.5"), flips).contains(QStringLiteral("1.5")));
    }

    void faultCurvesHaveNoPointAtZero()
    {
        const FaultCurves curves = faultCurves(smallCurve());
        QCOMPARE(curves.flips, std::vector<double>{10.0});
        QCOMPARE(curves.mostError, std::vector<double>{40.0});
        QCOMPARE(curves.silent, std::vector<double>{50.0});
        QCOMPARE(faultTable(smallCurve()).rows.size(), std::size_t(2));
        QCOMPARE(cell(faultTable(smallCurve()), 1, 5), QStringLiteral("20.00 %"));
    }

    void faultsViewStartsAndCancels()
    {
        FaultsView view;
        view.resize(500, 600);
        view.show();
        auto* start = view.findChild<QPushButton*>(QStringLiteral("startFaults"));
        auto* cancel = view.findChild<QPushButton*>(QStringLiteral("cancelFaults"));
        view.setObstacle(QStringLiteral("no file"));
        QCOMPARE(start->toolTip(), QStringLiteral("no file"));
        view.setObstacle({});
        type(view, "faults.repeats", QStringLiteral("0"));
        QVERIFY(!start->isEnabled());
        type(view, "faults.repeats", QStringLiteral("3"));
        QSignalSpy starts(&view, &FaultsView::startRequested), cancels(&view, &FaultsView::cancelRequested);
        QTest::mouseClick(start, Qt::LeftButton);
        QCOMPARE(starts.at(0).at(0).value<FaultStudySpec>().repeats, 3);
        QVERIFY(!cancel->isEnabled());
        view.setBusy(0.5);
        QVERIFY(!start->isEnabled() && cancel->isEnabled());
        QTest::mouseClick(cancel, Qt::LeftButton);
        view.setBusy(0.6);
        QVERIFY(!cancel->isEnabled()); // heard once
        QCOMPARE(cancels.count(), 1);
        view.setIdle();
        view.setCurve(smallCurve(), QStringLiteral("a.packed.h5"));
        QVERIFY(view.plot()->isVisible());
        QVERIFY(start->isEnabled());
    }

    void checksReadWithoutColour()
    {
        RtlCheck good;
        good.tool = RtlTool::Icarus;
        good.passed = true;
        good.images = 3;
        good.leastCycles = good.mostCycles = good.expectedCycles = 1026;
        good.layers = {{"fc1", 1536, 0}};
        good.parts = {{"input", 51, 51, 51}, {"fc1", 900, 902, 900}, {"argmax", 11, 11, 11}};
        RtlCheck missing;
        missing.tool = RtlTool::Yosys;
        missing.problems = {"synth: the program yosys is not installed: install the package yosys"};
        const PlainTable table = rtlTable({good, missing});
        QCOMPARE(table.rows.size(), std::size_t(5));
        QCOMPARE(cell(table, 0, 1), QStringLiteral("passed"));
        QCOMPARE(cell(table, 0, 5), QStringLiteral("1,026"));
        QCOMPARE(cell(table, 0, 6), QStringLiteral("1,026"));
        QCOMPARE(cell(table, 1, 3), QString());
        QCOMPARE(cell(table, 1, 5), QStringLiteral("51"));
        QCOMPARE(cell(table, 2, 3), QStringLiteral("1,536"));
        QCOMPARE(cell(table, 2, 5), QStringLiteral("900 to 902"));
        QCOMPARE(cell(table, 2, 6), QStringLiteral("900"));
        QCOMPARE(cell(table, 4, 1), QStringLiteral("FAILED"));
        QVERIFY(cell(table, 4, 9).contains(QStringLiteral("package yosys")));
    }

    void rtlButtonsSayWhyNot()
    {
        RtlView view;
        view.show();
        auto* check = view.findChild<QPushButton*>(QStringLiteral("checkRtl"));
        auto* exporting = view.findChild<QPushButton*>(QStringLiteral("exportRtl"));
        auto* cancel = view.findChild<QPushButton*>(QStringLiteral("cancelRtl"));
        view.setObstacles({}, QStringLiteral("no RTL"));
        QVERIFY(exporting->isEnabled());
        QCOMPARE(check->toolTip(), QStringLiteral("no RTL"));
        type(view, "rtl.images", QStringLiteral("0"));
        QVERIFY(!exporting->isEnabled());
        view.setObstacles({}, {});
        view.setBusy(QStringLiteral("Exporting"), 0, 0);
        QVERIFY(!cancel->isEnabled() && !check->isEnabled());
        view.setIdle();
        view.setBusy(QStringLiteral("Lint"), 0, 2);
        QVERIFY(cancel->isEnabled());
        view.setIdle();
        QVERIFY(check->isEnabled() && !cancel->isEnabled());
    }
};

QTEST_MAIN(HardwareTabsTest)
#include "tst_hardware_tabs.moc"
