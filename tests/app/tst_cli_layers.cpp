#include "core/storage/run_file.h"
#include "experiments/number_text.h"
#include "tests/app/cli_fixture.h"

#include <QTemporaryDir>

using namespace ternbench;
using namespace ternbench::test;

/// What `run` and `info` tell of a run's epochs and layers, and of what it was made with: that of its file.
class TestCliLayers : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void epochsAreThoseOfTheFile_data();
    void epochsAreThoseOfTheFile();
    void floatLayersHaveNoFigures();
    void tableOfTheLastEpoch_data();
    void tableOfTheLastEpoch();
    void whatIsNotComparedIsNoZero();
    void noTableWithoutCodes();
    void environmentIsThatOfTheFile();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    Result m_text, m_json; ///< of the same run
    RunRecord m_record;    ///< the run's file
};

/// A float stage, a growing one, and a layer of 8 bits.
void TestCliLayers::initTestCase()
{
    Experiment experiment = smallExperiment();
    experiment.network.layers.back().code = eightBitWeights;
    experiment.training.schedule = {{Stage::Kind::Float, Code{}, 1},
                                    {Stage::Kind::Final, Code{}, 2, Growth::Linear},
                                    {Stage::Kind::Final, Code{}, 1}};
    saveExperiment(experiment, path("small.json").toStdString());
    const QString file = path("small.run.h5");
    m_text = cli({"run", path("small.json"), "--output", path("text.run.h5")});
    QVERIFY2(m_text.status == 0, m_text.all());
    m_json = cli({"run", path("small.json"), "--output", file, "--threads", "2", "--json"});
    QVERIFY2(m_json.status == 0, m_json.all());
    m_record = readRunFile(file.toStdString());
    QCOMPARE(m_record.history.size(), std::size_t{4});
}

void TestCliLayers::epochsAreThoseOfTheFile_data()
{
    QTest::addColumn<bool>("ofInfo");
    QTest::newRow("run") << false;
    QTest::newRow("info") << true;
}

void TestCliLayers::epochsAreThoseOfTheFile()
{
    QFETCH(bool, ofInfo);
    const QJsonArray epochs =
        ofInfo ? cli({"info", path("small.run.h5"), "--json"}).json()["run"].toObject()["history"].toArray()
               : m_json.json()["epochs"].toArray();
    QCOMPARE(epochs.size(), 4);
    QCOMPARE(epochs[1].toObject()["stage_label"].toString(), "final linear");
    std::uint64_t flips = 0, frozen = 0, waiting = 0;
    for (int e = 0; e < 4; ++e) {
        const EpochSnapshot& epoch = *m_record.history[std::size_t(e)];
        const QJsonObject told = epochs[e].toObject();
        QCOMPARE(told["epoch"].toInt(), epoch.epoch);
        QCOMPARE(told["test_error"].toDouble(), epoch.testError);
        QCOMPARE(told["seconds"].toDouble(), epoch.seconds);
        const QJsonArray layers = told["layers"].toArray();
        QCOMPARE(layers.size(), 2);
        for (int l = 0; l < 2 && e > 0; ++l) {
            const LayerSnapshot& layer = epoch.layers[std::size_t(l)];
            const QJsonObject of = layers[l].toObject();
            QCOMPARE(of["name"].toString().toStdString(), layer.name);
            QCOMPARE(of["code"].toString().toStdString(), toString(layer.code.value()));
            QCOMPARE(of["scale"].toDouble(), layer.scale);
            QCOMPARE(of["threshold"].toDouble(), layer.threshold);
            QCOMPARE(of["sparsity"].toDouble(), layer.sparsity);
            QCOMPARE(of["coding_error_normalized"].toDouble(), layer.codingErrorNormalized);
            QCOMPARE(of["coding_error"].toDouble(), layer.codingError);
            QCOMPARE(of["groups"].toInteger(), qint64(layer.groups));
            QCOMPARE(of["groups_at_limit"].toInteger(), qint64(layer.groupsAtLimit));
            QCOMPARE(of["share_at_limit"].toDouble(), double(layer.groupsAtLimit) / double(layer.groups));
            QCOMPARE(of["groups_held"].toInteger(), qint64(layer.groupsHeld));
            QCOMPARE(of["groups_frozen"].toInteger(), qint64(layer.groupsFrozen));
            QCOMPARE(of["index_flips"].toInteger(), qint64(layer.indexFlips));
            QCOMPARE(of["sign_flips"].toInteger(), qint64(layer.signFlips));
            flips += layer.indexFlips;
            frozen += layer.groupsFrozen;
            waiting += layer.groups - layer.groupsHeld;
        }
    }
    QVERIFY2(flips > 0 && frozen > 0 && waiting > 0, "nothing was compared");
}

void TestCliLayers::floatLayersHaveNoFigures()
{
    const QJsonArray layers = m_json.json()["epochs"].toArray()[0].toObject()["layers"].toArray();
    QCOMPARE(layers.size(), 2);
    for (const QJsonValue& value : layers) {
        const QJsonObject layer = value.toObject();
        QCOMPARE(layer.size(), 14);
        for (const QString& key : layer.keys())
            QVERIFY2(key == "name" ? layer[key].isString() : layer[key].isNull(), qPrintable(key));
    }
}

void TestCliLayers::tableOfTheLastEpoch_data()
{
    QTest::addColumn<bool>("ofInfo");
    QTest::newRow("run") << false;
    QTest::newRow("info") << true;
}

void TestCliLayers::tableOfTheLastEpoch()
{
    QFETCH(bool, ofInfo);
    const QString text = ofInfo ? cli({"info", path("small.run.h5")}).out : m_text.out;
    QVERIFY2(text.contains("Layers after epoch 4"), qPrintable(text));
    for (const LayerSnapshot& layer : m_record.history.back()->layers) {
        const auto share = [&](std::uint64_t count) {
            return QString::number(100.0 * double(count) / double(layer.groups), 'f', 2) + " %";
        };
        const QStringList cells{QString::fromStdString(layer.name),
                                QString::fromStdString(toString(layer.code.value())),
                                QString::number(100.0 * layer.sparsity, 'f', 2) + " %",
                                layer.code->isTernary() ? share(layer.groupsAtLimit) : "-",
                                layer.code->isTernary() ? share(layer.groupsHeld) : "-",
                                share(layer.groupsFrozen),
                                QString::number(layer.indexFlips),
                                QString::number(layer.signFlips),
                                QString::fromStdString(significant(layer.codingErrorNormalized, 3)),
                                QString::fromStdString(significant(layer.codingError, 3))};
        bool found = false;
        for (const QString& line : text.split('\n'))
            found |= line.simplified() == cells.join(' ');
        QVERIFY2(found, qPrintable(cells.join(' ') + " is not in\n" + text));
    }
}

/// In the first coded epoch there is nothing that patterns could be compared with.
void TestCliLayers::whatIsNotComparedIsNoZero()
{
    const Result run = cli({"run", path("small.json"), "--output", path("first.run.h5"), "--set",
                            R"(schedule=[{"code":"final","epochs":1}])"});
    QVERIFY2(run.status == 0, run.all());
    const QStringList lines = run.out.split('\n');
    const auto table = std::ranges::find_if(
        lines, [](const QString& line) { return line.startsWith("Layers after epoch 1"); });
    QVERIFY(lines.end() - table > 2);
    const QStringList cells = (table + 2)->simplified().split(' '); // the first layer
    QCOMPARE(cells.mid(cells.size() - 5, 3), QStringList({"-", "-", "-"}));
}

void TestCliLayers::noTableWithoutCodes()
{
    const Result run = cli({"run", path("small.json"), "--output", path("float.run.h5"), "--set",
                            R"(schedule=[{"code":"float","epochs":1}])"});
    QVERIFY2(run.status == 0 && run.out.contains("epoch 1/1"), run.all());
    QVERIFY2(!run.out.contains("Layers after"), run.all());
}

void TestCliLayers::environmentIsThatOfTheFile()
{
    const QJsonObject info =
        cli({"info", path("small.run.h5"), "--json"}).json()["run"].toObject()["environment"].toObject();
    const QJsonObject run = m_json.json()["environment"].toObject();
    const Environment& saved = m_record.environment;
    for (const QJsonObject& told : {info, run}) {
        QCOMPARE(told["generator"].toString().toStdString(), saved.generator);
        QCOMPARE(told["cpu"].toString().toStdString(), saved.cpu);
        QCOMPARE(told["simd"].toString().toStdString(), saved.simd);
        QCOMPARE(told["blas"].toString().toStdString(), saved.blas);
        QCOMPARE(told["blas_kernel_set"].toString().toStdString(), saved.blasKernels);
        QCOMPARE(told["hdf5"].toString().toStdString(), saved.hdf5);
        QCOMPARE(told["threads"].toInt(), 2);
    }
    QCOMPARE(info["train_sha256"].toString().toStdString(), saved.trainSha256);
    QCOMPARE(info["test_sha256"].toString().toStdString(), saved.testSha256);
}

QTEST_GUILESS_MAIN(TestCliLayers)
#include "tst_cli_layers.moc"
