#include "app/desktop/main_window.h"

#include "app/desktop/dock_layout.h"
#include "app/desktop/file_actions.h"
#include "app/desktop/hardware_desk.h"
#include "app/desktop/help_dialogs.h"
#include "app/desktop/panels.h"
#include "app/desktop/recent_files.h"
#include "app/desktop/recovery.h"
#include "app/desktop/run_commands.h"
#include "app/desktop/theme.h"
#include "app/desktop/window_actions.h"
#include "widgets/views/hardware_view.h"
#include "widgets/views/ledger_view.h"
#include "widgets/views/mask_view.h"
#include "widgets/views/number_text.h"
#include "widgets/views/run_bar.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>
#include <QToolBar>
#include <QUndoStack>

namespace ternbench {

namespace {

constexpr int shownRunFileCharacters = 24; ///< in the status bar, which also has messages to show

QString dataFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
}

QStringList openablePaths(const QMimeData* data)
{
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile() && isOpenable(url.toLocalFile()))
            paths << url.toLocalFile();
    return paths;
}

} // namespace

MainWindow::MainWindow(const Dialogs& dialogs)
    : m_session(new Session(this)), m_actions(new WindowActions(this)),
      m_panels(new Panels(*m_session, this)), m_docks(new DockLayout(*m_panels, this)),
      m_files(new FileActions(*m_session, *m_actions, dialogs, this)),
      m_hardware(new HardwareDesk(*m_session, *m_panels->hardware, *m_files, this)),
      m_recovery(new Recovery(dataFolder(), this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    buildToolBar();
    buildMenus();
    buildStatusBar();
    connectSession();
    updateTitle();
    updateUndo();
    updateStatus();
    m_docks->restore();
}

MainWindow::~MainWindow()
{
    // The run ends while everything that its last reports reach is still there. What the session emits while
    // it goes (an undo stack does) must not come back here.
    disconnect(m_session, nullptr, this, nullptr);
    disconnect(m_session->document().undoStack(), nullptr, this, nullptr);
    delete m_hardware; // waits for its jobs
    delete m_session;
}

void MainWindow::buildToolBar()
{
    auto* bar = new RunBar(m_actions->run, this);
    auto* toolBar = addToolBar(tr("Run"));
    toolBar->setObjectName(QStringLiteral("runToolBar"));
    toolBar->setMovable(false);
    toolBar->toggleViewAction()->setEnabled(false); // the window is of no use without it
    toolBar->addWidget(bar);
    new RunCommands(*m_session, *m_actions, *bar, this);
}

void MainWindow::buildMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addActions({m_actions->newExperiment, m_actions->open});
    m_files->recentFiles()->attachTo(file->addMenu(tr("Open &recent")));
    file->addSeparator();
    file->addActions({m_actions->save, m_actions->saveAs, m_actions->saveRunAs});
    file->addSeparator();
    file->addActions({m_actions->exportPacked, m_actions->verifyPacked});
    file->addSeparator();
    file->addAction(m_actions->quit);
    buildEditMenu();
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    run->addActions(
        {m_actions->run.start, m_actions->run.pauseResume, m_actions->run.stop, m_actions->run.stepEpoch});
    run->addSeparator();
    run->addAction(m_actions->runSettings);
    buildViewMenu();
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addActions({m_actions->shortcuts, m_actions->about});
    for (QMenu* menu : {file, run})
        menu->setToolTipsVisible(true); // they say why an action is disabled
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_actions->shortcuts, &QAction::triggered, this, [this] { showShortcuts(this, allActions()); });
    connect(m_actions->about, &QAction::triggered, this, [this] { showAbout(this); });
}

void MainWindow::buildEditMenu()
{
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    m_undo = edit->addAction(tr("&Undo"));
    m_redo = edit->addAction(tr("&Redo"));
    m_undo->setObjectName(QStringLiteral("undo"));
    m_redo->setObjectName(QStringLiteral("redo"));
    m_undo->setShortcut(Qt::CTRL | Qt::Key_Z);
    m_redo->setShortcuts(
        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    edit->setToolTipsVisible(true);
    QUndoStack* stack = m_session->document().undoStack();
    connect(m_undo, &QAction::triggered, stack, &QUndoStack::undo);
    connect(m_redo, &QAction::triggered, stack, &QUndoStack::redo);
    connect(stack, &QUndoStack::indexChanged, this, &MainWindow::updateUndo);
}

void MainWindow::buildViewMenu()
{
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addActions(m_docks->actions());
    view->addSeparator();
    buildThemeMenu(view);
    view->addAction(m_actions->resetLayout);
    connect(m_actions->resetLayout, &QAction::triggered, m_docks, &DockLayout::arrangeByDefault);
}

void MainWindow::buildThemeMenu(QMenu* parent)
{
    QMenu* menu = parent->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const QString chosen = QSettings().value(QStringLiteral("theme")).toString();
    const ThemeChoice current = themeFromName(chosen).value_or(ThemeChoice::System);
    const std::pair<ThemeChoice, QString> choices[] = {{ThemeChoice::System, tr("&System")},
                                                       {ThemeChoice::Light, tr("&Light")},
                                                       {ThemeChoice::Dark, tr("&Dark")}};
    for (const auto& [choice, text] : choices) {
        QAction* action = menu->addAction(text);
        action->setObjectName(QStringLiteral("theme-") + themeName(choice));
        action->setCheckable(true);
        action->setChecked(choice == current);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [choice = choice] {
            QSettings().setValue(QStringLiteral("theme"), themeName(choice));
            applyTheme(*qApp, choice);
        });
    }
}

void MainWindow::buildStatusBar()
{
    m_runFileLabel = new QLabel(this);
    m_runFileLabel->setObjectName(QStringLiteral("runFileLabel"));
    m_planLabel = new QLabel(this);
    m_planLabel->setObjectName(QStringLiteral("planLabel"));
    statusBar()->addPermanentWidget(m_runFileLabel);
    statusBar()->addPermanentWidget(m_planLabel);
}

void MainWindow::connectSession()
{
    connect(m_session, &Session::conditionsChanged, this, &MainWindow::updateUndo);
    connect(m_session, &Session::conditionsChanged, this, &MainWindow::updateTitle);
    connect(m_session, &Session::planChanged, this, &MainWindow::updateStatus);
    connect(m_session, &Session::runFileChanged, this, &MainWindow::updateStatus);
    connect(m_session, &Session::message, this,
            [this](LogLevel, const QString& text) { statusBar()->showMessage(text, 8000); });
    connect(&m_session->document(), &ExperimentDocument::changed, this, &MainWindow::keepForRecovery);
    connect(&m_session->document(), &ExperimentDocument::stateChanged, this, &MainWindow::keepForRecovery);
    connect(m_panels->hardware->ledger(), &LedgerView::exportRequested, m_files, &FileActions::exportPacked);
    connect(m_panels->hardware->ledger(), &LedgerView::verifyRequested, m_files, &FileActions::verifyPacked);
    connect(m_panels->mask, &MaskView::saveImageRequested, m_files, &FileActions::saveImage);
    connect(&m_session->packedJobs(), &PackedJobs::progressed, this, [this](const QString&, double fraction) {
        if (fraction > 0.0)
            return;
        m_docks->dock(QStringLiteral("hardwareDock"))->raise();
        m_panels->hardware->showPage(m_panels->hardware->ledger());
    });
    connect(&m_session->run(), &RunController::stateChanged, this, [this](RunState state) {
        if (!m_closeWhenOver || !(isOver(state) || state == RunState::Unsaved))
            return;
        m_closeWhenOver = false;
        setEnabled(true);
        if (state == RunState::Finished || state == RunState::Stopped) // a failure is to be seen
            QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
    });
}

// ---- what the window shows about itself
// -------------------------------------------------------------------------

void MainWindow::updateTitle()
{
    const QString path = m_session->document().path();
    const QString name = QString::fromStdString(m_session->document().experiment().name);
    const QString file = path.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(QFileInfo(path).fileName());
    setWindowTitle(name + file + QStringLiteral("[*] – Ternbench"));
    setWindowModified(m_session->document().isModified());
}

void MainWindow::updateUndo()
{
    const QUndoStack* stack = m_session->document().undoStack();
    const bool running = m_session->run().isActive();
    const QString locked = tr("Locked while the run is going: stop it to edit.");
    m_undo->setText(stack->canUndo() ? tr("&Undo %1").arg(stack->undoText()) : tr("&Undo"));
    m_redo->setText(stack->canRedo() ? tr("&Redo %1").arg(stack->redoText()) : tr("&Redo"));
    m_undo->setEnabled(stack->canUndo() && !running);
    m_redo->setEnabled(stack->canRedo() && !running);
    for (QAction* action : {m_undo, m_redo})
        action->setToolTip(running ? locked : QString());
}

void MainWindow::updateStatus()
{
    const Ledger& ledger = m_session->plannedLedger();
    m_planLabel->setText(ledger.weights == 0 ? QString()
                                             : tr("Experiment: %1 weights · %2 bits/weight · packed %3")
                                                   .arg(countText(std::int64_t(ledger.weights)))
                                                   .arg(ledger.bitsPerWeight(), 0, 'f', 3)
                                                   .arg(bytesText(ledger.totalBytes)));
    const QString run = m_session->runFile();
    const QFontMetrics metrics = m_runFileLabel->fontMetrics();
    const QString name = metrics.elidedText(QFileInfo(run).fileName(), Qt::ElideMiddle,
                                            shownRunFileCharacters * metrics.averageCharWidth());
    m_runFileLabel->setText(run.isEmpty() ? QString()
                                          : tr("run: %1").arg(name)); // all of it is in the tool tip
    m_runFileLabel->setToolTip(run);
}

QList<QAction*> MainWindow::allActions() const
{
    return QList<QAction*>{m_actions->newExperiment,
                           m_actions->open,
                           m_actions->save,
                           m_actions->saveAs,
                           m_actions->saveRunAs,
                           m_actions->exportPacked,
                           m_actions->verifyPacked,
                           m_actions->quit,
                           m_undo,
                           m_redo,
                           m_actions->run.start,
                           m_actions->run.pauseResume,
                           m_actions->run.stop,
                           m_actions->run.stepEpoch} +
           m_docks->actions() + QList<QAction*>{m_actions->shortcuts};
}

// ---- unsaved edits, closing, dropping
// -----------------------------------------------------------------------------

void MainWindow::keepForRecovery()
{
    if (m_session->document().isModified())
        m_recovery->keep(m_session->document().experiment());
    else
        m_recovery->discard();
}

void MainWindow::offerRecovery()
{
    const std::optional<Experiment> found = m_recovery->found();
    if (!found) {
        m_recovery->settle();
        return;
    }
    const int answer = m_files->dialogs().ask(
        this,
        {tr("Unsaved edits found"),
         tr("The program ended without saving edits of \"%1\".").arg(QString::fromStdString(found->name)),
         {},
         {tr("&Restore them"), tr("&Discard them")},
         0});
    m_recovery->settle();
    if (answer == 0)
        m_session->document().resetModified(*found);
    else
        m_recovery->discard();
}

bool MainWindow::confirmStop()
{
    if (!m_session->run().isActive())
        return true;
    if (m_closeWhenOver)
        return false;
    if (m_session->run().state() == RunState::Unsaved) {
        m_files->askForUnsavedRun();
        return false;
    }
    const int answer = m_files->dialogs().ask(
        this, {tr("A run is under way"),
               tr("Stop the run and close the window?"),
               tr("The run stops after its mini-batch and is saved to %1. It can be taken up from there.")
                   .arg(m_session->runFile()),
               {tr("&Stop and save"), tr("&Keep running")},
               1});
    if (answer != 0)
        return false;
    if (!m_session->run().isActive())
        return true; // it ended while the question stood
    m_closeWhenOver = true;
    setEnabled(false);
    statusBar()->showMessage(tr("Stopping and saving the run…"));
    m_session->stopRun();
    return false;
}

bool MainWindow::confirmCancelJob()
{
    const bool packed = m_session->packedJobs().isBusy();
    if (!packed && !m_hardware->jobs().isBusy())
        return true;
    const int answer = m_files->dialogs().ask(
        this,
        {packed ? tr("An export or a verification is under way") : m_hardware->jobText(),
         tr("Cancel it and close the window?"),
         packed ? tr("An export that is cancelled writes no file; one that exists already stays as it was.")
                : tr("What it has found out so far is not kept."),
         {tr("&Cancel it and close"), tr("&Keep the window open")},
         1});
    return answer == 0 || !(m_session->packedJobs().isBusy() || m_hardware->jobs().isBusy());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!confirmStop() || !confirmCancelJob() || !m_files->confirmDiscard()) {
        event->ignore();
        return;
    }
    m_recovery->discard();
    m_docks->store();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!openablePaths(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QStringList paths = openablePaths(event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    // After the drop has ended: opening may ask, and the source would wait for the answer.
    QMetaObject::invokeMethod(
        this, [this, path = paths.constFirst()] { m_files->openPath(path); }, Qt::QueuedConnection);
}

} // namespace ternbench
