#include "app/desktop/file_actions.h"

#include "app/desktop/recent_files.h"
#include "app/desktop/session.h"
#include "app/desktop/window_actions.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

#include <exception>

namespace ternbench {

namespace {

const QString folderKey = QStringLiteral("files/folder");

QString experimentFilter()
{
    return FileActions::tr("Experiments (*.json)");
}

QString runFilter()
{
    return FileActions::tr("Run files (*.run.h5)");
}

QString packedFilter()
{
    return FileActions::tr("Packed networks (*.packed.h5)");
}

QString allFilter()
{
    return FileActions::tr("All that Ternbench opens (*.json *.run.h5 *.packed.h5 *.h5)");
}

/// "fashion-fc-20260102-074501" of ".../fashion-fc-20260102-074501.run.h5".
QString stemOf(const QString& path)
{
    const QString name = QFileInfo(path).fileName();
    const QString ending = QStringLiteral(".run.h5");
    return name.endsWith(ending) ? name.chopped(ending.size()) : QFileInfo(path).completeBaseName();
}

} // namespace

bool isOpenable(const QString& path)
{
    return path.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive) ||
           path.endsWith(QStringLiteral(".h5"), Qt::CaseInsensitive);
}

FileActions::FileActions(Session& session, WindowActions& actions, Dialogs dialogs, QWidget* window)
    : QObject(window), m_session(session), m_actions(actions), m_dialogs(std::move(dialogs)),
      m_window(window), m_recent(new RecentFiles(this))
{
    connect(actions.newExperiment, &QAction::triggered, this, &FileActions::newExperiment);
    connect(actions.open, &QAction::triggered, this, &FileActions::open);
    connect(actions.save, &QAction::triggered, this, &FileActions::save);
    connect(actions.saveAs, &QAction::triggered, this, &FileActions::saveAs);
    connect(actions.saveRunAs, &QAction::triggered, this, &FileActions::saveRunAs);
    connect(actions.exportPacked, &QAction::triggered, this, &FileActions::exportPacked);
    connect(actions.verifyPacked, &QAction::triggered, this, &FileActions::verifyPacked);
    connect(m_recent, &RecentFiles::chosen, this, &FileActions::openPath);
    connect(&session, &Session::conditionsChanged, this, &FileActions::updateActions);
    connect(&session.run(), &RunController::stateChanged, this, [this](RunState state) {
        if (state == RunState::Unsaved) // after all others have heard of it: the question takes its time
            QMetaObject::invokeMethod(this, &FileActions::askForUnsavedRun, Qt::QueuedConnection);
    });
    updateActions();
}

void FileActions::updateActions()
{
    const QString running = m_session.run().isActive()
                                ? tr("A run is under way: stop it before another document is opened.")
                                : QString();
    const QString jobs =
        m_session.packedJobs().isBusy() ? tr("An export or a verification is under way.") : QString();
    WindowActions::setObstacle(m_actions.newExperiment, running);
    WindowActions::setObstacle(m_actions.open, running);
    WindowActions::setObstacle(m_actions.saveRunAs, m_session.saveRunObstacle());
    WindowActions::setObstacle(m_actions.exportPacked, m_session.exportObstacle());
    WindowActions::setObstacle(m_actions.verifyPacked, jobs);
}

bool FileActions::attempt(const QString& title, const std::function<void()>& action)
{
    try {
        action();
        return true;
    } catch (const std::exception& error) {
        emit m_session.message(LogLevel::Error, QString::fromUtf8(error.what()));
        m_dialogs.showError(m_window, title, QString::fromUtf8(error.what()));
        return false;
    }
}

QString FileActions::folder() const
{
    const QString home = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QString last = QSettings().value(folderKey, home).toString();
    return QDir(last).exists() ? last : QDir::homePath();
}

void FileActions::rememberFolder(const QString& path)
{
    QSettings().setValue(folderKey, QFileInfo(path).absolutePath());
}

bool FileActions::confirmDiscard()
{
    if (!m_session.document().isModified())
        return true;
    const QString name = QString::fromStdString(m_session.document().experiment().name);
    const int answer = m_dialogs.ask(m_window, {tr("Unsaved edits"),
                                                tr("The experiment \"%1\" has unsaved edits.").arg(name),
                                                {},
                                                {tr("&Save"), tr("&Discard"), tr("&Cancel")},
                                                2});
    return answer == 0 ? save() : answer == 1;
}

void FileActions::newExperiment()
{
    if (confirmDiscard())
        m_session.newExperiment();
}

void FileActions::open()
{
    const QString path = m_dialogs.openFile(
        m_window, {tr("Open"), folder(), {allFilter(), experimentFilter(), runFilter(), packedFilter()}, {}});
    if (!path.isEmpty())
        openPath(path);
}

void FileActions::openPath(const QString& path)
{
    if (isPackedFile(path))
        return verifyPath(path);
    if (m_session.run().isActive()) {
        m_dialogs.showError(m_window, tr("A run is under way"),
                            tr("Stop it before another document is opened."));
        return;
    }
    if (!confirmDiscard())
        return;
    if (!attempt(tr("%1 cannot be opened").arg(QFileInfo(path).fileName()), [&] { m_session.open(path); })) {
        m_recent->remove(path);
        return;
    }
    rememberFolder(path);
    m_recent->add(path);
}

bool FileActions::save()
{
    const QString path = m_session.document().path();
    if (path.isEmpty())
        return saveAs();
    return confirmTypedText() &&
           attempt(tr("The experiment cannot be saved"), [&] { m_session.document().save(path); });
}

/// A text that stands for no value is not in the document: saving must not pass over it in silence.
bool FileActions::confirmTypedText()
{
    const std::vector<Problem> problems = m_session.typingProblems();
    if (problems.empty())
        return true;
    QStringList lines;
    for (const Problem& problem : problems)
        lines << QString::fromStdString(problem.path + ": " + problem.message);
    const int answer =
        m_dialogs.ask(m_window, {tr("Texts without a value"),
                                 tr("What stands in some fields is not a value and is not saved; "
                                    "the values before it are."),
                                 lines.join(QLatin1Char('\n')),
                                 {tr("&Save the values"), tr("&Cancel")},
                                 1});
    return answer == 0;
}

void FileActions::askForUnsavedRun()
{
    if (m_session.run().state() != RunState::Unsaved)
        return;
    const int answer = m_dialogs.ask(
        m_window, {tr("The run is not saved"),
                   tr("%1 could not be written. The run is still in memory.")
                       .arg(QFileInfo(m_session.runFile()).fileName()),
                   m_session.runFile(),
                   {tr("&Try again"), tr("Save &elsewhere…"), tr("&Later"), tr("&Give the run up")},
                   2});
    if (answer == 0)
        m_session.saveUnsavedRun();
    else if (answer == 3)
        m_session.run().discard();
    if (answer != 1)
        return;
    const QString offered = folder() + QLatin1Char('/') + QFileInfo(m_session.runFile()).fileName();
    const QString path =
        m_dialogs.saveFile(m_window, {tr("Save run"), offered, {runFilter()}, QStringLiteral("run.h5")});
    if (!path.isEmpty())
        m_session.saveUnsavedRun(path);
}

bool FileActions::saveAs()
{
    if (!confirmTypedText())
        return false;
    const QString known = m_session.document().path();
    const QString path =
        m_dialogs.saveFile(m_window, {tr("Save experiment"),
                                      known.isEmpty() ? folder() + QStringLiteral("/experiment.json") : known,
                                      {experimentFilter()},
                                      QStringLiteral("json")});
    if (path.isEmpty())
        return false;
    if (!attempt(tr("The experiment cannot be saved"), [&] { m_session.document().save(path); }))
        return false;
    rememberFolder(path);
    m_recent->add(path);
    return true;
}

void FileActions::saveRunAs()
{
    if (m_session.run().state() == RunState::Unsaved)
        return askForUnsavedRun();
    const QString offered = folder() + QLatin1Char('/') + QFileInfo(m_session.runFile()).fileName();
    const QString path =
        m_dialogs.saveFile(m_window, {tr("Save run"), offered, {runFilter()}, QStringLiteral("run.h5")});
    if (path.isEmpty() || !attempt(tr("The run cannot be saved"), [&] { m_session.saveRunAs(path); }))
        return;
    rememberFolder(path);
    m_recent->add(path);
}

void FileActions::exportPacked()
{
    const QString offered = QStringLiteral("%1/%2.packed.h5").arg(folder(), stemOf(m_session.runFile()));
    const QString path = m_dialogs.saveFile(
        m_window, {tr("Export packed network"), offered, {packedFilter()}, QStringLiteral("packed.h5")});
    if (path.isEmpty())
        return;
    rememberFolder(path);
    m_session.exportPacked(path);
}

void FileActions::verifyPacked()
{
    const QString path =
        m_dialogs.openFile(m_window, {tr("Verify a packed file"), folder(), {packedFilter()}, {}});
    if (path.isEmpty())
        return;
    verifyPath(path);
}

void FileActions::verifyPath(const QString& path)
{
    if (!attempt(tr("%1 cannot be verified").arg(QFileInfo(path).fileName()),
                 [&] { m_session.verify(path); }))
        return;
    rememberFolder(path);
    m_recent->add(path);
}

void FileActions::saveImage(const QImage& image, const QString& suggestedName)
{
    const QString path = m_dialogs.saveFile(m_window, {tr("Save image"),
                                                       folder() + QLatin1Char('/') + suggestedName,
                                                       {tr("PNG images (*.png)")},
                                                       QStringLiteral("png")});
    if (path.isEmpty())
        return;
    rememberFolder(path);
    if (image.save(path, "PNG"))
        emit m_session.message(LogLevel::Info, tr("Saved %1").arg(path));
    else
        m_dialogs.showError(m_window, tr("The image cannot be saved"), tr("%1 cannot be written.").arg(path));
}

} // namespace ternbench
