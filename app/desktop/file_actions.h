#pragma once

#include "app/desktop/dialogs.h"

#include <QImage>
#include <QObject>
#include <QString>

#include <functional>

class QWidget;

namespace ternbench {

class RecentFiles;
class Session;
class WindowActions;

/// Everything that asks for a file: opening, saving, exporting, and the question about unsaved edits.
class FileActions : public QObject
{
    Q_OBJECT

public:
    FileActions(Session& session, WindowActions& actions, Dialogs dialogs, QWidget* window);

    RecentFiles* recentFiles() const { return m_recent; }
    const Dialogs& dialogs() const { return m_dialogs; }
    void setDialogs(const Dialogs& dialogs) { m_dialogs = dialogs; }

    /// Opens an experiment document, a run file or (to verify it) a packed network. Asks about unsaved edits
    /// first.
    void openPath(const QString& path);
    /// True when nothing is lost by going on: no unsaved edits, or saved, or discarded by the user's choice.
    bool confirmDiscard();
    /// Asks what becomes of a run that could not be saved (RunState::Unsaved).
    void askForUnsavedRun();

    /// Where files were opened or saved last.
    QString folder() const;
    void rememberFolder(const QString& path);
    /// Runs what may throw; shows the error. True when it went well.
    bool attempt(const QString& title, const std::function<void()>& action);

public slots:
    void newExperiment();
    void open();
    bool save();
    bool saveAs();
    void saveRunAs();
    void exportPacked();
    void verifyPacked();
    void saveImage(const QImage& image, const QString& suggestedName);

private:
    void updateActions();
    bool confirmTypedText();
    void verifyPath(const QString& path);

    Session& m_session;
    WindowActions& m_actions;
    Dialogs m_dialogs;
    QWidget* m_window;
    RecentFiles* m_recent;
};

/// True for what openPath() knows by its name: .json, .run.h5, .packed.h5, .h5.
bool isOpenable(const QString& path);

} // namespace ternbench
