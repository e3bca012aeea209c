#pragma once

#include "app/desktop/dataset_watcher.h"
#include "app/desktop/experiment_document.h"
#include "app/desktop/loaded_run.h"
#include "app/desktop/packed_jobs.h"
#include "app/desktop/run_controller.h"
#include "experiments/plan.h"
#include "experiments/validation.h"
#include "widgets/views/log_model.h"

#include <QObject>

#include <memory>
#include <vector>

namespace ternbench {

/// All state of the window that is not a widget: the experiment being edited with its problems and plan, the
/// run under way or shown, its history and file, the data set, and the packed network. Lives in the window's
/// thread; what takes long happens elsewhere and comes back as a signal.
class Session : public QObject
{
    Q_OBJECT

public:
    explicit Session(QObject* parent = nullptr);

    ExperimentDocument& document() { return m_document; }
    RunController& run() { return m_run; }
    const DatasetWatcher& dataset() const { return m_dataset; }
    PackedJobs& packedJobs() { return m_packedJobs; }

    const std::vector<Problem>& problems() const { return m_problems; }
    const std::vector<PlannedStage>& plannedStages() const { return m_stages; }
    const Ledger& plannedLedger() const { return m_ledger; }
    /// Texts in the editor that stand for no value; the experiment has the values before them.
    std::vector<Problem> typingProblems() const;

    /// The run under way or shown: its experiment, finished epochs, and file (empty before the first).
    const Experiment& runExperiment() const { return m_runExperiment; }
    const std::vector<std::shared_ptr<const EpochSnapshot>>& epochs() const { return m_epochs; }
    /// Of a run that was opened; nothing of one that is under way.
    const std::vector<float>& loadedBatchLosses() const { return m_loadedLosses; }
    int loadedStepsPerEpoch() const { return m_loadedStepsPerEpoch; }
    const QString& runFile() const { return m_runFile; }

    /// Opens an experiment document or (ending in .h5) a run file, or verifies a packed network. Throws
    /// InputError; the session is as before then.
    void open(const QString& path);
    void newExperiment();
    /// Copies the run file. Throws InputError.
    void saveRunAs(const QString& path);

    /// Starts the document's experiment from the beginning; its run file lies in the application's data
    /// folder.
    void startRun();
    /// Pauses the run under way, lets it go on, or takes up a stopped run from its file.
    void pauseOrResume();
    /// Runs to the end of an epoch, then pauses; starts or takes up a run where none is under way.
    void stepEpoch();
    void stopRun();
    /// Of a run that could not be saved (RunState::Unsaved): tries again, elsewhere if `file` is not empty.
    void saveUnsavedRun(const QString& file = {});

    void exportPacked(const QString& packedFile);
    void verify(const QString& packedFile);

    /// Problems as the editor shows them: those of problems(), and texts that stand for no value.
    void setEditorProblems(const std::vector<Problem>& problems);

    // Why something cannot be done now, in words for a tool tip; empty when it can.
    QString startObstacle() const;
    QString resumeObstacle() const;
    QString exportObstacle() const;
    QString saveRunObstacle() const;

    /// Where runs without a chosen file go.
    static QString runsFolder();

signals:
    void problemsChanged();
    void planChanged();
    /// Another run is shown, perhaps with epochs already: everything drawn from the old one is to be
    /// replaced.
    void runReplaced();
    void epochAdded();
    void runFileChanged();
    /// Anything that obstacles and actions depend on.
    void conditionsChanged();
    void message(ternbench::LogLevel level, const QString& text);

private:
    void connectRun();
    void review();
    void plan();
    bool canTakeUp() const;
    void beginRun(RunOptions options);
    void takeUpRun(RunOptions options);
    void launch(RunOptions options);
    void showRun(LoadedRun run, const QString& path);
    void takeState(RunState state, const QString& message);

    ExperimentDocument m_document;
    RunController m_run;
    DatasetWatcher m_dataset;
    DataSpec m_describedData; ///< what the watcher's summary is of
    PackedJobs m_packedJobs;
    std::vector<Problem> m_problems, m_editorProblems;
    std::vector<PlannedStage> m_stages;
    Ledger m_ledger;
    Experiment m_runExperiment;
    std::vector<std::shared_ptr<const EpochSnapshot>> m_epochs;
    std::vector<float> m_loadedLosses;
    int m_loadedStepsPerEpoch = 0;
    QString m_runFile;
    RunStatus m_runStatus = RunStatus::Unfinished;
};

} // namespace ternbench
