#pragma once

#include "app/desktop/file_actions.h"
#include "app/desktop/main_window.h"
#include "app/desktop/panels.h"
#include "app/desktop/window_actions.h"
#include "experiments/document.h"

#include <QAction>
#include <QLineEdit>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>

namespace ternbench {

/// A small network on generated images that trains in a moment; `epochs` of float, then as many under the
/// final code.
inline Experiment smallExperiment(int epochs = 1, int images = 400)
{
    Experiment experiment;
    experiment.name = "small";
    experiment.data.kind = DataKind::Generated;
    experiment.data.generatedTrain = images;
    experiment.data.generatedTest = 100;
    experiment.data.generatedSide = 8;
    experiment.data.generatedClasses = 4;
    LayerSpec hidden;
    hidden.name = "fc1";
    hidden.outputs = 24;
    LayerSpec scores;
    scores.name = "fc2";
    scores.outputs = 4;
    scores.activation = Activation::None;
    scores.dropout = 0.0;
    experiment.network.layers = {hidden, scores};
    experiment.training.batchSize = 20;
    experiment.training.schedule = {{Stage::Kind::Float, {}, epochs}, {Stage::Kind::Final, {}, epochs}};
    return experiment;
}

/// The real window, with settings and data of its own and dialogs that the test answers. `answer` is given to
/// every question; what was asked last is kept.
class WindowFixture
{
public:
    WindowFixture()
    {
        QStandardPaths::setTestModeEnabled(true);
        QDir(dataFolder()).removeRecursively();
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        open();
    }

    ~WindowFixture()
    {
        close();
        QDir(dataFolder()).removeRecursively();
    }

    /// Another start of the program with the same settings and data.
    void open()
    {
        m_window = std::make_unique<MainWindow>(answers());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->activateWindow();
    }
    void close() { m_window.reset(); }

    MainWindow& window() { return *m_window; }
    Session& session() { return m_window->session(); }
    RunController& run() { return session().run(); }
    WindowActions& actions() { return m_window->actions(); }

    QString path(const QString& name) const { return m_folder.filePath(name); }
    static QString dataFolder() { return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation); }

    /// Writes the experiment and opens it in the window.
    void load(const Experiment& experiment)
    {
        const QString file = path(QStringLiteral("small.json"));
        saveExperiment(experiment, file.toStdString());
        m_window->files().openPath(file);
    }

    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(m_window.get(), key, modifiers);
    }

    /// Selects what a field of the editor holds and types over it.
    void type(const QString& field, const QString& text)
    {
        auto* edit = m_window->findChild<QLineEdit*>(field);
        QVERIFY2(edit, qPrintable(field));
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
    }

    bool waitForState(RunState state)
    {
        return QTest::qWaitFor([&] { return run().state() == state; }, 60000);
    }

    int answer = 0;
    Question asked;
    int questions = 0;
    QString openAnswer, saveAnswer, folderAnswer;
    QString lastError;
    /// Called while a question stands.
    std::function<void()> whileAsking;

private:
    Dialogs answers()
    {
        Dialogs dialogs;
        dialogs.openFile = [this](QWidget*, const FileQuestion&) { return openAnswer; };
        dialogs.saveFile = [this](QWidget*, const FileQuestion& question) {
            return saveAnswer.isEmpty() ? QString() : withSuffix(saveAnswer, question.suffix);
        };
        dialogs.newFolder = [this](QWidget*, const FileQuestion&) { return folderAnswer; };
        dialogs.ask = [this](QWidget*, const Question& question) {
            asked = question;
            ++questions;
            if (whileAsking)
                whileAsking();
            return answer;
        };
        dialogs.showError = [this](QWidget*, const QString&, const QString& text) { lastError = text; };
        return dialogs;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace ternbench
