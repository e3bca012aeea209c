#include "core/error.h"
#include "experiments/document.h"
#include "experiments/validation.h"
#include "tests/core/file_size_limit.h"
#include "tests/refusal_text.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace ternbench;

namespace {

const QString documentFolder = QStringLiteral(TERNBENCH_SOURCE_DIR "/experiments/");

/// The least that a document must hold, with `more` keys before the rest.
QByteArray minimal(const QByteArray& more = {})
{
    return "{\"format\":\"ternbench.experiment\"," + more +
           "\"layers\":[{\"outputs\":32},{}],\"schedule\":[{\"code\":\"final\",\"epochs\":2}]}";
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

/// Every field differs from its default.
Experiment unusual()
{
    Experiment experiment;
    experiment.name = "Zürich \"quoted\" \\ 試験";
    experiment.notes = "two\nlines";
    experiment.seed = ~std::uint64_t{0};
    experiment.data = {DataKind::Generated, "some/folder", 300, 100, 400, 200, 12, 5, 77};
    experiment.network.inputNormalization = InputNormalization::Unit;
    experiment.network.layers = {
        {LayerKind::Conv2d,
         "a-1",
         33,
         {5, 2, 1},
         GroupAxis::Flattened,
         {16, 3, CodeFamily::Trimmed},
         false,
         Activation::Relu,
         4,
         2.5,
         0.1},
        {.kind = LayerKind::MaxPool, .name = "pool", .window = {3, 2, 0}, .code = {}},
        {LayerKind::Linear,
         "b_2",
         7,
         {},
         {},
         {4, 1, CodeFamily::ExactlyK},
         true,
         Activation::None,
         3,
         0.3,
         0.0}};
    experiment.network.requantization = Requantization::PowerOfTwo;
    experiment.quantizer = {QuantizerMethod::Frozen, WeightNormalization::Row, WeightNormalization::Layer,
                            ScaleBlock::Row, InputGrouping::Balanced};
    experiment.training.batchSize = 17;
    experiment.training.augmentation = {2, true, 99};
    experiment.training.optimizer = {OptimizerMethod::Sgd, 0.1, 0.8, 0.99, 1e-7, 1.0 / 3.0};
    experiment.training.rate = {RateSchedule::Step, 0.05, 3, 0.7, RateRestart::EveryStage};
    experiment.training.codedDropout = 0.3;
    experiment.training.retraining = {{0.4, 2.5}, {0.1, 0.6}, 1e-3, 0.05};
    experiment.training.schedule = {{Stage::Kind::Float, Code{}, 2},
                                    {Stage::Kind::Code, {16, 5, CodeFamily::Trimmed}, 3, Growth::Linear},
                                    {Stage::Kind::Final, Code{}, 4, Growth::Exponential}};
    return experiment;
}

} // namespace

class TestDocument : public QObject
{
    Q_OBJECT

private slots:
    void roundTripKeepsEveryValue_data();
    void roundTripKeepsEveryValue();
    void shippedDefaultIsTheDefaultExperiment();
    void shippedWideDocumentHasThreeLayersOf1024();
    void everyShippedDocumentIsValid();
    void missingKeysTakeDefaults();
    void versionOneSaidRestartAtCoding_data();
    void versionOneSaidRestartAtCoding();
    void wholeNumbersMayBeWrittenAsReals();
    void badInputIsNamed_data();
    void badInputIsNamed();
    void everyProblemIsListed();
    void thousandsOfProblemsStayReadable();
    void unreadableFileIsNamed_data();
    void unreadableFileIsNamed();
    void saveAndLoadGiveTheSameExperiment();
    void saveFollowsASymbolicLink();
    void failedSaveLeavesTheFileAsItWas();
    void saveIntoAMissingFolderNamesIt();
};

void TestDocument::roundTripKeepsEveryValue_data()
{
    QTest::addColumn<bool>("usual");
    QTest::newRow("default experiment") << true;
    QTest::newRow("every value unusual") << false;
}

void TestDocument::roundTripKeepsEveryValue()
{
    QFETCH(bool, usual);
    const Experiment experiment = usual ? defaultExperiment() : unusual();
    const std::string text = toJson(experiment);
    QVERIFY(experimentFromJson(text) == experiment);
    QCOMPARE(toJson(experimentFromJson(text)), text);
}

void TestDocument::shippedDefaultIsTheDefaultExperiment()
{
    const QString file = documentFolder + "fashion_fc_8_2.json";
    QVERIFY(loadExperiment(file.toStdString()) == defaultExperiment());
    QCOMPARE(contentOf(file), QByteArray::fromStdString(toJson(defaultExperiment())));
}

void TestDocument::shippedWideDocumentHasThreeLayersOf1024()
{
    Experiment wide = loadExperiment((documentFolder + "fashion_fc1024_8_2.json").toStdString());
    QCOMPARE(wide.network.layers.size(), std::size_t{4});
    for (std::size_t i = 0; i < 3; ++i)
        QCOMPARE(wide.network.layers[i].outputs, 1024);
    QCOMPARE(wide.network.layers[3].outputs, 10);
    for (const LayerSpec& layer : wide.network.layers)
        QVERIFY(layer.code == (Code{8, 2, CodeFamily::AtMostK}));
}

void TestDocument::everyShippedDocumentIsValid()
{
    const QStringList files = QDir(documentFolder).entryList({QStringLiteral("*.json")});
    QVERIFY(files.size() >= 4);
    for (const QString& file : files) {
        const Experiment experiment = loadExperiment((documentFolder + file).toStdString());
        QVERIFY2(validate(experiment).empty(), qPrintable(file));
        QCOMPARE(contentOf(documentFolder + file), QByteArray::fromStdString(toJson(experiment)));
    }
}

void TestDocument::missingKeysTakeDefaults()
{
    const Experiment experiment = experimentFromJson(minimal().toStdString());
    const Experiment defaults = defaultExperiment();
    QVERIFY(experiment.data == DataSpec{});
    QVERIFY(experiment.quantizer == defaults.quantizer);
    QVERIFY(experiment.training.optimizer == defaults.training.optimizer);
    QVERIFY(experiment.training.rate == defaults.training.rate);
    LayerSpec hidden = defaults.network.layers.front();
    hidden.outputs = 32;
    QVERIFY(experiment.network.layers[0] == hidden);
    QVERIFY(experiment.network.layers[1] == defaults.network.layers.back());
}

void TestDocument::versionOneSaidRestartAtCoding_data()
{
    QTest::addColumn<QByteArray>("rate");
    QTest::addColumn<RateRestart>("restart");
    QTest::newRow("true") << QByteArray("\"restart_at_coding\":true") << RateRestart::AtCoding;
    QTest::newRow("false") << QByteArray("\"restart_at_coding\":false") << RateRestart::Never;
    QTest::newRow("not said") << QByteArray() << RateRestart::AtCoding;
}

void TestDocument::versionOneSaidRestartAtCoding()
{
    QFETCH(QByteArray, rate);
    const QByteArray keys = "\"format_version\":1,\"training\":{\"rate\":{" + rate + "}},";
    const Experiment experiment = experimentFromJson(minimal(keys).toStdString());
    QTEST(experiment.training.rate.restart, "restart");
    QVERIFY(experimentFromJson(toJson(experiment)) == experiment);
}

void TestDocument::wholeNumbersMayBeWrittenAsReals()
{
    QCOMPARE(experimentFromJson(minimal("\"seed\":1e3,").toStdString()).seed, std::uint64_t{1000});
    QCOMPARE(
        experimentFromJson(minimal("\"training\":{\"batch_size\":64.0},").toStdString()).training.batchSize,
        64);
    QCOMPARE(experimentFromJson(minimal("\"seed\":18446744073709551615,").toStdString()).seed,
             ~std::uint64_t{0});
}

void TestDocument::badInputIsNamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("parts"); // path, value, what is allowed
    const auto row = [](const char* name, const QByteArray& text, const QStringList& parts) {
        QTest::newRow(name) << text << parts;
    };
    row("empty", "", {"empty", "JSON object"});
    row("blank", " \n\t", {"empty", "JSON object"});
    row("broken off", "{\n\"a\": ", {"line 2, column", "end of input"});
    row("trailing text", minimal() + "x", {"line 1, column 104"});
    row("trailing comma", "{\"a\":1,}", {"line 1, column 8"});
    row("comment", "{/* */}", {"line 1, column 2"});
    row("key twice", "{\"a\":1,\n  \"a\":2}", {"line 2, column 3", "\"a\"", "twice"});
    row("key with escaped quote twice", "{\"x\\\"y\":1, \"x\\\"y\":2}", {"line 1, column 12", "twice"});
    row("key twice in a layer", minimal("\"data\":{\"kind\":\"idx\",\"kind\":\"idx\"},"),
        {"line 1, column 55", "\"kind\"", "twice"});
    row("not UTF-8", minimal("\"name\":\"\xff\","), {"UTF-8"});
    row("UTF-16", QByteArray("\xff\xfe{\0}\0", 6), {"UTF-8"});
    row("half a surrogate pair", minimal("\"name\":\"\\ud800\","), {"line 1, column", "surrogate"});
    row("nested too deeply", QByteArray(100000, '['), {"nested too deeply", "64"});
    row("number too large for a double", minimal("\"seed\":1e999,"), {"line 1, column", "1e999"});
    row("root is an array", "[1]", {"[1]", "JSON object"});
    row("root is null", "null", {"null", "JSON object"});
    row("no format", "{\"layers\":[]}", {"format: ", "missing", "ternbench.experiment"});
    row("other format", "{\"format\":\"netcdf\"}", {"format: ", "\"netcdf\"", "ternbench.experiment"});
    row("format is a number", "{\"format\":3}", {"format: ", "3 is not allowed", "ternbench.experiment"});
    row("newer version", minimal("\"format_version\":4,\"unheard_of\":1,"),
        {"format_version: 4", "newer", "up to 3", "newer Ternbench"});
    row("huge version", minimal("\"format_version\":1e300,"), {"format_version", "newer"});
    row("version 0", minimal("\"format_version\":0,"), {"format_version: 0 is not allowed"});
    row("version as text", minimal("\"format_version\":\"1\","), {"format_version: \"1\" is not allowed"});
    row("no layers", "{\"format\":\"ternbench.experiment\",\"schedule\":[{\"code\":\"final\"}]}",
        {"layers: is missing", "array"});
    row("no schedule", "{\"format\":\"ternbench.experiment\",\"layers\":[{}]}",
        {"schedule: is missing", "array"});
    row("layers is an object", "{\"format\":\"ternbench.experiment\",\"layers\":{},\"schedule\":[]}",
        {"layers: {} is not allowed", "array"});
    row("layer is a number",
        "{\"format\":\"ternbench.experiment\",\"layers\":[7],\"schedule\":[{\"code\":\"final\"}]}",
        {"layers[0]: 7 is not allowed", "JSON object"});
    row("unknown key, near", minimal("\"sede\":4,"), {"sede: unknown key", "4", "\"seed\""});
    row("unknown key, case", minimal("\"training\":{\"batchSize\":4},"),
        {"training.batchSize: unknown key", "4", "\"batch_size\""});
    row("unknown key, far", minimal("\"data\":{\"zzzzzz\":[1,2]},"),
        {"data.zzzzzz: unknown key", "[1,2]", "allowed are kind, folder"});
    row("unknown key, odd", minimal("\"a.b\":1,"), {"\"a.b\": unknown key"});
    row("text is a number", minimal("\"name\":5,"), {"name: 5 is not allowed", "text in quotes"});
    row("seed is negative", minimal("\"seed\":-1,"), {"seed: -1 is not allowed", "0..18446744073709551615"});
    row("seed is too large", minimal("\"seed\":18446744073709551616,"), {"seed: 1.84467", "not allowed"});
    row("integer with a fraction", minimal("\"training\":{\"batch_size\":2.5},"),
        {"training.batch_size: 2.5 is not allowed", "whole number, 2..65536"});
    row("integer beyond int", minimal("\"training\":{\"batch_size\":99999999999},"),
        {"training.batch_size: 99999999999 is not allowed", "2..65536"});
    row("integer below int", minimal("\"data\":{\"train_limit\":-99999999999},"),
        {"data.train_limit: -99999999999 is not allowed", "0 or more"});
    row("integer is a text", minimal("\"training\":{\"batch_size\":\"128\"},"),
        {"training.batch_size: \"128\" is not allowed", "2..65536"});
    row("integer is true", minimal("\"training\":{\"batch_size\":true},"),
        {"training.batch_size: true is not allowed", "2..65536"});
    row("real is null", minimal("\"training\":{\"optimizer\":{\"beta1\":null}},"),
        {"training.optimizer.beta1: null is not allowed", "at least 0, below 1"});
    row("flag of version 1 is a number",
        minimal("\"format_version\":1,\"training\":{\"rate\":{\"restart_at_coding\":1}},"),
        {"training.rate.restart_at_coding: 1 is not allowed", "true or false"});
    row("flag of version 1 in version 3", minimal("\"training\":{\"rate\":{\"restart_at_coding\":true}},"),
        {"training.rate.restart_at_coding: unknown key", "restart"});
    row("unknown restart", minimal("\"training\":{\"rate\":{\"restart\":\"often\"}},"),
        {"training.rate.restart: \"often\" is not allowed", "\"never\", \"at-coding\" or \"every-stage\""});
    row("distillation out of range",
        minimal("\"training\":{\"retraining\":{\"distillation\":{\"weight\":2}}},"),
        {"training.retraining.distillation.weight: 2 is not allowed", "at most 1"});
    row("scale unknown", minimal("\"quantizer\":{\"scale\":\"column\"},"),
        {"quantizer.scale: \"column\" is not allowed", "\"layer\" or \"row\""});
    row("requantization unknown", minimal("\"requantization\":\"shift\","),
        {"requantization: \"shift\" is not allowed", "\"power-of-two\""});
    row("unknown choice", minimal("\"data\":{\"kind\":\"cifar\"},"),
        {"data.kind: \"cifar\" is not allowed",
         "\"fashion-mnist\", \"idx\", \"cifar-10\", \"hdf5\" or \"generated\""});
    row("choice in capitals", minimal("\"quantizer\":{\"method\":\"TWN\"},"),
        {"quantizer.method: \"TWN\" is not allowed", "\"twn\""});
    row("object is an array", minimal("\"quantizer\":[],"), {"quantizer: [] is not allowed", "JSON object"});
    row("value out of range", minimal("\"training\":{\"batch_size\":1},"),
        {"training.batch_size: 1 is not allowed", "2..65536"});
    row("long value is shortened", minimal("\"seed\":\"" + QByteArray(5000, 'x') + "\","),
        {"xxx...", "seed"});
    const auto layer = [](const QByteArray& fields) {
        return "{\"format\":\"ternbench.experiment\",\"layers\":[{},{" + fields +
               "},{}],\"schedule\":[{\"code\":\"final\"}]}";
    };
    row("layer kind", layer("\"kind\":\"conv2d\""),
        {"layers[1].kind: \"conv2d\" is not allowed", "\"linear\""});
    row("K above N", layer("\"code\":{\"N\":8,\"K\":9}"), {"layers[1].code.K: 9 is not allowed", "1..8"});
    row("N too large", layer("\"code\":{\"N\":33}"), {"layers[1].code.N: 33 is not allowed", "1..32"});
    row("family", layer("\"code\":{\"family\":\"any\"}"),
        {"layers[1].code.family: \"any\" is not allowed", "\"trimmed\""});
    row("8-bit weights in groups", layer("\"code\":{\"N\":8,\"family\":\"8-bit\"}"),
        {"layers[1].code.N: 8 is not allowed", "must be 1 of 8-bit weights"});
    const auto stage = [](const QByteArray& fields) {
        return "{\"format\":\"ternbench.experiment\",\"layers\":[{},{}],\"schedule\":[{" + fields + "}]}";
    };
    row("stage without code", stage("\"epochs\":1"), {"schedule[0].code: is missing", "\"float\""});
    row("stage code unknown", stage("\"code\":\"coded\""),
        {"schedule[0].code: \"coded\" is not allowed", "\"float\", \"final\""});
    row("growth unknown", stage("\"code\":\"final\",\"growth\":\"quadratic\""),
        {"schedule[0].growth: \"quadratic\" is not allowed", "\"cubic\""});
    row("stage code impossible", stage("\"code\":{\"N\":0}"),
        {"schedule[0].code.N: 0 is not allowed", "1..32"});
}

void TestDocument::badInputIsNamed()
{
    QFETCH(QByteArray, text);
    QFETCH(QStringList, parts);
    const QString message = test::refusalText([&] { experimentFromJson(text.toStdString()); });
    QVERIFY2(!message.isEmpty(), "accepted");
    QVERIFY2(message.size() < 1000, qPrintable(message));
    for (const QString& part : parts)
        QVERIFY2(message.contains(part), qPrintable(part + " is not in: " + message));
}

void TestDocument::everyProblemIsListed()
{
    const QString message = test::refusalText(
        [] { experimentFromJson(minimal("\"seed\":-1,\"name\":[],\"datta\":1,").toStdString()); });
    QCOMPARE(message.count('\n'), 2);
    for (const char* path : {"seed: ", "name: ", "datta: "})
        QVERIFY2(message.contains(path), path);
}

void TestDocument::thousandsOfProblemsStayReadable()
{
    QByteArray keys;
    for (int i = 0; i < 5000; ++i)
        keys += "\"unknown" + QByteArray::number(i) + "\":0,";
    const QString message = test::refusalText([&] { experimentFromJson(minimal(keys).toStdString()); });
    QCOMPARE(message.count('\n'), 50);
    QVERIFY(message.endsWith("and 4950 more problems"));
}

void TestDocument::unreadableFileIsNamed_data()
{
    QTest::addColumn<QString>("reason");
    QTest::newRow("missing") << "No such file";
    QTest::newRow("folder") << "folder";
    QTest::newRow("empty") << "empty";
    QTest::newRow("too long") << "16 MiB";
    QTest::newRow("cut off") << "line ";
}

void TestDocument::unreadableFileIsNamed()
{
    QFETCH(QString, reason);
    const QTemporaryDir folder;
    const QString file = folder.filePath("input.json");
    const QString row = QTest::currentDataTag();
    if (row == "folder")
        QVERIFY(QDir().mkdir(file));
    else if (row == "empty")
        write(file, {});
    else if (row == "too long")
        write(file, QByteArray((16 << 20) + 1, ' '));
    else if (row == "cut off")
        write(file, QByteArray::fromStdString(toJson(defaultExperiment())).chopped(10));
    const QString message = test::refusalText([&] { loadExperiment(file.toStdString()); });
    QVERIFY2(message.contains(file), qPrintable(message));
    QVERIFY2(message.contains(reason), qPrintable(message));
}

void TestDocument::saveAndLoadGiveTheSameExperiment()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("a b ü.json");
    saveExperiment(defaultExperiment(), file.toStdString());
    saveExperiment(unusual(), file.toStdString());
    QVERIFY(loadExperiment(file.toStdString()) == unusual());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{"a b ü.json"});
}

void TestDocument::saveFollowsASymbolicLink()
{
    const QTemporaryDir folder;
    const QString target = folder.filePath("target.json");
    write(target, "old");
    QVERIFY(QFile::setPermissions(target, QFile::ReadOwner | QFile::WriteOwner));
    QVERIFY(QFile::link(target, folder.filePath("link.json")));
    saveExperiment(unusual(), folder.filePath("link.json").toStdString());
    QVERIFY(QFileInfo(folder.filePath("link.json")).isSymLink());
    QVERIFY(loadExperiment(target.toStdString()) == unusual());
    QVERIFY(!QFile(target).permissions().testFlag(QFile::ReadOther));
}

void TestDocument::failedSaveLeavesTheFileAsItWas()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("kept.json");
    saveExperiment(defaultExperiment(), file.toStdString());
    const QString message = test::refusalText([&] {
        const test::FileSizeLimit small{100};
        saveExperiment(unusual(), file.toStdString());
    });
    QVERIFY2(message.contains(file) && message.contains("File too large"), qPrintable(message));
    QVERIFY(loadExperiment(file.toStdString()) == defaultExperiment());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{"kept.json"});
}

void TestDocument::saveIntoAMissingFolderNamesIt()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("none/here.json");
    const QString message =
        test::refusalText([&] { saveExperiment(defaultExperiment(), file.toStdString()); });
    QVERIFY2(message.contains(file) && message.contains("No such file or directory"), qPrintable(message));
}

QTEST_GUILESS_MAIN(TestDocument)
#include "tst_document.moc"
