#pragma once

#include "app/desktop/run_mailbox.h"
#include "app/desktop/thread_bridge.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace ternbench {

/// The run that the window drives, at most one at a time. Commands return at once. All signals come in the
/// window's thread, in the order in which the run reported; a run that was replaced reports no more (each run
/// has a number, and what arrives under an old number is dropped).
class RunController : public QObject
{
    Q_OBJECT

public:
    explicit RunController(QObject* parent = nullptr);
    /// Stops a run under way at the next mini-batch boundary and waits until it is saved.
    ~RunController() override;

    /// Starts a run in place of the one before, which must be over. Throws InputError where it cannot begin.
    void start(const Experiment& experiment, const RunOptions& options);
    void pause();
    void resume();
    void stop();
    void stepEpoch();
    /// In RunState::Unsaved: tries again, into `file` if that is not empty; or gives the run up.
    void save(const QString& file = {});
    void discard();

    /// Nothing before the first run.
    std::optional<RunState> state() const { return m_state; }
    /// From start() to the last state.
    bool isActive() const { return m_run != nullptr; }
    bool isStopping() const { return m_stopping; }
    /// Why the run before ended in RunState::Failed.
    TrainingRun::Failure failure() const { return m_failure; }

signals:
    void progressed(const ternbench::BatchProgress& progress);
    void epochFinished(const std::shared_ptr<const ternbench::EpochSnapshot>& epoch);
    void stateChanged(ternbench::RunState state, const QString& message);
    void logged(const QString& line);
    /// stop() was called; the run goes on to the next mini-batch boundary.
    void stopping();

private:
    void deliver(int runNumber);
    void handle(const RunEvent& event);
    void handleState(const RunStateChange& change);

    int m_runNumber = 0;
    bool m_stopping = false;
    std::optional<RunState> m_state;
    TrainingRun::Failure m_failure = TrainingRun::Failure::None;
    ThreadBridge m_bridge;
    std::shared_ptr<RunMailbox> m_mailbox;
    std::unique_ptr<TrainingRun> m_run; ///< last, so that it ends before the mailbox goes
};

} // namespace ternbench
