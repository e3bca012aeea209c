#pragma once

#include "experiments/validation.h"

#include <QTest>

#include <functional>

/// Rows that change one thing of a possible experiment, and what validate() says of it.
namespace ternbench::test {

using Change = std::function<void(Experiment&)>;

inline LayerSpec& layer(Experiment& experiment, std::size_t index)
{
    return experiment.network.layers[index];
}

inline void useGenerated(Experiment& experiment)
{
    experiment.data.kind = DataKind::Generated;
}

} // namespace ternbench::test

Q_DECLARE_METATYPE(ternbench::test::Change)

namespace ternbench::test {

inline void addProblemColumns()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("message");
}

inline void addProblemRow(const char* name, const Change& change, const char* path, const char* message)
{
    QTest::newRow(name) << change << path << message;
}

/// The row's change alone is named, at its path and with its message.
inline void checkProblemRow(Experiment experiment)
{
    QFETCH(Change, change);
    QFETCH(QString, path);
    QFETCH(QString, message);
    change(experiment);
    const auto problems = validate(experiment);
    const QString all = QString::fromStdString(toString(problems));
    QVERIFY2(problems.size() == 1, qPrintable(all)); // one mistake gives one problem
    QCOMPARE(QString::fromStdString(problems.front().path), path);
    QVERIFY2(all.contains(message), qPrintable(all));
}

} // namespace ternbench::test
