#include "tests/app/cli_fixture.h"

#include <QScopeGuard>
#include <QTemporaryDir>

#include <cmath>
#include <csignal>
#include <memory>

using namespace ternbench;
using namespace ternbench::test;

/// The scripts of experiments/evidence, which drive the real command line.
class TestCliEvidence : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void tableOfCodes();
    void ablation();
    void keptRunsOfOtherDocumentsAndOptionsAreRefused();
    void outcomesOfOtherKernelsAreRefused();
    void forcedKernelsAreWarnedOf();
    void failedRunIsNamed();
    void interruptedTableGoesOn();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    QStringList command(const QString& script, const QStringList& more,
                        const QString& program = TERNBENCH_CLI)
    {
        return QStringList{QStringLiteral(TERNBENCH_SOURCE_DIR "/experiments/evidence/") + script,
                           path("small.json"), path("results"), "--cli", program} +
               more;
    }
    Result run(const QStringList& arguments,
               const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
    {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start("/usr/bin/python3", arguments);
        return resultOf(process);
    }
    /// The cells of each row, without the head.
    static QList<QStringList> rows(const QString& table)
    {
        QList<QStringList> cells;
        for (const QString& line : table.split('\n', Qt::SkipEmptyParts).mid(2)) {
            QStringList row;
            for (const QString& cell : line.split('|').mid(1))
                row << cell.trimmed();
            cells << row;
        }
        return cells;
    }
    QJsonObject kept(const QString& name) const
    {
        return QJsonDocument::fromJson(contentOf(path("results/small-" + name + ".json"))).object();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestCliEvidence::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    write(path("small.json"), QByteArray::fromStdString(toJson(smallExperiment())));
}

void TestCliEvidence::tableOfCodes()
{
    const QStringList options{"--codes", "float", "8,2", "8,2,trimmed", "--seeds", "1", "2"};
    const Result made = run(command("codes.py", options));
    QVERIFY2(made.status == 0, made.all());
    const QList<QStringList> table = rows(made.out);
    QCOMPARE(table.size(), 3);
    QCOMPARE(table[0].mid(0, 2), (QStringList{"float", "32"}));
    QCOMPARE(table[1][0], QStringLiteral("(8,2)"));
    QCOMPARE(table[2][0], QStringLiteral("(8,2) trimmed"));
    double sum = 0.0, floats = 0.0;
    for (int seed = 1; seed <= 2; ++seed) {
        // The figure in the table is that of the same run made by hand.
        const QString packed = path("own.packed.h5");
        const Result own = cli({"run", path("small.json"), "--seed", QString::number(seed), "--code", "8,2",
                                "--output", path("own.run.h5"), "--export", packed, "--force", "--json"});
        QVERIFY2(own.status == 0, own.all());
        const double error =
            own.json()["export"].toObject()["verification"].toObject()["hardware_error"].toDouble();
        QCOMPARE(table[1][1 + seed], QString::number(100.0 * error, 'f', 2));
        sum += 100.0 * error;
        const QJsonArray epochs =
            kept(QString("float-%1").arg(seed))["outcome"].toObject()["epochs"].toArray();
        QCOMPARE(epochs.size(), 4); // as many as the coded run has
        floats += 100.0 * epochs.last().toObject()["test_error"].toDouble();
    }
    QCOMPARE(table[1][4], QString::number(sum / 2.0, 'f', 2));
    QVERIFY(std::abs(table[1][6].toDouble() - (sum - floats) / 2.0) < 0.00501);

    // What is there is not made again: no program is needed for it.
    const Result again = run(command("codes.py", options, "no-such-program"));
    QCOMPARE(again.status, 0);
    QCOMPARE(again.out, made.out);
    QCOMPARE(QDir(path("results")).entryList({"*.h5", "*.partial"}), QStringList());
}

void TestCliEvidence::ablation()
{
    const Result made =
        run(command("ablation.py", {"--rows", "scale per row", "cubic", "--seeds", "1", "2"}));
    QVERIFY2(made.status == 0, made.all());
    const QList<QStringList> table = rows(made.out);
    QCOMPARE(table.size(), 3);
    QCOMPARE(table[0][0], QStringLiteral("base"));
    QCOMPARE(table[1].mid(0, 1), QStringList{"scale per row"});
    QVERIFY(std::abs(table[1][2].toDouble() - (table[1][1].toDouble() - table[0][1].toDouble())) < 0.02);
    const QStringList options = kept("scale_per_row-2")["options"].toVariant().toStringList();
    QVERIFY(options.contains("quantizer.scale=row"));
    QVERIFY(!options.contains("quantizer.scale=layer"));
}

void TestCliEvidence::keptRunsOfOtherDocumentsAndOptionsAreRefused()
{
    const QStringList options{"--codes", "float", "--seeds", "1"};
    QCOMPARE(run(command("codes.py", options)).status, 0);
    QCOMPARE(run(command("codes.py", options + QStringList{"--", "--set", "data.train_limit=300"})).status,
             1);
    Experiment changed = smallExperiment();
    changed.training.optimizer.learningRate = 0.002;
    write(path("small.json"), QByteArray::fromStdString(toJson(changed)));
    const QByteArray before = contentOf(path("results/small-float-1.json"));
    const Result refused = run(command("codes.py", options));
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains("small-float-1.json: was made with another document"), refused.all());
    QCOMPARE(contentOf(path("results/small-float-1.json")), before);
}

void TestCliEvidence::outcomesOfOtherKernelsAreRefused()
{
    const QStringList options{"--codes", "float", "--seeds", "1", "2"};
    const Result made = run(command("codes.py", options));
    QVERIFY2(made.status == 0, made.all());
    const QString file = path("results/small-float-2.json");
    const QByteArray own = contentOf(file);
    const QJsonObject environment = kept("float-2")["outcome"].toObject()["environment"].toObject();
    for (const char* key : {"simd", "blas_kernel_set", "generator", "blas"})
        QVERIFY2(!environment[QLatin1String(key)].toString().isEmpty(), key);

    const auto change = [&](const auto& edit) {
        QJsonObject content = QJsonDocument::fromJson(own).object();
        QJsonObject outcome = content["outcome"].toObject();
        edit(outcome);
        content["outcome"] = outcome;
        write(file, QJsonDocument(content).toJson());
    };
    for (const QString key : {"simd", "blas_kernel_set"}) {
        change([&](QJsonObject& outcome) {
            QJsonObject other = environment;
            other[key] = "other-kernels";
            outcome["environment"] = other;
        });
        const Result refused = run(command("codes.py", options));
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.err.contains("small-float-2.json: kernels ") &&
                     refused.err.contains("other-kernels") && refused.err.contains("small-float-1.json"),
                 refused.all());
        // Found before hours of training, too.
        const Result more = run(command("codes.py", {"--codes", "float", "--seeds", "2", "3"}));
        QVERIFY2(more.status == 1 && more.err.contains("other-kernels"), more.all());
        QVERIFY(!QFile::exists(path("results/small-float-3.json")));
    }
    // Those that were kept before the environment was told stay valid.
    change([](QJsonObject& outcome) { outcome.remove("environment"); });
    const Result again = run(command("codes.py", options, "no-such-program"));
    QVERIFY2(again.status == 0, again.all());
    QCOMPARE(again.out, made.out);
}

void TestCliEvidence::forcedKernelsAreWarnedOf()
{
    const QStringList options{"--codes", "float", "--seeds", "1"};
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("OPENBLAS_CORETYPE", "Prescott");
    const Result forced = run(command("codes.py", options), environment);
    QVERIFY2(forced.status == 0, forced.all());
    QCOMPARE(forced.err.count("warning: OPENBLAS_CORETYPE=Prescott"), 1);
    // Said, but not altered.
    QCOMPARE(kept("float-1")["outcome"].toObject()["environment"].toObject()["blas_kernel_set"],
             cli({"info", "--json"}, environment).json()["blas_kernel_set"]);
    QVERIFY(QFile::remove(path("results/small-float-1.json")));
    environment.remove("OPENBLAS_CORETYPE");
    const Result plain = run(command("codes.py", options), environment);
    QVERIFY2(plain.status == 0 && !plain.err.contains("OPENBLAS_CORETYPE"), plain.all());
}

void TestCliEvidence::failedRunIsNamed()
{
    const Result failed = run(command("codes.py", {"--codes", "99,1", "--seeds", "1"}));
    QCOMPARE(failed.status, 1);
    QVERIFY2(failed.err.contains("exit status 2: ") && failed.err.contains("--code 99,1"), failed.all());
    QCOMPARE(run(command("codes.py", {"--jobs", "0"})).status, 2);
    QCOMPARE(run(command("ablation.py", {"--rows", "no such row"})).status, 2);
    const Result missing = run(command("codes.py", {"--codes", "8,2"}, "no-such-program"));
    QCOMPARE(missing.status, 1);
    QVERIFY2(missing.err.contains("no-such-program") && !missing.err.contains("Traceback"), missing.all());
}

void TestCliEvidence::interruptedTableGoesOn()
{
    Experiment longer = smallExperiment();
    longer.training.schedule.back().epochs = 10'000;
    QProcess process;
    write(path("small.json"), QByteArray::fromStdString(toJson(longer)));
    process.start("/usr/bin/python3", command("codes.py", {"--codes", "8,2", "--seeds", "1"}));
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForStarted());
    const auto pid = pid_t(process.processId());
    // The script passes it on to its runs, which would otherwise outlive a failure here.
    const auto end = qScopeGuard([&] {
        if (process.state() != QProcess::NotRunning) {
            ::kill(pid, SIGTERM);
            process.waitForFinished();
        }
    });
    QByteArray told;
    while (!told.contains("epoch 1/") && process.waitForReadyRead(60'000))
        told += process.readAllStandardError();
    QVERIFY(told.contains("epoch 1/"));
    ::kill(pid, SIGTERM);
    const Result stopped = resultOf(process);
    QCOMPARE(stopped.status, 1);
    QVERIFY2(stopped.err.contains("interrupted"), stopped.all());
    QVERIFY(!QFile::exists(path("results/small-8-2-1.json")));

    write(path("small.json"), QByteArray::fromStdString(toJson(smallExperiment())));
    const Result finished =
        run(command("codes.py", {"--codes", "float", "8,2", "--seeds", "1", "--jobs", "1"}));
    QVERIFY2(finished.status == 0, finished.all());
    QCOMPARE(rows(finished.out).size(), 2);
}

QTEST_GUILESS_MAIN(TestCliEvidence)
#include "tst_cli_evidence.moc"
