#include "core/error.h"
#include "core/hardware/figures.h"
#include "experiments/hardware_report.h"
#include "experiments/number_text.h"
#include "experiments/report_html.h"
#include "experiments/report_json.h"
#include "experiments/report_pdf.h"
#include "tests/refusal_text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

using namespace ternbench;

namespace {

IntegerNetwork network(int layers)
{
    IntegerNetwork network;
    network.input.inputs = 16;
    for (int byte = 0; byte < 256; ++byte)
        network.input.values.push_back(std::int16_t(byte));
    for (int l = 0; l < layers; ++l) {
        IntegerLayer layer;
        layer.name = l == 0 ? "<first & \"odd\">" : "fc" + std::to_string(l);
        layer.rows = layer.fanIn = 16;
        layer.code = {8, 2};
        layer.weights.assign(256, 0);
        for (int i = 0; i < 256; i += 8)
            layer.weights[std::size_t(i)] = i % 16 ? 1 : -1;
        layer.multiplier.assign(16, 3);
        layer.offset.assign(16, 0);
        layer.shift.assign(16, 4);
        network.layers.push_back(layer);
    }
    setAccumulatorBits(network);
    return network;
}

const ReportSubject subject{"some/where.packed.h5", "A t\u00EAst", "Ternbench x", 200, 14};

HardwareReport report(int layers = 2, const HardwareEvidence& evidence = {})
{
    return makeReport(network(layers), DesignPoint{}, evidence);
}

QJsonObject json(const HardwareReport& report)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(reportJson(report, subject))).object();
}

std::string refusalOf(const std::string& text)
{
    return test::refusalOf([&] { evidenceFromJson(text, "results.json"); });
}

} // namespace

class TestHardwareFiles : public QObject
{
    Q_OBJECT

private slots:
    void everyFigureIsInTheJsonWithUnitAndBasis();
    void htmlIsWellFormedAndSelfContained();
    void htmlSaysWhatTheDocumentSays();
    void pdfHoldsEveryLayer();
    void longReportsTakeMorePages();
    void evidenceIsReadAndShown();
    void badEvidenceIsRefused_data();
    void badEvidenceIsRefused();
    void numbersAreShort_data();
    void numbersAreShort();
};

void TestHardwareFiles::everyFigureIsInTheJsonWithUnitAndBasis()
{
    const HardwareReport made = report();
    const QJsonObject all = json(made);
    QCOMPARE(all["format"].toString(), "ternbench.hardware_report");
    QCOMPARE(all["experiment"].toString(), QString("A t\u00EAst"));
    for (int i = 0; i < datapathCount; ++i) {
        const QString key = QString::fromStdString(std::string(datapathKey(Datapath(i))));
        const QJsonObject datapath = all["datapaths"].toObject()[key].toObject();
        QCOMPARE(datapath["parts"].toArray().size(), 4);
        const QJsonObject figures = datapath["total"].toObject()["figures"].toObject();
        QCOMPARE(std::size_t(figures.size()), partFigures().size());
        for (const PartFigure& figure : partFigures()) {
            const QJsonObject found = figures[QString::fromStdString(std::string(figure.key))].toObject();
            QCOMPARE(found["value"].toDouble(), figure.value(made.of(Datapath(i)).total));
            QCOMPARE(found["unit"].toString().toStdString(), std::string(figure.unit));
            QCOMPARE(found["basis"].toString(), "estimated");
        }
        QCOMPARE(std::size_t(datapath["figures"].toObject().size()), datapathFigures().size());
    }
    QCOMPARE(all["codings"].toObject()["total"].toObject()["codings"].toObject().size(), 14);
    QVERIFY(all["design"].toObject()["activation_bits"].isNull());
    QCOMPARE(all["energy"].toObject()["constants"].toArray().size(), 10);
    QVERIFY(all["energy"].toObject()["source"].toString().contains("ISSCC 2014"));
    QCOMPARE(all["ledger"].toObject()["entries"].toArray().size(), 2 + 2 * 7);
}

void TestHardwareFiles::htmlIsWellFormedAndSelfContained()
{
    QString html = QString::fromStdString(reportHtml(describeReport(report(), subject)));
    QVERIFY(html.contains("prefers-color-scheme: dark") && html.contains("@media print"));
    for (const char* outside : {"http:", "https:", "<script", "<link", "<img", "url("})
        QVERIFY2(!html.contains(outside), outside);
    // Apart from the document type and the two empty meta elements this page is XML as well.
    html.remove("<!DOCTYPE html>").remove(QRegularExpression("<meta [^>]*>"));
    QXmlStreamReader reader(html);
    int tables = 0;
    while (!reader.atEnd())
        tables += reader.readNext() == QXmlStreamReader::StartElement && reader.name() == QString("table");
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QVERIFY(tables >= 10);
}

void TestHardwareFiles::htmlSaysWhatTheDocumentSays()
{
    const ReportDocument document = describeReport(report(), subject);
    const QString html = QString::fromStdString(reportHtml(document));
    QVERIFY(html.contains("&lt;first &amp; &quot;odd&quot;&gt;"));
    QVERIFY(html.contains("hardware error 7.00 % of 200 test images"));
    for (const ReportSection& section : document.sections) {
        QVERIFY2(html.contains(QString::fromStdString(section.title)), section.title.c_str());
        for (const auto& row : section.table.rows)
            QCOMPARE(row.size(), section.table.headings.size());
        QVERIFY(section.table.bars.empty() || section.table.bars.size() == section.table.rows.size());
    }
    QVERIFY(html.contains("class=\"bar\""));
}

void TestHardwareFiles::pdfHoldsEveryLayer()
{
    const std::string pdf = reportPdf(describeReport(report(), subject));
    QVERIFY(pdf.starts_with("%PDF-") && pdf.find("%%EOF") != std::string::npos);
    // Text is stored as it is: each line of a cell is one string.
    for (const char* text : {"(fc1)", "(Assumptions)", "(llama.cpp TQ1_0)", "(estimated)"})
        QVERIFY2(pdf.find(text) != std::string::npos, text);
    QVERIFY(pdf.find("A t\xEAst") != std::string::npos || pdf.find("A t\\352st") != std::string::npos);
}

void TestHardwareFiles::longReportsTakeMorePages()
{
    const auto pages = [](int layers) {
        return QByteArray::fromStdString(reportPdf(describeReport(report(layers), subject)))
            .count("/Type /Page\n");
    };
    QVERIFY(pages(1) >= 2);
    QVERIFY(pages(40) > pages(1) + 4);
}

void TestHardwareFiles::evidenceIsReadAndShown()
{
    const HardwareEvidence evidence = evidenceFromJson(
        R"json({"rtl": {"network_sha256": "a1", "lanes": 8, "rows": 16, "table": "rom",
                        "off_chip_bits_per_cycle": 128},
                "simulation": {"command": "make sim", "images": 100,
                               "parts": [{"part": "fc1", "cycles": 12345}]},
                "synthesis": [{"module": "group_decoder (8,2)", "cells": 77, "command": "yosys -s x"}]})json",
        "results.json");
    QCOMPARE(evidence.simulation.parts.size(), std::size_t{1});
    const HardwareReport made = report(2, evidence);
    QCOMPARE(made.disagreements.size(), std::size_t{1});
    const QJsonObject part =
        json(made)["datapaths"].toObject()["coded"].toObject()["parts"].toArray()[2].toObject();
    const QJsonObject cycles = part["figures"].toObject()["cycles"].toObject();
    QCOMPARE(cycles["value"].toInt(), 12345);
    QCOMPARE(cycles["basis"].toString(), "simulated");
    const std::string html = reportHtml(describeReport(made, subject));
    for (const char* text : {"cycles simulated, others estimated", "make sim", "DISAGREEMENT: fc1",
                             "group_decoder (8,2)", "synthesized", "yosys -s x"})
        QVERIFY2(html.find(text) != std::string::npos, text);
    QVERIFY(evidenceFromJson("{}", "x").simulation.parts.empty());
}

void TestHardwareFiles::badEvidenceIsRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("no JSON") << "hello";
    QTest::newRow("list") << "[1, 2]";
    QTest::newRow("cycles are text")
        << R"({"simulation": {"command": "", "images": 1, "parts": [{"part": "a", "cycles": "9"}]}})";
    QTest::newRow("no cycles")
        << R"({"simulation": {"command": "", "images": 1, "parts": [{"part": "a", "cycles": 0}]}})";
    QTest::newRow("cycles beyond any integer")
        << R"({"simulation": {"command": "", "images": 1, "parts": [{"part": "a", "cycles": 1e300}]}})";
    QTest::newRow("cycles that cannot be added")
        << R"({"simulation": {"command": "", "images": 1, "parts": [{"part": "a", "cycles": 9223372036854775807}]}})";
    QTest::newRow("half an image") << R"({"simulation": {"command": "", "images": 0.5, "parts": []}})";
    QTest::newRow("fewer than no cells")
        << R"({"synthesis": [{"module": "a", "cells": -4, "command": "make"}]})";
    QTest::newRow("a key given twice") << R"({"synthesis": [], "synthesis": []})";
    QTest::newRow("nested without end") << QString(100'000, '[');
    QTest::newRow("a part twice")
        << R"({"simulation": {"command": "", "images": 1, "parts": [{"part": "a", "cycles": 9}, {"part": "a", "cycles": 9}]},
               "rtl": {"network_sha256": "", "lanes": 1, "rows": 1, "off_chip_bits_per_cycle": 8, "table": "rom"}})";
    QTest::newRow("of no image")
        << R"({"simulation": {"command": "", "images": 0, "parts": [{"part": "a", "cycles": 9}]}})";
    QTest::newRow("no cells") << R"({"synthesis": [{"module": "a", "cells": 0, "command": "make"}]})";
    QTest::newRow("parts are no list")
        << R"({"simulation": {"command": "", "images": 1, "parts": {"a": 1}}})";
    QTest::newRow("of no RTL") << R"({"synthesis": [{"module": "a", "cells": 4, "command": "make"}]})";
    QTest::newRow("of RTL without rows")
        << R"({"synthesis": [{"module": "a", "cells": 4, "command": "make"}], "rtl": {"network_sha256": "", "lanes": 1,
               "rows": 0, "off_chip_bits_per_cycle": 8, "table": "rom"}})";
    QTest::newRow("of RTL with a table of its own")
        << R"({"synthesis": [{"module": "a", "cells": 4, "command": "make"}], "rtl": {"network_sha256": "", "lanes": 1,
               "rows": 1, "off_chip_bits_per_cycle": 8, "table": "ram"}})";
    QTest::newRow("no command") << R"({"synthesis": [{"module": "a", "cells": 4}]})";
}

void TestHardwareFiles::badEvidenceIsRefused()
{
    QFETCH(QString, text);
    const std::string refusal = refusalOf(text.toStdString());
    QVERIFY2(refusal.starts_with("results.json: "), refusal.c_str());
    QVERIFY2(refusal.find("json.exception") == std::string::npos, refusal.c_str());
}

void TestHardwareFiles::numbersAreShort_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << 0.0 << "0";
    QTest::newRow("small") << 0.012342 << "0.01234";
    QTest::newRow("one") << 1.0 << "1.000";
    QTest::newRow("just below a power") << 999.96 << "1000.0";
    QTest::newRow("large") << 1234567.8 << "1,234,568";
    QTest::newRow("negative") << -12.5 << "-12.50";
    QTest::newRow("huge") << 1e20 << "100000000000000000000";
}

void TestHardwareFiles::numbersAreShort()
{
    QFETCH(double, value);
    QTEST(QString::fromStdString(significant(value, 4)), "text");
}

QTEST_GUILESS_MAIN(TestHardwareFiles)
#include "tst_hardware_files.moc"
