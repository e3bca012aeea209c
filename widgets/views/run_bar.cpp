#include "widgets/views/run_bar.h"

#include "widgets/views/number_text.h"
#include "widgets/views/steady_label.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace ternbench {

namespace {

constexpr int labelIntervalMs = 1000; // each costs training some of a core
constexpr int barSteps = 1000;        // the bar's own range: a schedule's steps may exceed int

QToolButton* buttonFor(QAction* action, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::TabFocus);
    button->setObjectName(action->objectName() + QStringLiteral("Button"));
    return button;
}

} // namespace

QString runStateText(std::optional<RunState> state)
{
    if (!state)
        return RunBar::tr("Ready");
    switch (*state) {
    case RunState::Starting:
        return RunBar::tr("Starting");
    case RunState::Running:
        return RunBar::tr("Running");
    case RunState::Paused:
        return RunBar::tr("Paused");
    case RunState::Saving:
        return RunBar::tr("Saving");
    case RunState::Unsaved:
        return RunBar::tr("Not saved");
    case RunState::Finished:
        return RunBar::tr("Finished");
    case RunState::Stopped:
        return RunBar::tr("Stopped");
    case RunState::Failed:
        return RunBar::tr("Failed");
    }
    return {};
}

QString progressText(const BatchProgress& progress, int totalEpochs)
{
    if (progress.totalSteps <= 0)
        return {};
    const int epoch = std::min(progress.epoch + 1, std::max(totalEpochs, 1));
    return RunBar::tr("epoch %1 of %2 · step %3 of %4")
        .arg(epoch)
        .arg(totalEpochs)
        .arg(countText(progress.step), countText(progress.totalSteps));
}

RunBar::RunBar(const RunActions& actions, QWidget* parent)
    : QWidget(parent), m_labelTimer(new QTimer(this)), m_stateLabel(new QLabel(this)),
      m_stageLabel(new SteadyLabel(this)), m_bar(new QProgressBar(this)), m_rateLabel(new SteadyLabel(this)),
      m_leftLabel(new SteadyLabel(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    for (QAction* action : {actions.start, actions.pauseResume, actions.stop, actions.stepEpoch}) {
        QToolButton* button = buttonFor(action, this);
        layout->addWidget(button);
        if (action == actions.pauseResume)
            m_pauseButton = button;
    }
    m_stateLabel->setObjectName(QStringLiteral("runState"));
    m_stageLabel->setObjectName(QStringLiteral("runStage"));
    m_bar->setObjectName(QStringLiteral("runProgress"));
    m_rateLabel->setObjectName(QStringLiteral("runRate"));
    m_leftLabel->setObjectName(QStringLiteral("runTimeLeft"));
    m_bar->setRange(0, barSteps);
    m_bar->setMinimumWidth(240);
    layout->addWidget(m_stateLabel);
    layout->addWidget(m_bar, 1);
    for (SteadyLabel* label : {m_stageLabel, m_rateLabel, m_leftLabel})
        layout->addWidget(label);
    m_labelTimer->setSingleShot(true);
    m_labelTimer->setInterval(labelIntervalMs);
    connect(m_labelTimer, &QTimer::timeout, this, &RunBar::showProgress);
    fixWidths();
    setState(std::nullopt, {});
}

/// What is pressed, and the bar, stay where they are whatever the run does.
void RunBar::fixWidths()
{
    const auto widest = [this](const QStringList& texts) {
        int width = 0;
        for (const QString& text : texts)
            width = std::max(width, fontMetrics().horizontalAdvance(text));
        return width;
    };
    QStringList states{runStateText(std::nullopt)};
    for (int state = 0; state <= int(RunState::Failed); ++state)
        states << runStateText(RunState(state));
    m_stateLabel->setMinimumWidth(widest(states));
    const QString shown = m_pauseButton->text();
    const int others = m_pauseButton->sizeHint().width() - fontMetrics().horizontalAdvance(shown);
    m_pauseButton->setMinimumWidth(others + widest({tr("Pause"), tr("Resume")}));
}

void RunBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fixWidths();
}

void RunBar::setSchedule(int totalEpochs, const QStringList& stageLabels)
{
    m_totalEpochs = totalEpochs;
    m_stageLabels = stageLabels;
}

void RunBar::setState(std::optional<RunState> state, const QString& message)
{
    m_state = state;
    m_stateLabel->setText(runStateText(state));
    m_stateLabel->setToolTip(message);
    if (!state || *state == RunState::Starting)
        m_progress = {};
    showProgress();
}

void RunBar::showOpened(int finishedEpochs)
{
    m_openedEpochs = finishedEpochs;
    setState(std::nullopt, {});
}

void RunBar::setProgress(const BatchProgress& progress)
{
    m_progress = progress;
    if (!m_labelTimer->isActive())
        m_labelTimer->start();
}

void RunBar::showProgress()
{
    m_labelTimer->stop();
    const bool known = m_progress.totalSteps > 0;
    const double done = known ? double(m_progress.step) / double(m_progress.totalSteps)
                              : double(m_openedEpochs) / double(std::max(m_totalEpochs, 1));
    // The text first: a new value paints the bar at once, so that it is painted once.
    m_bar->setFormat(known ? progressText(m_progress, m_totalEpochs)
                     : m_openedEpochs > 0
                         ? tr("%1 of %2 epochs, from the run file").arg(m_openedEpochs).arg(m_totalEpochs)
                     : m_state ? QString() // starting, or failed before the first mini-batch
                               : tr("no run yet"));
    m_bar->setValue(int(barSteps * done));
    const bool running = m_state && !isOver(*m_state);
    if (running && !known) { // their places, so that the bar does not shrink with the first mini-batch
        for (const QString& stage : m_stageLabels)
            m_stageLabel->reserve(tr("stage %1").arg(stage));
        m_rateLabel->reserve(throughputText(88'800.0));
        m_leftLabel->reserve(timeLeftText(48.0 * 60.0 + 48.0));
        return;
    }
    m_rateLabel->showText(running ? throughputText(m_progress.samplesPerSecond) : QString());
    const QString total = tr("%1 of training").arg(durationText(m_progress.secondsElapsed));
    m_leftLabel->showText(!known ? QString() : running ? timeLeftText(m_progress.secondsLeft) : total);
    const bool hasStage = known && m_progress.stage >= 0 && m_progress.stage < m_stageLabels.size();
    m_stageLabel->showText(hasStage ? tr("stage %1").arg(m_stageLabels.at(m_progress.stage)) : QString());
}

} // namespace ternbench
