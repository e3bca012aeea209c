#include "app/desktop/window_actions.h"

#include "app/desktop/run_icons.h"

#include <QAction>
#include <QMainWindow>

namespace ternbench {

namespace {

constexpr const char* tipProperty = "enabledTip"; // what the action says when nothing stands in its way

QString withShortcut(const QAction* action, const QString& tip)
{
    const QString keys = action->shortcut().toString(QKeySequence::NativeText);
    return keys.isEmpty() ? tip : QStringLiteral("%1 (%2)").arg(tip, keys);
}

} // namespace

WindowActions::WindowActions(QMainWindow* window) : QObject(window)
{
    addFileActions();
    addRunActions();
    addOtherActions();
    run.start->setIcon(runIcon(RunIcon::Start));
    run.pauseResume->setIcon(runIcon(RunIcon::Pause));
    run.stop->setIcon(runIcon(RunIcon::Stop));
    run.stepEpoch->setIcon(runIcon(RunIcon::Step));
}

QAction* WindowActions::add(const QString& name, const QString& text, const QKeySequence& shortcut,
                            const QString& tip)
{
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(shortcut);
    action->setProperty(tipProperty, tip);
    setObstacle(action, {});
    return action;
}

void WindowActions::setObstacle(QAction* action, const QString& obstacle)
{
    const QString tip =
        obstacle.isEmpty() ? withShortcut(action, action->property(tipProperty).toString()) : obstacle;
    action->setEnabled(obstacle.isEmpty());
    action->setToolTip(tip);
    action->setStatusTip(tip);
}

void WindowActions::addFileActions()
{
    newExperiment = add(QStringLiteral("newExperiment"), tr("&New experiment"), QKeySequence::New,
                        tr("Start from the default experiment"));
    open = add(QStringLiteral("open"), tr("&Open…"), QKeySequence::Open,
               tr("Open an experiment, a run file, or a packed network to verify"));
    save = add(QStringLiteral("save"), tr("&Save experiment"), QKeySequence::Save,
               tr("Save the experiment document"));
    saveAs = add(QStringLiteral("saveAs"), tr("Save experiment &as…"), Qt::CTRL | Qt::SHIFT | Qt::Key_S,
                 tr("Save the experiment document under another name"));
    saveRunAs = add(QStringLiteral("saveRunAs"), tr("Save &run as…"), Qt::CTRL | Qt::Key_R,
                    tr("Copy the run file to a place of your choice"));
    exportPacked = add(QStringLiteral("exportPacked"), tr("&Export packed network…"), Qt::CTRL | Qt::Key_E,
                       tr("Write the weights as hardware stores them, and verify the file"));
    verifyPacked =
        add(QStringLiteral("verifyPacked"), tr("&Verify a packed file…"), Qt::CTRL | Qt::SHIFT | Qt::Key_E,
            tr("Check a packed file against its golden outputs"));
    quit = add(QStringLiteral("quit"), tr("&Quit"), Qt::CTRL | Qt::Key_Q, tr("Close the window"));
}

void WindowActions::addRunActions()
{
    run.start =
        add(QStringLiteral("start"), tr("&Start"), Qt::Key_F5, tr("Train the experiment from the beginning"));
    run.pauseResume = add(QStringLiteral("pauseResume"), tr("&Pause"), Qt::Key_F6,
                          tr("Pause the run, or let it go on; take up a stopped run"));
    run.stop = add(QStringLiteral("stop"), tr("S&top"), Qt::SHIFT | Qt::Key_F5,
                   tr("Stop at the next mini-batch and save the run file"));
    run.stepEpoch = add(QStringLiteral("stepEpoch"), tr("Step one &epoch"), Qt::Key_F10,
                        tr("Train to the end of an epoch, then pause"));
    runSettings = add(QStringLiteral("runSettings"), tr("Run settin&gs…"), {},
                      tr("Threads, and how often the run file is saved"));
}

void WindowActions::addOtherActions()
{
    resetLayout = add(QStringLiteral("resetLayout"), tr("&Reset layout"), {},
                      tr("Put all docks back where they were first"));
    shortcuts =
        add(QStringLiteral("shortcuts"), tr("&Keyboard shortcuts"), Qt::Key_F1, tr("List all shortcuts"));
    about = add(QStringLiteral("about"), tr("&About Ternbench"), {}, tr("Version, method and licence"));
}

} // namespace ternbench
