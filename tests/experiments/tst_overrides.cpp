#include "core/error.h"
#include "experiments/document.h"
#include "tests/refusal_text.h"

#include <QTest>

#include <functional>

using namespace ternbench;

namespace {

/// The least that a document must hold, with `more` keys before the rest.
QByteArray minimal(const QByteArray& more = {})
{
    return "{\"format\":\"ternbench.experiment\"," + more +
           "\"layers\":[{\"outputs\":32},{}],\"schedule\":[{\"code\":\"final\",\"epochs\":2}]}";
}

} // namespace

class TestOverrides : public QObject
{
    Q_OBJECT

private slots:
    void overrideChangesOneValue_data();
    void overrideChangesOneValue();
    void overridesApplyInTurn();
    void overrideMayMendAnImpossibleValue();
    void badOverrideIsNamed_data();
    void badOverrideIsNamed();
};

void TestOverrides::overrideChangesOneValue_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("integer in a layer") << "layers[2].code.K=3";
    QTest::newRow("epochs") << "schedule[0].epochs=1";
    QTest::newRow("bare string") << "name=foo bar";
    QTest::newRow("quoted string") << "name=\"foo bar\"";
    QTest::newRow("string that looks like a number") << "name=2024";
    QTest::newRow("string with an equals sign") << "name=a=b";
    QTest::newRow("choice") << "quantizer.method=twn";
    QTest::newRow("flag") << "layers[0].batch_norm=false";
    QTest::newRow("real") << "training.optimizer.learning_rate=1e-4";
    QTest::newRow("code to name") << "schedule[1].code=final";
    QTest::newRow("name to code") << "schedule[2].code={\"N\":8,\"K\":3}";
    QTest::newRow("array") << "schedule=[{\"code\":\"float\"}]";
}

void TestOverrides::overrideChangesOneValue()
{
    QFETCH(QString, text);
    const std::string before = toJson(defaultExperiment());
    const Experiment after = experimentFromJson(withOverrides(before, {text.toStdString()}));

    Experiment expected = defaultExperiment();
    std::vector<Stage>& schedule = expected.training.schedule;
    const QString row = QTest::currentDataTag();
    if (row == "integer in a layer")
        expected.network.layers[2].code.maxNonZeros = 3;
    else if (row == "epochs")
        schedule[0].epochs = 1;
    else if (row == "bare string" || row == "quoted string")
        expected.name = "foo bar";
    else if (row == "string that looks like a number")
        expected.name = "2024";
    else if (row == "string with an equals sign")
        expected.name = "a=b";
    else if (row == "choice")
        expected.quantizer.method = QuantizerMethod::Twn;
    else if (row == "flag")
        expected.network.layers[0].batchNorm = false;
    else if (row == "real")
        expected.training.optimizer.learningRate = 1e-4;
    else if (row == "code to name")
        schedule[1] = {Stage::Kind::Final, Code{}, schedule[1].epochs};
    else if (row == "name to code")
        schedule[2] = {Stage::Kind::Code, {8, 3, CodeFamily::AtMostK}, schedule[2].epochs};
    else if (row == "array")
        schedule = {{Stage::Kind::Float, Code{}, 1}};
    QVERIFY(!(expected == defaultExperiment()));
    QVERIFY(after == expected);
}

void TestOverrides::overridesApplyInTurn()
{
    const Experiment after = experimentFromJson(withOverrides(
        minimal().toStdString(), {"layers=[{},{},{}]", "layers[1].outputs=64", "layers[1].outputs=65"}));
    QCOMPARE(after.network.layers.size(), std::size_t{3});
    QCOMPARE(after.network.layers[1].outputs, 65);
}

void TestOverrides::overrideMayMendAnImpossibleValue()
{
    const std::string broken = minimal("\"training\":{\"batch_size\":1},").toStdString();
    QCOMPARE(experimentFromJson(withOverrides(broken, {"training.batch_size=2"})).training.batchSize, 2);
}

void TestOverrides::badOverrideIsNamed_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("parts");
    const auto row = [](const char* name, const char* text, const QStringList& parts) {
        QTest::newRow(name) << text << parts;
    };
    row("no equals sign", "name", {"\"name\"", "path=value"});
    row("empty path", "=3", {"layers[2].code.K"});
    row("unknown key", "layers[2].code.k=3", {"layers[2].code.k: does not exist", "\"K\""});
    row("unknown key, far", "training.zzzzzz=3",
        {"training.zzzzzz: does not exist", "batch_size, coded_dropout, optimizer, rate, retraining"});
    row("index too large", "layers[4].outputs=3", {"layers[4].outputs: does not exist", "4 entries"});
    row("index negative", "layers[-1].outputs=3", {"[-1] is not an index", "4 entries"});
    row("index beyond 64 bits", "layers[99999999999999999999].outputs=3", {"is not an index"});
    row("index empty", "layers[].outputs=3", {"[] is not an index"});
    row("bracket not closed", "layers[1=3", {"']' is missing"});
    row("dot missing", "layers[1]outputs=3", {"'.' or '['"});
    row("into a number", "seed.x=3", {"seed.x: does not exist", "seed is 1"});
    row("index into an object", "data[0]=3", {"data[0]: does not exist", "not an array"});
    row("wrong type", "training.batch_size=many",
        {"training.batch_size: \"many\" is not allowed", "2..65536"});
    row("empty value for a number", "training.batch_size=", {"training.batch_size: \"\" is not allowed"});
    row("key twice in a value", "schedule[0].code={\"N\":8,\"N\":4}",
        {"schedule[0].code: ", "column 8", "twice"});
    row("newer version", "format_version=4", {"format_version: 4", "newer"});
}

void TestOverrides::badOverrideIsNamed()
{
    QFETCH(QString, text);
    QFETCH(QStringList, parts);
    const QString message =
        test::refusalText([&] { withOverrides(toJson(defaultExperiment()), {text.toStdString()}); });
    QVERIFY2(!message.isEmpty(), "accepted");
    for (const QString& part : parts)
        QVERIFY2(message.contains(part), qPrintable(part + " is not in: " + message));
}

QTEST_GUILESS_MAIN(TestOverrides)
#include "tst_overrides.moc"
