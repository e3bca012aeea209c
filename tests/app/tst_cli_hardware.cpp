#include "core/packed/packed_file.h"
#include "experiments/report_json.h"
#include "tests/app/cli_fixture.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace ternbench;
using namespace ternbench::test;

/// What the command line tells a hardware designer of a packed file: faults, reports.
class TestCliHardware : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void faultsAreReproducible();
    void faultsAsText();
    void badFaultsAreRefused_data();
    void badFaultsAreRefused();
    void reportAsText();
    void reportFilesSayTheSame();
    void anotherDesignIsStored();
    void evidenceThatDisagreesFails();
    void activationBitsAreReportedAndStored();
    void convolutionIsReportedAndRefusedAsRtl();
    void eightBitLayersAreExported();
    void badReportsLeaveFilesIntact_data();
    void badReportsLeaveFilesIntact();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString packed() const { return path("small.packed.h5"); }

    QTemporaryDir m_folder;
};

void TestCliHardware::initTestCase()
{
    const QString document = path("small.json");
    saveExperiment(smallExperiment(), document.toStdString());
    const Result run = cli({"run", document, "--output", path("small.run.h5"), "--export", packed()});
    QVERIFY2(run.status == 0, run.all());
}

void TestCliHardware::faultsAreReproducible()
{
    const QStringList command{"faults", packed(), "--flips", "0,1,40", "--repeats", "3", "--json"};
    const Result first = cli(command + QStringList{"--threads", "1"});
    QVERIFY2(first.status == 0, first.all());
    const QJsonObject faults = first.json()["faults"].toObject();
    QCOMPARE(faults["index_bits"].toInt(), (64 * 24 + 24 * 10)); // one bit a weight
    QCOMPARE(faults["images"].toInt(), 200);
    const QJsonArray points = faults["points"].toArray();
    QCOMPARE(points.size(), 3);
    QCOMPARE(points[0].toObject()["class_error"].toObject()["mean"], faults["sound_class_error"]);
    QCOMPARE(points[2].toObject()["repeats"].toInt(), 3);
    QVERIFY(cli(command + QStringList{"--threads", "2"}).json() == first.json());
    QVERIFY(cli(command + QStringList{"--seed", "2"}).json() != first.json());
}

void TestCliHardware::faultsAsText()
{
    const Result result = cli({"faults", packed(), "--repeats", "2", "--images", "20"});
    QVERIFY2(result.status == 0, result.all());
    QVERIFY2(result.out.contains(QRegularExpression(" +100 +2 +\\d+ +\\d+ +\\d+ ")), result.all());
    QVERIFY2(result.out.contains("1,776 index bits"), result.all());
    QVERIFY2(result.out.contains("20 test images"), result.all());
    QVERIFY2(result.out.contains("decoded as all zeros"), result.all());
}

void TestCliHardware::badFaultsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message");
    QTest::newRow("too many") << QStringList{"--flips", "1,1777"}
                              << "flips: 1777 is not allowed: must be 0..1776";
    QTest::newRow("negative") << QStringList{"--flips=-1"} << "flips: -1 is not allowed";
    QTest::newRow("no number") << QStringList{"--flips", "1,x"} << "--flips";
    QTest::newRow("negative seed") << QStringList{"--seed=-1"} << "--seed";
    QTest::newRow("no repeats") << QStringList{"--repeats", "0"} << "--repeats";
    QTest::newRow("negative images") << QStringList{"--images=-5"} << "--images";
}

void TestCliHardware::badFaultsAreRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const Result result = cli(QStringList{"faults", packed()} + arguments);
    QVERIFY2(result.status == 2, result.all());
    QVERIFY2(result.err.contains(message), result.all());
    QCOMPARE(cli({"faults", path("none.packed.h5")}).status, 2);
}

void TestCliHardware::reportAsText()
{
    const Result result = cli({"report", packed()});
    QVERIFY2(result.status == 0 && result.err.isEmpty(), result.all());
    for (const char* part : {"Design point", "dense float32", "Accumulators", "run-length",
                             "not representable", "every byte", "ISSCC 2014", "estimated", "Assumptions"})
        QVERIFY2(result.out.contains(part), part);
    const Result other = cli({"report", packed(), "--lanes", "1", "--rows", "2", "--clock", "50"});
    QVERIFY2(other.status == 0 && other.out != result.out, other.all());
}

void TestCliHardware::reportFilesSayTheSame()
{
    const Result result = cli({"report", packed(), "--lanes", "2", "--json", path("r.json"), "--html",
                               path("r.html"), "--pdf", path("r.pdf")});
    QVERIFY2(result.status == 0, result.all());
    const QJsonObject file = QJsonDocument::fromJson(contentOf(path("r.json"))).object();
    const QJsonObject printed = cli({"report", packed(), "--lanes", "2", "--json"}).json();
    QVERIFY(printed["report"].toObject() == file);
    QCOMPARE(printed["exit_status"].toInt(), 0);
    QCOMPARE(file["design"].toObject()["lanes"].toInt(), 2);
    // 8x8 inputs to 24 rows: 8 groups a row by 2 lanes, 2 blocks of 16 rows; 7 cycles of latency
    const QJsonObject fc1 = file["datapaths"].toObject()["coded"].toObject()["parts"].toArray()[1].toObject();
    QCOMPARE(fc1["figures"].toObject()["cycles"].toObject()["value"].toInt(), 4 * 2 + 7);
    QVERIFY(contentOf(path("r.html")).startsWith("<!DOCTYPE html>"));
    QVERIFY(contentOf(path("r.pdf")).startsWith("%PDF-"));
    QVERIFY(contentOf(path("r.html")).contains("small"));
}

void TestCliHardware::anotherDesignIsStored()
{
    const QString file = path("stored.packed.h5");
    QVERIFY(QFile::copy(packed(), file));
    const Result stored = cli({"report", file, "--lanes", "3", "--rows", "5", "--store"});
    QVERIFY2(stored.status == 0 && stored.out.contains("Stored"), stored.all());
    const auto design = readPacked(file.toStdString()).design;
    QVERIFY(design && design->lanes == 3 && design->parallelRows == 5);
    // Whole as before: digests, outputs, and the stored figures against the network.
    const QJsonObject before = cli({"verify", packed(), "--json"}).json()["verification"].toObject();
    const QJsonObject after = cli({"verify", file, "--json"}).json()["verification"].toObject();
    QVERIFY(after["passed"].toBool() && after == before);

    // A damaged file is not sealed anew.
    QFile damaged(file);
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    QByteArray content = damaged.readAll();
    const QByteArray codes(
        reinterpret_cast<const char*>(readPacked(file.toStdString()).indexes[0].bytes.data()), 12);
    const auto at = content.indexOf(codes);
    QVERIFY(at > 0);
    content[at] = char(content[at] ^ 1);
    QVERIFY(damaged.seek(0) && damaged.write(content) == content.size());
    damaged.close();
    const Result refused = cli({"report", file, "--store"});
    QVERIFY2(refused.status == 2 && refused.err.contains("damaged"), refused.all());
    QVERIFY(damaged.open(QIODevice::ReadOnly) && damaged.readAll() == content);
}

void TestCliHardware::evidenceThatDisagreesFails()
{
    HardwareEvidence evidence{{"sim", 3, {{"fc1", 9}}}, {}};
    evidence.rtl = identityOf(readPacked(packed().toStdString()).network, DesignPoint{});
    write(path("right.json"), QByteArray::fromStdString(evidenceToJson(evidence)));
    const Result right = cli({"report", packed(), "--evidence", path("right.json")}); // 1 step, 2 blocks, 7
    QVERIFY2(right.status == 0 && right.out.contains("cycles simulated, others estimated"), right.all());
    evidence.simulation.parts[0].cycles = 10;
    write(path("wrong.json"), QByteArray::fromStdString(evidenceToJson(evidence)));
    const Result wrong = cli({"report", packed(), "--evidence", path("wrong.json")});
    QVERIFY2(wrong.status == 1 && wrong.err.contains("fc1: 10 cycles were simulated"), wrong.all());
    evidence.rtl.networkSha256[0] = evidence.rtl.networkSha256[0] == '0' ? '1' : '0';
    write(path("other.json"), QByteArray::fromStdString(evidenceToJson(evidence)));
    const Result other =
        cli({"report", packed(), "--evidence", path("other.json"), "--html", path("other.html")});
    QVERIFY2(other.status == 2 && other.err.contains("network_sha256 = "), other.all());
    QVERIFY(!QFile::exists(path("other.html")));
}

void TestCliHardware::activationBitsAreReportedAndStored()
{
    const QString file = path("narrow.packed.h5");
    QVERIFY(QFile::copy(packed(), file));
    const QStringList command{"report", file, "--activation-bits", "4"};
    const Result text = cli(command);
    QVERIFY2(text.status == 0 && text.out.contains(QRegularExpression("activation bits: [^\n]* 4 +bit")),
             text.all());
    QVERIFY2(text.out.contains("fewer than these layers give: fc1 (8)"), text.all());
    const auto scores = [](const Result& result) { // what the last layer reads
        const QJsonObject all = result.json()["report"].toObject();
        const QJsonArray parts = all["datapaths"].toObject()["coded"].toObject()["parts"].toArray();
        return parts[2].toObject()["figures"].toObject()["activation_bits"].toObject()["value"].toInt();
    };
    const Result own = cli({"report", file, "--json"});
    const Result stored = cli(command + QStringList{"--store", "--json"});
    QVERIFY(own.json()["report"].toObject()["design"].toObject()["activation_bits"].isNull());
    QCOMPARE(stored.json()["report"].toObject()["design"].toObject()["activation_bits"].toInt(), 4);
    QCOMPARE(scores(own), 8);
    QCOMPARE(scores(stored), 4);
    QVERIFY(readPacked(file.toStdString()).design->activationBits == 4);
    const Result verified = cli({"verify", file});
    QVERIFY2(verified.status == 0, verified.all());
}

void TestCliHardware::convolutionIsReportedAndRefusedAsRtl()
{
    Experiment experiment = smallExperiment();
    LayerSpec conv = experiment.network.layers.front();
    conv.kind = LayerKind::Conv2d;
    conv.name = "conv";
    conv.outputs = 8;
    conv.window = {3, 1, 1};
    conv.groupAxis = GroupAxis::Flattened;
    LayerSpec pool;
    pool.kind = LayerKind::MaxPool;
    pool.name = "pool";
    pool.window = {2, 2, 0};
    experiment.network.layers.insert(experiment.network.layers.begin(), {conv, pool});
    saveExperiment(experiment, path("conv.json").toStdString());
    const QString file = path("conv.packed.h5");
    const Result run = cli({"run", path("conv.json"), "--output", path("conv.run.h5"), "--export", file});
    QVERIFY2(run.status == 0, run.all());
    QVERIFY(readPacked(file.toStdString()).design);
    const Result verified = cli({"verify", file});
    QVERIFY2(verified.status == 0 && verified.out.contains("report"), verified.all());

    const Result report =
        cli({"report", file, "--json", "--html", path("conv.html"), "--pdf", path("conv.pdf")});
    QVERIFY2(report.status == 0, report.all());
    const QJsonObject coded = report.json()["report"].toObject()["datapaths"].toObject()["coded"].toObject();
    const auto figure = [&](int part, const char* key) {
        return coded["parts"].toArray()[part].toObject()["figures"].toObject()[key].toObject();
    };
    QCOMPARE(figure(1, "cycles")["value"].toInt(), 8 * 8 + 7); // 9 weights in 2 groups by 8 lanes, 16 rows
    QCOMPARE(figure(1, "cycles")["basis"].toString(), QString("estimated"));
    QCOMPARE(figure(2, "cycles")["value"].toInt(), 4 * 4 * 4 + 7);
    for (const char* page : {"conv.html", "conv.pdf"})
        QVERIFY2(contentOf(path(page)).contains("pool"), page);
    QVERIFY(cli({"report", file}).out.contains("Convolution: "));

    const Result rtl = cli({"export", file, "--rtl", path("rtl")});
    QVERIFY2(rtl.status == 2 && rtl.err.contains("layer 'conv' is of kind conv2d"), rtl.all());
    QVERIFY(!QFile::exists(path("rtl")));
}

/// A first layer of 8-bit weights goes through everything but the RTL; one of floats is not exported at all.
void TestCliHardware::eightBitLayersAreExported()
{
    const QString first = R"(layers[0].code={"family":"8-bit"})", file = path("mixed.packed.h5");
    const QStringList run{"run", path("small.json"), "--force", "--output", path("mixed.run.h5"), "--set"};
    const Result ran = cli(run + QStringList{first, "--export", file});
    QVERIFY2(ran.status == 0 && ran.out.contains("8-bit weights"), ran.all());
    const Result verified = cli({"verify", file});
    QVERIFY2(verified.status == 0 && verified.out.contains("8-bit"), verified.all());
    const Result report = cli({"report", file});
    QVERIFY2(report.status == 0 && report.out.contains("Layers with 8-bit weights"), report.all());
    QVERIFY2(report.out.contains("not all of which are representable"), report.all());
    QCOMPARE(cli({"faults", file, "--flips", "0,5", "--repeats", "2"}).status, 0);
    const Result rtl = cli({"export", file, "--rtl", path("mixed-rtl")});
    QVERIFY2(rtl.status == 2 && rtl.err.contains("'fc1' has 8-bit weights"), rtl.all());
    const Result floats = cli(run + QStringList{R"(layers[0].code={"family":"float"})", "--export", file});
    QVERIFY2(floats.status == 2 && floats.err.contains("layers[0].code.family: \"float\" is not allowed"),
             floats.all());
    const Result kept = cli(run + QStringList{R"(layers[0].code={"family":"float"})"});
    QVERIFY2(kept.status == 0, kept.all());
    const Result refused = cli({"export", path("mixed.run.h5"), "--output", path("floats.packed.h5")});
    QVERIFY2(refused.status == 2 && refused.err.contains("'fc1' has float weights"), refused.all());
    QVERIFY(!QFile::exists(path("floats.packed.h5")));
    const Result info = cli({"info", path("mixed.run.h5")});
    QVERIFY2(info.status == 0 && info.out.contains("float weights"), info.all());
}

void TestCliHardware::badReportsLeaveFilesIntact_data()
{
    QTest::addColumn<QStringList>("arguments"); // "@name" stands for a file in the test's folder
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QStringList& arguments, const char* message) {
        QTest::newRow(name) << arguments << message;
    };
    row("no lanes", {"--lanes", "0"}, "--lanes: lanes = 0 is not allowed: must be 1..64");
    row("clock is no number", {"--clock", "fast"}, "--clock");
    row("negative memory", {"--on-chip=-1"}, "on-chip memory = -1 bytes is not allowed");
    row("odd port", {"--off-chip", "12"}, "off-chip bits per cycle = 12 is not allowed");
    row("one activation bit", {"--activation-bits", "1"},
        "activation bits = 1 is not allowed: must be 2..16");
    row("wide activations", {"--activation-bits", "17"}, "activation bits = 17 is not allowed");
    row("activation bits are no number", {"--activation-bits", "many"}, "--activation-bits");
    row("unknown table", {"--table", "ram"}, "--table: ram is not allowed: must be rom or logic");
    row("existing file", {"--html", "@old"}, "exists already");
    row("one file for two", {"--html", "@new", "--pdf", "@new"}, "--pdf");
    row("over the packed file", {"--pdf", "@small.packed.h5", "--force"}, "--pdf");
    row("no such folder", {"--json", "@none/r.json"}, "--json");
    row("no evidence", {"--evidence", "@none.json"}, "none.json");
    row("evidence is a folder", {"--evidence", "@."}, "cannot be read: Is a directory");
    row("evidence is no JSON", {"--evidence", "@old"}, "old: line 1, column 1: not valid JSON");
}

void TestCliHardware::badReportsLeaveFilesIntact()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    write(path("old"), "something else");
    const QByteArray before = contentOf(packed());
    for (QString& argument : arguments)
        if (argument.startsWith('@'))
            argument = path(argument.mid(1));
    const Result result = cli(QStringList{"report", packed()} + arguments);
    QVERIFY2(result.status == 2, result.all());
    QVERIFY2(result.err.contains(message), result.all());
    QCOMPARE(contentOf(path("old")), QByteArray("something else"));
    QCOMPARE(contentOf(packed()), before);
    QVERIFY(!QFile::exists(path("new")));
}

QTEST_GUILESS_MAIN(TestCliHardware)
#include "tst_cli_hardware.moc"
