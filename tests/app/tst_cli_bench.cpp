#include "tests/app/cli_fixture.h"

#include <cmath>

using namespace ternbench;
using namespace ternbench::test;

/// The benchmarks, on sizes that take no time: what they tell is complete and consistent. How fast anything
/// is, no test asks.
class TestCliBench : public QObject
{
    Q_OBJECT

private slots:
    void inferMeasuresAnExactProduct_data();
    void inferMeasuresAnExactProduct();
    void inferRefusesBadCodes_data();
    void inferRefusesBadCodes();
    void trainTellsAConsistentStep_data();
    void trainTellsAConsistentStep();
    void trainRefusesBadOptions_data();
    void trainRefusesBadOptions();
};

void TestCliBench::inferMeasuresAnExactProduct_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("one by one") << QStringList{};
    QTest::newRow("batch") << QStringList{"--batch", "21"};
    QTest::newRow("batch on threads") << QStringList{"--batch", "5", "--threads", "2"};
}

void TestCliBench::inferMeasuresAnExactProduct()
{
    QFETCH(QStringList, options);
    const Result result = cli(
        QStringList{"bench", "infer", "--rows", "65", "--cols", "130", "--code", "8,3", "--json"} + options);
    QVERIFY2(result.status == 0, result.all());
    const QJsonObject json = result.json();
    QVERIFY(json["exact"].toBool());
    QCOMPARE(json["code"].toString(), "(8,3)");
    for (const char* key :
         {"ns_per_gemv", "weights_per_ns", "bytes_per_weight", "sgemv_weights_per_ns", "read_gb_per_s"})
        QVERIFY2(json[QLatin1String(key)].toDouble() > 0.0, key);
}

void TestCliBench::inferRefusesBadCodes_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    QTest::newRow("not a code") << "8"
                                << "N,K";
    QTest::newRow("not numbers") << "8,two"
                                 << "N,K";
    QTest::newRow("K above N") << "8,9"
                               << "9 is not allowed";
    QTest::newRow("family") << "8,2,loose"
                            << "at-most-k, exactly-k or trimmed";
}

void TestCliBench::inferRefusesBadCodes()
{
    QFETCH(QString, code);
    QFETCH(QString, message);
    const Result result = cli({"bench", "infer", "--code", code});
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains(message) && result.err.contains("--code"), result.all());
}

void TestCliBench::trainTellsAConsistentStep_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QJsonObject>("told"); // what follows from the options
    const QStringList small{"--width", "32", "--batch", "16"};
    const QJsonObject fc{{"network", "fc"}, {"batch", 16}, {"width", 32}, {"code", "(8,2)"}, {"threads", 1}};
    const auto with = [&](const QJsonObject& base, const QString& key, const QJsonValue& value) {
        QJsonObject object = base;
        object[key] = value;
        return object;
    };
    QTest::newRow("coded") << small << fc;
    QTest::newRow("float") << small + QStringList{"--code", "float"} << with(fc, "code", "float");
    QTest::newRow("other code") << small + QStringList{"--code", "4,1,trimmed"}
                                << with(fc, "code", "(4,1) trimmed");
    QTest::newRow("two threads") << small + QStringList{"--threads", "2"} << with(fc, "threads", 2);
    QTest::newRow("convolutional") << QStringList{"--network", "cnn", "--batch", "2"}
                                   << QJsonObject{{"network", "cnn"}, {"batch", 2}};
}

void TestCliBench::trainTellsAConsistentStep()
{
    QFETCH(QStringList, options);
    QFETCH(QJsonObject, told);
    // Of one round every median is its only value, so that they must fit each other exactly.
    const Result result = cli(QStringList{"bench", "train", "--rounds", "1", "--json"} + options);
    QVERIFY2(result.status == 0, result.all());
    const QJsonObject json = result.json();
    QCOMPARE(json["benchmark"].toString(), "train");
    for (const QString& key : told.keys())
        QVERIFY2(json[key] == told[key], (key + " in " + result.out).toUtf8());
    QCOMPARE(json.contains("width"), told["network"] == "fc");
    const auto number = [&](const char* key) { return json[QLatin1String(key)].toDouble(); };
    for (const char* key : {"step_ms", "samples_per_second", "gemm_floor_ms", "floor_gflops", "ratio",
                            "one_thread_step_ms", "scaling"})
        QVERIFY2(std::isfinite(number(key)) && number(key) > 0.0, key);
    for (const char* key : {"kernels", "blas_kernels"})
        QVERIFY2(!json[QLatin1String(key)].toString().isEmpty(), key);
    const auto agree = [](double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); };
    QVERIFY(agree(number("ratio"), number("step_ms") / number("gemm_floor_ms")));
    QVERIFY(agree(number("samples_per_second"), 1e3 * number("batch") / number("step_ms")));
    QVERIFY(agree(number("scaling"), number("one_thread_step_ms") / number("step_ms")));

    const QJsonObject share = json["share"].toObject();
    QCOMPARE(share.keys(),
             (QStringList{"activation_quantization", "backward", "forward", "optimizer", "projection"}));
    double sum = 0.0;
    for (const QString& key : share.keys())
        sum += share[key].toDouble();
    // Loss and gathering the mini-batch belong to no part; no part belongs to two.
    QVERIFY2(sum > 0.5 && sum <= 1.0, qPrintable(QString::number(sum)));
    const bool coded = json["code"].toString() != "float";
    QCOMPARE(share["projection"].toDouble() > 0.0, coded);
    for (const char* part : {"forward", "backward", "projection"})
        QVERIFY2(result.err.contains(part), result.all()); // the text, beside the JSON
}

void TestCliBench::trainRefusesBadOptions_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QStringList>("parts");
    const auto row = [](const QStringList& options, const QStringList& parts) {
        QTest::newRow(qPrintable(options.join(' '))) << options << parts;
    };
    row({"--network", "mlp"}, {"--network", "mlp", "fc", "cnn"});
    row({"--network", "cnn", "--width", "64"}, {"--width: 64 is not allowed", "--network cnn", "fc"});
    row({"--width", "0"}, {"--width", "1 to 16384"});
    row({"--batch", "1"}, {"--batch", "2 to 16384"});
    row({"--code", "8"}, {"--code: 8 is not allowed", "N,K"});
    row({"--code", "8,9"}, {"--code", "9 is not allowed"});
    row({"--threads", "0"}, {"--threads", "1 to 1024"});
    row({"--rounds", "0"}, {"--rounds", "1 to 1000"});
}

void TestCliBench::trainRefusesBadOptions()
{
    QFETCH(QStringList, options);
    QFETCH(QStringList, parts);
    const Result result = cli(QStringList{"bench", "train"} + options);
    QVERIFY2(result.status == 2 && result.out.isEmpty(), result.all());
    for (const QString& part : parts)
        QVERIFY2(result.err.contains(part), (part + " is not in: " + result.err).toUtf8());
}

QTEST_GUILESS_MAIN(TestCliBench)
#include "tst_cli_bench.moc"
