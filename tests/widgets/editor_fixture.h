#pragma once

#include "experiments/plan.h"
#include "experiments/validation.h"
#include "widgets/editor/experiment_editor.h"

#include <QLabel>
#include <QLineEdit>
#include <QTableView>
#include <QTest>

#include <memory>

namespace ternbench::test {

inline constexpr int editorInputs = 784;

/// A suite that drives the editor by mouse and keyboard, with the program's part (validate, plan) played by
/// the test.
class EditorTest : public QObject
{
protected:
    void openEditor()
    {
        m_editor = std::make_unique<ExperimentEditor>();
        m_last = defaultExperiment();
        m_whats.clear();
        m_editor->setExperiment(m_last);
        takeEdit(m_last, QStringLiteral("start"));
        m_whats.clear();
        connect(m_editor.get(), &ExperimentEditor::edited, this, &EditorTest::takeEdit);
        m_editor->resize(420, 1900);
        m_editor->show();
        QVERIFY(QTest::qWaitForWindowActive(m_editor.get()));
    }
    template <class T>
    T* find(const char* name)
    {
        T* widget = m_editor->findChild<T*>(QLatin1String(name));
        if (!widget)
            qFatal("no widget named %s", name);
        return widget;
    }
    QString messageAt(const QString& path)
    {
        const auto* line = m_editor->findChild<QWidget*>(path + QStringLiteral(".problem"));
        const auto* label = line && line->isVisible() ? line->findChildren<QLabel*>().last() : nullptr;
        return label ? label->text() : QString();
    }
    void retype(QWidget* edit, const QString& text)
    {
        edit->setFocus();
        QTest::keyClick(edit, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, text);
    }
    void pressCell(QTableView* table, int row, int column)
    {
        const QModelIndex index = table->model()->index(row, column);
        table->scrollTo(index);
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
    }
    QLineEdit* openCell(QTableView* table, int row, int column)
    {
        table->setFocus();
        table->setCurrentIndex(table->model()->index(row, column));
        QTest::keyClick(table, Qt::Key_F2);
        return table->viewport()->findChild<QLineEdit*>();
    }
    void takeEdit(const Experiment& experiment, const QString& what)
    {
        m_last = experiment;
        m_whats << what;
        const std::vector<Problem> problems = validate(experiment);
        m_editor->setExperiment(experiment);
        m_editor->setProblems(problems);
        if (problems.empty())
            m_editor->setPlan(planSchedule(experiment, vectorShape(editorInputs)),
                              planLedger(experiment, vectorShape(editorInputs)));
        else
            m_editor->setPlan({}, {});
    }

    std::unique_ptr<ExperimentEditor> m_editor;
    Experiment m_last;   ///< as emitted
    QStringList m_whats; ///< names of the edits emitted
};

} // namespace ternbench::test
