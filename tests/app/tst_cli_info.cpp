#include "core/error.h"
#include "experiments/document_tree.h"
#include "tests/app/cli_fixture.h"

#include <QTemporaryDir>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace ternbench;
using namespace ternbench::test;

/// What `info` tells of a document: all that it chooses, and what it would be under other values.
class TestCliInfo : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void tellsWhatGrowsAndWhatIsAdded();
    void everyChoiceShows_data();
    void everyChoiceShows();
    void defaultsAreNotTold();
    void plansUnderOtherValues();
    void plansUnderAnotherCode();

private:
    QString document() const { return m_folder.filePath("small.json"); }
    Result info(const QStringList& more = {}) const { return cli(QStringList{"info", document()} + more); }

    QTemporaryDir m_folder;
};

void TestCliInfo::initTestCase()
{
    Experiment experiment = smallExperiment();
    experiment.training.retraining = {};
    saveExperiment(experiment, document().toStdString());
}

void TestCliInfo::tellsWhatGrowsAndWhatIsAdded()
{
    Experiment experiment = smallExperiment();
    experiment.training.schedule.back().growth = Growth::Linear;
    experiment.training.retraining.distillation.weight = 0.5;
    experiment.quantizer.scale = ScaleBlock::Row;
    experiment.network.layers.front().clip = 2.5;
    const QString file = m_folder.filePath("growing.json");
    saveExperiment(experiment, file.toStdString());
    const Result text = cli({"info", file});
    QVERIFY2(text.out.simplified().contains("(8,2) linear 2 1.625 then 1.312, 1.000"), text.all());
    QVERIFY2(text.out.contains("Options: layers[0].clip=2.5, quantizer.scale=row, "
                               "training.retraining.distillation.weight=0.5, "
                               "training.retraining.label_smoothing=0.1\n"),
             text.all());
    const QJsonArray stages =
        cli({"info", file, "--json"}).json()["experiment"].toObject()["stages"].toArray();
    QCOMPARE(stages[1].toObject()["bits_per_weight_by_epoch"].toArray(), (QJsonArray{1.3125, 1.0}));
    QCOMPARE(stages[1].toObject()["bits_per_weight_at_start"].toDouble(), 1.625);
}

namespace {

/// What may stand at a leaf in place of `value`; some of it only at other leaves.
std::vector<std::string> otherValues(const nlohmann::ordered_json& value)
{
    if (value.is_boolean())
        return {value.get<bool>() ? "false" : "true"};
    if (value.is_number_integer())
        return {std::to_string(value.get<std::int64_t>() + 1)};
    if (value.is_number())
        return {std::to_string(value.get<double>() + 0.0625), std::to_string(value.get<double>() / 2.0)};
    return {"row", "column", "twn", "balanced", "power-of-two", "unit", "sgd", "step", "never"};
}

/// "leaf=value" with the first of `values` that makes another experiment of the document; empty where none.
std::string changeOf(const std::string& document, const std::string& leaf,
                     const std::vector<std::string>& values)
{
    for (const std::string& value : values) {
        const std::string change = leaf + "=" + value;
        try {
            if (loadExperiment(document, {change}) != loadExperiment(document))
                return change;
        } catch (const InputError&) { // a choice of another leaf, or beyond the limits
        }
    }
    return {};
}

} // namespace

/// A row for each leaf of the document: an option to come has its row without a line here.
void TestCliInfo::everyChoiceShows_data()
{
    QTest::addColumn<QString>("change");
    const std::string file = document().toStdString();
    const nlohmann::ordered_json tree = treeFromExperiment(loadExperiment(file)).flatten();
    for (const auto& [pointer, value] : tree.items()) {
        std::string leaf = pointer.substr(1);
        std::ranges::replace(leaf, '/', '.');
        const std::string part = leaf.substr(0, leaf.find('.'));
        if (part == "quantizer" || part == "training" || part == "input" || part == "requantization")
            QTest::newRow(leaf.c_str()) << QString::fromStdString(changeOf(file, leaf, otherValues(value)));
    }
}

void TestCliInfo::everyChoiceShows()
{
    QFETCH(QString, change);
    QVERIFY2(!change.isEmpty(), "no other value was taken: add one to otherValues()");
    static const QString before = info().out;
    const Result after = info({"--set", change});
    QVERIFY2(after.status == 0 && after.out != before, (change + " does not show: ").toUtf8() + after.all());
}

void TestCliInfo::defaultsAreNotTold()
{
    QVERIFY2(!info().out.contains("Options"), info().all());
}

void TestCliInfo::plansUnderOtherValues()
{
    const QStringList options{
        "--set", R"(schedule=[{"code":"float","epochs":3},{"code":"final","epochs":4,"growth":"linear"}])",
        "--set", "layers[0].code.K=1"};
    const Result text = info(options);
    QVERIFY2(text.status == 0 && text.out.contains("7 epochs") && text.out.contains("(8,1)"), text.all());
    const QJsonObject plan = info(options + QStringList{"--json"}).json()["experiment"].toObject();
    QCOMPARE(plan["stages"].toArray().size(), 2);
    QCOMPARE(plan["stages"].toArray()[1].toObject()["bits_per_weight_by_epoch"].toArray().size(), 4);
    QCOMPARE(plan["document"].toObject()["layers"].toArray()[0].toObject()["code"].toObject()["K"].toInt(),
             1);
    QVERIFY(info({"--json"}).json()["experiment"].toObject()["ledger"] != plan["ledger"]);
}

void TestCliInfo::plansUnderAnotherCode()
{
    const QJsonObject plan =
        info({"--code", "4,1", "--set", "layers[1].code.K=2", "--json"}).json()["experiment"].toObject();
    const QJsonArray layers = plan["document"].toObject()["layers"].toArray();
    QCOMPARE(layers[0].toObject()["code"].toObject(),
             (QJsonObject{{"N", 4}, {"K", 1}, {"family", "at-most-k"}}));
    QCOMPARE(layers[1].toObject()["code"].toObject()["K"].toInt(), 2); // --set is the more specific
}

QTEST_GUILESS_MAIN(TestCliInfo)
#include "tst_cli_info.moc"
