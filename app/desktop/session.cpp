#include "app/desktop/session.h"

#include "app/desktop/run_settings.h"
#include "core/error.h"
#include "core/training/history.h"
#include "experiments/document.h"
#include "experiments/known_data.h"
#include "widgets/views/verification_model.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace ternbench {

namespace {

/// "fashion-fc-20260102-074501.run.h5"
QString newRunFile(const QString& experimentName)
{
    QString name = experimentName.simplified();
    name.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9._-]+")), QStringLiteral("-"));
    name = name.left(60); // file systems allow 255 bytes, readers less
    while (name.endsWith(QLatin1Char('-')))
        name.chop(1);
    const QString time = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    const QString stem = QStringLiteral("%1/%2-%3")
                             .arg(Session::runsFolder(), name.isEmpty() ? QStringLiteral("run") : name, time);
    QString path = stem + QStringLiteral(".run.h5");
    for (int copy = 2; QFile::exists(path); ++copy)
        path = QStringLiteral("%1-%2.run.h5").arg(stem).arg(copy);
    return path;
}

/// Sizes and codes of layers and stages; a wrong rate or dropout leaves the plan as it is.
bool concernsPlan(const Problem& problem)
{
    const std::string& path = problem.path;
    const bool ofTraining = path.ends_with(".dropout") || path.ends_with(".clip") || path.ends_with(".name");
    return (path.starts_with("layers") && !ofTraining) || path.starts_with("schedule") ||
           path.starts_with("data") || path.starts_with("quantizer");
}

void copyAtomically(const QString& from, const QString& to)
{
    QFile source(from);
    if (!source.open(QIODevice::ReadOnly))
        throw InputError((from + QStringLiteral(": cannot be read: ") + source.errorString()).toStdString());
    QSaveFile target(to);
    if (!target.open(QIODevice::WriteOnly))
        throw InputError((to + QStringLiteral(": cannot be written: ") + target.errorString()).toStdString());
    while (!source.atEnd())
        target.write(source.read(1 << 20));
    if (!target.commit())
        throw InputError((to + QStringLiteral(": cannot be written: ") + target.errorString()).toStdString());
}

} // namespace

Session::Session(QObject* parent) : QObject(parent)
{
    connectRun();
    connect(&m_document, &ExperimentDocument::changed, this, &Session::review);
    connect(&m_document, &ExperimentDocument::stateChanged, this, &Session::conditionsChanged);
    connect(&m_dataset, &DatasetWatcher::described, this, [this] {
        m_describedData = m_document.experiment().data;
        review();
    });
    connect(&m_packedJobs, &PackedJobs::progressed, this, &Session::conditionsChanged);
    connect(&m_packedJobs, &PackedJobs::finished, this, [this](const PackedResult& result) {
        const QString verdict = result.file + QStringLiteral(": ") + verdictText(result.report);
        emit message(result.report.passed() ? LogLevel::Success : LogLevel::Error, verdict);
        emit conditionsChanged();
    });
    connect(&m_packedJobs, &PackedJobs::failed, this, [this](const QString& text) {
        emit message(LogLevel::Error, text);
        emit conditionsChanged();
    });
    review();
}

void Session::connectRun()
{
    connect(&m_run, &RunController::stateChanged, this, &Session::takeState);
    connect(&m_run, &RunController::stopping, this, &Session::conditionsChanged);
    connect(&m_run, &RunController::logged, this, [this](const QString& line) {
        const QString warning = QStringLiteral("Warning: "); // which the log's own icon says
        if (line.startsWith(warning))
            emit message(LogLevel::Warning, line.mid(warning.size()));
        else
            emit message(LogLevel::Info, line);
    });
    connect(&m_run, &RunController::epochFinished, this,
            [this](const std::shared_ptr<const EpochSnapshot>& epoch) {
                // A run taken up hands out its earlier epochs again, with less in them than those at hand.
                if (!m_epochs.empty() && m_epochs.back()->epoch >= epoch->epoch)
                    return;
                if (!m_epochs.empty())
                    m_epochs.back() = withoutMasks(*m_epochs.back());
                m_epochs.push_back(epoch);
                emit epochAdded();
                emit conditionsChanged();
            });
}

QString Session::runsFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/runs");
}

// ---- the experiment
// -------------------------------------------------------------------------------------------

void Session::newExperiment()
{
    m_document.reset(defaultExperiment(), {});
}

void Session::open(const QString& path)
{
    if (isPackedFile(path))
        return verify(path);
    if (path.endsWith(QStringLiteral(".h5"), Qt::CaseInsensitive)) {
        LoadedRun loaded = loadRun(path);
        m_document.reset(loaded.experiment, {});
        showRun(std::move(loaded), QFileInfo(path).absoluteFilePath());
    } else {
        // Values that are not allowed are shown at their fields: they can be mended there.
        m_document.reset(readExperiment(path.toStdString()), QFileInfo(path).absoluteFilePath());
    }
    emit message(LogLevel::Info, tr("Opened %1").arg(path));
}

void Session::review()
{
    const Experiment& experiment = m_document.experiment();
    // What was found in other files than those named now must not be held against them.
    const bool seen = m_describedData == experiment.data;
    m_problems = validate(experiment, seen ? imageShape(experiment.data, m_dataset.summary())
                                           : std::optional<TensorShape>());
    emit problemsChanged();
    m_dataset.watch(experiment.data);
    plan();
}

void Session::plan()
{
    m_stages.clear();
    m_ledger = {};
    const Experiment& experiment = m_document.experiment();
    const std::optional<TensorShape> input = imageShape(experiment.data, m_dataset.summary());
    if (std::ranges::none_of(m_problems, concernsPlan) && input) {
        m_stages = planSchedule(experiment, *input);
        m_ledger = planLedger(experiment, *input);
    }
    emit planChanged();
    emit conditionsChanged();
}

std::vector<Problem> Session::typingProblems() const
{
    std::vector<Problem> typing;
    std::ranges::copy_if(m_editorProblems, std::back_inserter(typing), [this](const Problem& problem) {
        return std::ranges::find(m_problems, problem) == m_problems.end();
    });
    return typing;
}

void Session::setEditorProblems(const std::vector<Problem>& problems)
{
    m_editorProblems = problems;
    emit conditionsChanged();
}

// ---- the run
// --------------------------------------------------------------------------------------------------

void Session::startRun()
{
    beginRun({});
}

void Session::beginRun(RunOptions options)
{
    if (!startObstacle().isEmpty())
        return;
    const QString file = newRunFile(QString::fromStdString(m_document.experiment().name));
    if (!QDir().mkpath(runsFolder())) {
        emit message(LogLevel::Error, tr("%1 cannot be made: runs have no place to go.").arg(runsFolder()));
        return;
    }
    LoadedRun fresh;
    fresh.experiment = m_document.experiment();
    showRun(std::move(fresh), file);
    emit message(LogLevel::Info, tr("The run will be kept in %1").arg(file));
    options.output = file.toStdString();
    launch(std::move(options));
}

void Session::takeUpRun(RunOptions options)
{
    options.output = options.resumeFrom = m_runFile.toStdString();
    launch(std::move(options));
}

void Session::launch(RunOptions options)
{
    try {
        const RunSettings settings = storedRunSettings();
        options.threads = settings.threads;
        options.checkpointEpochs = settings.checkpointEpochs;
        m_run.start(m_runExperiment, options);
    } catch (const std::exception& error) {
        emit message(LogLevel::Error, QString::fromUtf8(error.what()));
    }
    emit conditionsChanged();
}

bool Session::canTakeUp() const
{
    return !m_run.isActive() && !m_runFile.isEmpty() && m_runStatus == RunStatus::Unfinished &&
           QFile::exists(m_runFile);
}

void Session::pauseOrResume()
{
    if (!resumeObstacle().isEmpty())
        return;
    if (m_run.isActive()) {
        if (m_run.state() == RunState::Paused)
            m_run.resume();
        else
            m_run.pause();
        return;
    }
    takeUpRun({});
}

void Session::stepEpoch()
{
    if (m_run.isActive())
        return m_run.stepEpoch();
    RunOptions options;
    options.stepEpoch = true; // told later, a run might be an epoch further
    if (resumeObstacle().isEmpty())
        takeUpRun(std::move(options));
    else
        beginRun(std::move(options));
}

void Session::stopRun()
{
    m_run.stop();
}

void Session::saveUnsavedRun(const QString& file)
{
    if (m_run.state() != RunState::Unsaved)
        return;
    if (!file.isEmpty()) {
        m_runFile = QFileInfo(file).absoluteFilePath();
        emit runFileChanged();
    }
    m_run.save(file.isEmpty() ? QString() : m_runFile);
}

void Session::showRun(LoadedRun run, const QString& path)
{
    m_runExperiment = std::move(run.experiment);
    m_epochs = std::move(run.epochs);
    m_loadedLosses = std::move(run.batchLosses);
    m_loadedStepsPerEpoch = run.stepsPerEpoch;
    m_runStatus = run.status;
    m_runFile = path;
    emit runReplaced();
    emit runFileChanged();
    emit conditionsChanged();
}

void Session::takeState(RunState state, const QString& text)
{
    if (state == RunState::Finished)
        m_runStatus = RunStatus::Finished;
    else if (state == RunState::Failed && m_run.failure() == TrainingRun::Failure::Run)
        m_runStatus = RunStatus::Diverged;
    if (isOver(state)) {
        const LogLevel level = state == RunState::Failed     ? LogLevel::Error
                               : state == RunState::Finished ? LogLevel::Success
                                                             : LogLevel::Info;
        emit message(level, text.isEmpty() ? tr("The run is over.") : text);
        if (!QFile::exists(m_runFile)) // it failed before there was anything to keep
            m_runFile.clear();
        emit runFileChanged();
    }
    emit conditionsChanged();
}

void Session::saveRunAs(const QString& path)
{
    const QString target = QFileInfo(path).absoluteFilePath();
    if (target == m_runFile)
        return;
    copyAtomically(m_runFile, target);
    m_runFile = target;
    emit runFileChanged();
    emit message(LogLevel::Info, tr("The run is kept in %1").arg(target));
}

// ---- the packed network
// ---------------------------------------------------------------------------------------

void Session::exportPacked(const QString& packedFile)
{
    if (exportObstacle().isEmpty())
        m_packedJobs.exportPacked(m_runFile, packedFile);
}

void Session::verify(const QString& packedFile)
{
    if (m_packedJobs.isBusy())
        throw InputError(packedFile.toStdString() +
                         ": cannot be verified now: an export or a verification is under way");
    m_packedJobs.verify(packedFile);
}

// ---- what stands in the way
// -----------------------------------------------------------------------------------

QString Session::startObstacle() const
{
    if (m_run.isActive())
        return tr("A run is under way: stop it first.");
    const std::vector<Problem>& problems = m_editorProblems.empty() ? m_problems : m_editorProblems;
    if (problems.empty())
        return {};
    const Problem& first = problems.front();
    const QString text = QString::fromStdString(first.path + ": " + first.message);
    return problems.size() == 1 ? tr("One value is not allowed. %1").arg(text)
                                : tr("%1 values are not allowed. First: %2").arg(problems.size()).arg(text);
}

QString Session::resumeObstacle() const
{
    if (m_run.state() == RunState::Unsaved)
        return tr("The run waits to be saved.");
    if (m_run.isActive())
        return m_run.isStopping() ? tr("The run is stopping.") : QString();
    if (m_runStatus == RunStatus::Finished)
        return tr("The run is finished.");
    if (m_runStatus == RunStatus::Diverged)
        return tr("The run has failed: going on would fail again.");
    if (!canTakeUp())
        return tr("There is no stopped run to take up.");
    if (!(m_runExperiment == m_document.experiment()))
        return tr("The experiment was edited after the run was stopped: undo the edits, or start a new run.");
    return {};
}

QString Session::exportObstacle() const
{
    if (m_packedJobs.isBusy())
        return tr("An export or a verification is under way.");
    if (m_run.isActive())
        return tr("A run is under way: stop it, or wait for its end.");
    if (m_epochs.empty())
        return tr("There is no trained network yet: start a run or open a run file.");
    for (const LayerSpec& layer : m_runExperiment.network.layers)
        if (layer.staysFloat())
            return tr("Layer %1 has float weights, which the integer model does not have: give it "
                      "8-bit weights or a code.")
                .arg(QString::fromStdString(layer.name));
    for (const LayerSnapshot& layer : m_epochs.back()->layers)
        if (!layer.code)
            return tr("The run has not reached a coded stage yet: there are no ternary weights to export.");
    return {};
}

QString Session::saveRunObstacle() const
{
    if (m_run.state() == RunState::Unsaved)
        return {};
    if (m_run.isActive())
        return tr("A run is under way: it is saved to %1.").arg(m_runFile);
    if (m_runFile.isEmpty() || !QFile::exists(m_runFile))
        return tr("There is no run yet.");
    return {};
}

} // namespace ternbench
