#pragma once

#include "core/training/snapshot.h"
#include "experiments/training_run.h"

#include <QWidget>

#include <optional>

class QAction;
class QLabel;
class QProgressBar;
class QTimer;
class QToolButton;

namespace ternbench {

class SteadyLabel;

/// The actions behind the bar's buttons; owned by the window.
struct RunActions
{
    QAction* start = nullptr;
    QAction* pauseResume = nullptr;
    QAction* stop = nullptr;
    QAction* stepEpoch = nullptr;
};

/// Buttons and progress of a run in one row. Progress may arrive as often as the run reports it: the texts
/// change at most once a second, the newest progress winning.
class RunBar : public QWidget
{
    Q_OBJECT

public:
    explicit RunBar(const RunActions& actions, QWidget* parent = nullptr);

    /// What the schedule looks like, for "epoch 3 of 25" and the stage's name.
    void setSchedule(int totalEpochs, const QStringList& stageLabels);
    /// `message` is shown behind the state's name; nothing: no run yet.
    void setState(std::optional<RunState> state, const QString& message);
    void setProgress(const BatchProgress& progress);
    /// No run is under way; one with so many finished epochs is shown (0: none).
    void showOpened(int finishedEpochs);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showProgress();
    void fixWidths();

    int m_totalEpochs = 0;
    int m_openedEpochs = 0;
    QStringList m_stageLabels;
    std::optional<RunState> m_state;
    BatchProgress m_progress;
    QTimer* m_labelTimer;
    QToolButton* m_pauseButton = nullptr;
    QLabel* m_stateLabel;
    SteadyLabel* m_stageLabel;
    QProgressBar* m_bar;
    SteadyLabel* m_rateLabel;
    SteadyLabel* m_leftLabel;
};

/// "Running", "Paused", ...; "Ready" for no run.
QString runStateText(std::optional<RunState> state);

/// "epoch 3 of 25 · step 1,407 of 11,725"; epochs count from 1 here.
QString progressText(const BatchProgress& progress, int totalEpochs);

} // namespace ternbench
