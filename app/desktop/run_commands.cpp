#include "app/desktop/run_commands.h"

#include "app/desktop/run_icons.h"
#include "app/desktop/run_settings_dialog.h"
#include "app/desktop/session.h"
#include "app/desktop/window_actions.h"
#include "widgets/views/run_bar.h"

#include <QAction>

namespace ternbench {

RunCommands::RunCommands(Session& session, WindowActions& actions, RunBar& bar, QObject* parent)
    : QObject(parent), m_session(session), m_actions(actions), m_bar(bar)
{
    const RunActions& run = actions.run;
    connect(run.start, &QAction::triggered, &session, &Session::startRun);
    connect(run.pauseResume, &QAction::triggered, &session, &Session::pauseOrResume);
    connect(run.stop, &QAction::triggered, &session, &Session::stopRun);
    connect(run.stepEpoch, &QAction::triggered, &session, &Session::stepEpoch);
    connect(actions.runSettings, &QAction::triggered, &bar, [&bar] {
        RunSettingsDialog dialog(storedRunSettings(), bar.window());
        if (dialog.exec() == QDialog::Accepted)
            storeRunSettings(dialog.settings());
    });
    connect(&session, &Session::conditionsChanged, this, &RunCommands::update);
    connect(&session, &Session::runReplaced, this, &RunCommands::showRun);
    connect(&session.run(), &RunController::progressed, &bar, &RunBar::setProgress);
    connect(&session.run(), &RunController::stateChanged, &bar,
            [&bar](RunState state, const QString& message) { bar.setState(state, message); });
    update();
}

void RunCommands::update()
{
    const bool active = m_session.run().isActive();
    const bool pausing = active && m_session.run().state() != RunState::Paused;
    const QString idle = active ? m_session.resumeObstacle() : tr("No run is under way.");
    const QString resume = m_session.resumeObstacle();
    QAction* toggle = m_actions.run.pauseResume;
    toggle->setText(pausing ? tr("&Pause") : tr("&Resume"));
    toggle->setIcon(runIcon(pausing ? RunIcon::Pause : RunIcon::Resume));
    WindowActions::setObstacle(m_actions.run.start, m_session.startObstacle());
    WindowActions::setObstacle(toggle, resume);
    WindowActions::setObstacle(m_actions.run.stop, idle);
    const QString start = m_session.startObstacle();
    WindowActions::setObstacle(m_actions.run.stepEpoch, resume.isEmpty() ? QString()
                                                        : active         ? resume
                                                                         : start);
}

void RunCommands::showRun()
{
    QStringList stages;
    const Experiment& experiment = m_session.runExperiment();
    const TrainingSpec& training = experiment.training;
    for (const Stage& stage : training.schedule)
        stages << QString::fromStdString(stageLabel(stage, experiment.network.layers));
    m_bar.setSchedule(totalEpochs(training), stages);
    m_bar.showOpened(int(m_session.epochs().size()));
}

} // namespace ternbench
