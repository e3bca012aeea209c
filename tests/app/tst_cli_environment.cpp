#include "tests/app/cli_fixture.h"

#include <QTemporaryDir>

using namespace ternbench;
using namespace ternbench::test;

/// Variables of the environment that choose the kernels of OpenBLAS and of the engine.
class TestCliEnvironment : public QObject
{
    Q_OBJECT

private slots:
    void lesserBlasKernelsAreWarnedOf_data();
    void lesserBlasKernelsAreWarnedOf();
    void ownChoiceIsNotWarnedOf();
    void simdLevelIsChosen_data();
    void simdLevelIsChosen();
    void unknownSimdLevelIsRefused();
    void windowTellsUnknownSimdLevel();
};

namespace {

QProcessEnvironment with(const QString& name, const QString& value)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove("OPENBLAS_CORETYPE");
    environment.remove("TERNBENCH_SIMD");
    environment.insert(name, value);
    return environment;
}

QJsonObject machine(const QProcessEnvironment& environment)
{
    return cli({"info", "--json"}, environment).json();
}

const QProcessEnvironment& plain()
{
    static const QProcessEnvironment environment = with("TERNBENCH_SIMD", "");
    return environment;
}

} // namespace

void TestCliEnvironment::lesserBlasKernelsAreWarnedOf_data()
{
    QTest::addColumn<QString>("lesser");
    QTest::addColumn<QString>("has");
    QTest::newRow("AVX2 on a CPU with AVX-512") << "Haswell"
                                                << "AVX-512";
    QTest::newRow("SSE3 on a CPU with AVX2") << "Prescott"
                                             << "AVX";
}

void TestCliEnvironment::lesserBlasKernelsAreWarnedOf()
{
    QFETCH(QString, lesser);
    QFETCH(QString, has);
    __builtin_cpu_init();
    const bool able = has == "AVX-512"
                          ? __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
                          : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (!able)
        QSKIP(qPrintable("this CPU has no " + has));
    const QProcessEnvironment forced = with("OPENBLAS_CORETYPE", lesser);
    const QJsonObject told = machine(forced);
    if (told["blas_kernel_set"] == machine(plain())["blas_kernel_set"])
        QSKIP(qPrintable("this OpenBLAS does not change its kernels for OPENBLAS_CORETYPE=" + lesser));
    const QString warning = told["warning"].toString();
    QVERIFY2(warning.contains("OpenBLAS runs its " + told["blas_kernel_set"].toString() + " kernels"),
             qPrintable(warning));
    QVERIFY2(warning.contains("this CPU has " + has), qPrintable(warning));
    QVERIFY2(warning.contains("OPENBLAS_CORETYPE=" + lesser), qPrintable(warning));

    QVERIFY2(cli({"info"}, forced).err.contains("warning: " + warning), qPrintable(warning));
    const Result bench =
        cli({"bench", "train", "--rounds", "1", "--width", "8", "--batch", "2", "--json"}, forced);
    QVERIFY2(bench.status == 0 && bench.err.contains("warning: " + warning), bench.all());
    const QTemporaryDir folder;
    saveExperiment(smallExperiment(), folder.filePath("small.json").toStdString());
    const Result run =
        cli({"run", folder.filePath("small.json"), "-o", folder.filePath("a.run.h5"), "--json"}, forced);
    QVERIFY2(run.status == 0 && run.err.contains("Warning: " + warning), run.all());
    QCOMPARE(run.json()["environment"].toObject()["blas_kernel_set"], told["blas_kernel_set"]);
}

void TestCliEnvironment::ownChoiceIsNotWarnedOf()
{
    const Result info = cli({"info", "--json"}, plain());
    const QString warning = info.json()["warning"].toString();
    if (warning.contains("its version may not know this CPU"))
        QSKIP("this OpenBLAS is older than the CPU");
    QVERIFY2(warning.isEmpty() && !info.err.contains("warning"), info.all());
}

void TestCliEnvironment::simdLevelIsChosen_data()
{
    QTest::addColumn<QString>("level");
    for (const char* level : {"portable", "avx2", "avx512"})
        QTest::newRow(level) << level;
}

void TestCliEnvironment::simdLevelIsChosen()
{
    QFETCH(QString, level);
    const QStringList order{"portable", "avx2", "avx512"};
    const qsizetype best = order.indexOf(machine(plain())["simd"].toString());
    QVERIFY(best >= 0);
    QCOMPARE(machine(with("TERNBENCH_SIMD", level))["simd"].toString(),
             order[std::min(best, order.indexOf(level))]);
}

void TestCliEnvironment::unknownSimdLevelIsRefused()
{
    const QProcessEnvironment environment = with("TERNBENCH_SIMD", "sse");
    const Result result = cli({"info"}, environment);
    QVERIFY2(result.status == 2 && result.out.isEmpty(), result.all());
    QCOMPARE(result.err, "error: TERNBENCH_SIMD: \"sse\" is not allowed: must be portable, avx2 or avx512\n");
    QCOMPARE(cli({"--version"}, environment).status, 0);
}

void TestCliEnvironment::windowTellsUnknownSimdLevel()
{
#ifdef TERNBENCH_WINDOW
    QProcessEnvironment environment = with("TERNBENCH_SIMD", "sse");
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(TERNBENCH_WINDOW, {"/nowhere.json"}); // ends at once
    const Result result = resultOf(process);
    QVERIFY2(result.status == 2, result.all());
    QCOMPARE(result.err.count("TERNBENCH_SIMD: \"sse\" is not allowed: must be portable, avx2 or avx512"), 1);
    QVERIFY2(result.err.contains("/nowhere.json"), result.all()); // it went on
#else
    QSKIP("built without the window");
#endif
}

QTEST_GUILESS_MAIN(TestCliEnvironment)
#include "tst_cli_environment.moc"
