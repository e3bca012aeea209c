#include "app/desktop/panels.h"

#include "app/desktop/session.h"
#include "widgets/editor/experiment_editor.h"
#include "widgets/plots/curves_plot.h"
#include "widgets/plots/groups_panel.h"
#include "widgets/plots/repaint_governor.h"
#include "widgets/plots/weights_panel.h"
#include "widgets/views/hardware_view.h"
#include "widgets/views/layers_view.h"
#include "widgets/views/ledger_view.h"
#include "widgets/views/log_view.h"
#include "widgets/views/mask_view.h"
#include "widgets/views/number_text.h"

#include <QFileInfo>
#include <QMainWindow>

#include <algorithm>

namespace ternbench {

namespace {

int stepsPerEpoch(const BatchProgress& progress, const Experiment& experiment)
{
    const std::int64_t epochs = std::max(totalEpochs(experiment.training), 1);
    return std::max(1, int(progress.totalSteps / epochs));
}

} // namespace

Panels::Panels(Session& session, QMainWindow* window)
    : QObject(window), editor(new ExperimentEditor(window)), governor(new RepaintGovernor(window)),
      curves(new CurvesPlot(governor, window)), weights(new WeightsPanel(governor, window)),
      groups(new GroupsPanel(governor, window)), layers(new LayersView(governor, window)),
      mask(new MaskView(window)), hardware(new HardwareView(governor, window)), log(new LogView(window)),
      m_session(session)
{
    connectEditor();
    connectRun();
    connectHardware();
    connect(&session, &Session::message, log, &LogView::append);
    for (const PlotFrame* plot : window->findChildren<PlotFrame*>())
        connect(plot, &PlotFrame::figureSaved, this, [this](const QString& path) {
            emit m_session.message(LogLevel::Info, tr("Saved %1").arg(path));
        });
    connect(&session, &Session::conditionsChanged, this, &Panels::updateConditions);
    showExperiment();
    showProblems();
    showPlan();
    showRun();
    updateConditions();
}

void Panels::connectEditor()
{
    connect(editor, &ExperimentEditor::edited, this,
            [this](const Experiment& experiment, const QString& what) {
                m_session.document().edit(experiment, what);
            });
    connect(editor, &ExperimentEditor::problemsShown, this,
            [this] { m_session.setEditorProblems(editor->problems()); });
    connect(&m_session.document(), &ExperimentDocument::replaced, editor,
            &ExperimentEditor::discardTypedText);
    connect(&m_session.document(), &ExperimentDocument::changed, this, &Panels::showExperiment);
    connect(&m_session, &Session::problemsChanged, this, &Panels::showProblems);
    connect(&m_session, &Session::planChanged, this, &Panels::showPlan);
    connect(&m_session.dataset(), &DatasetWatcher::described, this,
            [this] { editor->setDataset(m_session.dataset().summary(), m_session.dataset().samples()); });
}

void Panels::connectRun()
{
    connect(&m_session, &Session::runReplaced, this, &Panels::showRun);
    connect(&m_session, &Session::epochAdded, this, &Panels::showEpochs);
    connect(&m_session.run(), &RunController::progressed, this, [this](const BatchProgress& progress) {
        curves->appendBatchLosses(progress.firstLossStep, progress.losses,
                                  stepsPerEpoch(progress, m_session.runExperiment()));
    });
}

void Panels::connectHardware()
{
    PackedJobs& jobs = m_session.packedJobs();
    connect(&jobs, &PackedJobs::progressed, hardware->ledger(), &LedgerView::setBusy);
    connect(&jobs, &PackedJobs::finished, this, [this](const PackedResult& result) {
        const QString name = QFileInfo(result.file).fileName();
        hardware->ledger()->setIdle();
        m_showsFile = true;
        if (!result.ledger.entries.empty()) // a damaged file may not tell
            hardware->ledger()->setLedger(
                result.ledger, tr("%1, %2 with all that HDF5 adds")
                                   .arg(name, bytesText(std::uint64_t(QFileInfo(result.file).size()))));
        hardware->ledger()->setVerification(result.report, result.testError, name);
    });
    connect(&jobs, &PackedJobs::failed, this, [this](const QString& message) {
        hardware->ledger()->setIdle();
        hardware->ledger()->setFailure(message);
    });
}

void Panels::showExperiment()
{
    editor->setExperiment(m_session.document().experiment());
}

void Panels::showProblems()
{
    editor->setProblems(m_session.problems());
    // The count may stay the same while the problems change.
    m_session.setEditorProblems(editor->problems());
}

void Panels::showPlan()
{
    editor->setPlan(m_session.plannedStages(), m_session.plannedLedger());
    if (!m_showsFile) // the bytes beside a verification are those of the file verified
        hardware->ledger()->setLedger(m_session.plannedLedger(), tr("planned"));
}

void Panels::showRun()
{
    const Experiment& experiment = m_session.runExperiment();
    curves->clear();
    curves->setStages(stageSpans(experiment.training.schedule, experiment.network.layers));
    std::vector<EpochPoint> points;
    for (const auto& epoch : m_session.epochs())
        points.push_back(epochPoint(*epoch));
    curves->setEpochs(std::move(points));
    if (const int steps = m_session.loadedStepsPerEpoch(); steps > 0)
        curves->appendBatchLosses(0, m_session.loadedBatchLosses(), steps);
    weights->setTotalEpochs(totalEpochs(experiment.training));
    groups->setTotalEpochs(totalEpochs(experiment.training));
    layers->setTotalEpochs(totalEpochs(experiment.training));
    m_showsFile = false;
    hardware->ledger()->clearVerification();
    showPlan();
    showEpochs();
}

void Panels::showEpochs()
{
    const auto& epochs = m_session.epochs();
    if (!epochs.empty())
        curves->appendEpoch(epochPoint(*epochs.back()));
    weights->setHistory(epochs);
    groups->setHistory(epochs);
    layers->setHistory(epochs);
    mask->setSnapshot(epochs.empty() ? nullptr : epochs.back());
}

void Panels::updateConditions()
{
    const bool running = m_session.run().isActive();
    editor->setLocked(running, running ? tr("Locked while the run is going: stop it to edit.") : QString());
    hardware->ledger()->setExportReason(m_session.exportObstacle());
}

} // namespace ternbench
