#pragma once

#include "experiments/document.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>
#include <QTest>

/// What the suites of the command line share: the real program, run on a small generated experiment.
namespace ternbench::test {

struct Result
{
    int status = -1; ///< exit status; -1 when the program did not end by itself
    QString out, err;

    QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
    QByteArray all() const { return ("status " + QString::number(status) + "\n" + out + err).toUtf8(); }
};

inline Result resultOf(QProcess& process)
{
    if (!process.waitForFinished(120'000))
        process.kill();
    const bool ended =
        process.exitStatus() == QProcess::NormalExit && process.state() == QProcess::NotRunning;
    return {ended ? process.exitCode() : -1, QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

inline Result cli(const QStringList& arguments,
                  const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(TERNBENCH_CLI, arguments);
    return resultOf(process);
}

inline QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void write(const QString& path, const QByteArray& content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

/// Two layers on a few hundred generated images: a run takes well below a second.
inline Experiment smallExperiment()
{
    Experiment experiment = defaultExperiment();
    experiment.name = "small";
    experiment.data.kind = DataKind::Generated;
    experiment.data.generatedTrain = 400;
    experiment.data.generatedTest = 200;
    experiment.data.generatedSide = 8;
    experiment.data.generatedClasses = 4;
    auto& layers = experiment.network.layers;
    layers.erase(layers.begin() + 1, layers.begin() + 3);
    layers.front().outputs = 24;
    experiment.training.batchSize = 50;
    experiment.training.schedule = {{Stage::Kind::Float, Code{}, 2}, {Stage::Kind::Final, Code{}, 2}};
    return experiment;
}

} // namespace ternbench::test
