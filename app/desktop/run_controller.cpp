#include "app/desktop/run_controller.h"

namespace ternbench {

RunController::RunController(QObject* parent) : QObject(parent) {}

RunController::~RunController()
{
    m_run.reset();
}

void RunController::start(const Experiment& experiment, const RunOptions& options)
{
    if (m_run)
        return;
    const int number = ++m_runNumber;
    m_stopping = false;
    // The run ends before this object does: the bridge is there whenever the run's thread posts.
    m_mailbox =
        std::make_shared<RunMailbox>([this, number] { m_bridge.post([this, number] { deliver(number); }); });
    m_run = std::make_unique<TrainingRun>(experiment, options, observerFor(m_mailbox));
    m_state = RunState::Starting;
}

void RunController::pause()
{
    if (m_run)
        m_run->pause();
}

void RunController::resume()
{
    if (m_run)
        m_run->resume();
}

void RunController::stop()
{
    if (!m_run || m_stopping)
        return;
    m_stopping = true;
    m_run->stop();
    emit stopping();
}

void RunController::stepEpoch()
{
    if (m_run)
        m_run->stepEpoch();
}

void RunController::save(const QString& file)
{
    if (m_run)
        m_run->save(file.toStdString());
}

void RunController::discard()
{
    if (m_run)
        m_run->discard();
}

void RunController::deliver(int runNumber)
{
    if (runNumber != m_runNumber)
        return;
    for (const RunEvent& event : m_mailbox->take()) {
        handle(event);
        if (runNumber != m_runNumber)
            return; // a receiver started another run
    }
}

void RunController::handle(const RunEvent& event)
{
    if (const auto* progress = std::get_if<BatchProgress>(&event))
        emit progressed(*progress);
    else if (const auto* epoch = std::get_if<std::shared_ptr<const EpochSnapshot>>(&event))
        emit epochFinished(*epoch);
    else if (const auto* line = std::get_if<RunLogLine>(&event))
        emit logged(QString::fromStdString(line->text));
    else if (const auto* change = std::get_if<RunStateChange>(&event))
        handleState(*change);
}

void RunController::handleState(const RunStateChange& change)
{
    m_state = change.state;
    if (isOver(change.state)) {
        m_failure = m_run->failure();
        m_run.reset(); // its thread has made its last call and ends
        m_stopping = false;
    }
    emit stateChanged(change.state, QString::fromStdString(change.message));
}

} // namespace ternbench
