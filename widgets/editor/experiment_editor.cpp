#include "widgets/editor/experiment_editor.h"

#include "widgets/editor/data_section.h"
#include "widgets/editor/general_section.h"
#include "widgets/editor/layer_table.h"
#include "widgets/editor/quantizer_section.h"
#include "widgets/editor/retraining_section.h"
#include "widgets/editor/schedule_editor.h"
#include "widgets/editor/summary_bar.h"
#include "widgets/editor/training_section.h"

#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace ternbench {

ExperimentEditor::ExperimentEditor(QWidget* parent)
    : QWidget(parent), m_lockLine(new QLabel(this)), m_scroll(new QScrollArea(this)), m_content(new QWidget),
      m_summary(new SummaryBar(this)), m_data(new DataSection), m_schedule(new ScheduleEditor)
{
    m_lockLine->setObjectName(QStringLiteral("locked"));
    m_lockLine->setWordWrap(true);
    m_lockLine->setFrameShape(QFrame::StyledPanel);
    m_lockLine->setMargin(6);
    m_lockLine->setAutoFillBackground(true);
    m_lockLine->setBackgroundRole(QPalette::ToolTipBase);
    m_lockLine->setForegroundRole(QPalette::ToolTipText);
    m_lockLine->hide();
    m_summary->setObjectName(QStringLiteral("summary"));

    auto* sections = new QVBoxLayout(m_content);
    addSection(new GeneralSection);
    addSection(m_data);
    addSection(new LayerTable);
    addSection(m_schedule);
    addSection(new TrainingSection);
    addSection(new RetrainingSection);
    addSection(new QuantizerSection);
    sections->addStretch();

    m_scroll->setObjectName(QStringLiteral("sections"));
    m_scroll->setWidget(m_content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_lockLine);
    column->addWidget(m_scroll, 1);
    column->addWidget(m_summary);
    connect(m_summary, &SummaryBar::jumpRequested, this, &ExperimentEditor::focusPath);
    setExperiment(m_experiment);
}

void ExperimentEditor::addSection(Section* section)
{
    m_content->layout()->addWidget(section);
    m_sections.push_back(section);
    connect(section, &Section::edited, this,
            [this, section](const Experiment& experiment, const QString& what) {
                takeEdit(section, experiment, what);
            });
    connect(section, &Section::typingProblemsChanged, this, &ExperimentEditor::showProblems);
}

void ExperimentEditor::setExperiment(const Experiment& experiment)
{
    m_experiment = experiment;
    for (Section* section : m_sections)
        section->setExperiment(experiment);
}

void ExperimentEditor::takeEdit(const Section* from, const Experiment& experiment, const QString& what)
{
    m_experiment = experiment;
    for (Section* section : m_sections)
        if (section != from)
            section->setExperiment(experiment);
    emit edited(experiment, what);
}

void ExperimentEditor::discardTypedText()
{
    for (Section* section : m_sections)
        section->discardTypedText();
}

void ExperimentEditor::setProblems(const std::vector<Problem>& problems)
{
    m_given = problems;
    for (Section* section : m_sections)
        section->setProblems(problems);
    showProblems();
}

std::vector<Problem> ExperimentEditor::problems() const
{
    std::vector<Problem> all;
    for (const Section* section : m_sections)
        for (const Problem& problem : section->typingProblems())
            all.push_back(problem);
    const std::size_t typed = all.size();
    for (const Problem& problem : m_given) {
        // At a field that holds a text for no value, only the text is the problem.
        const bool hidden = std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(typed),
                                        [&](const Problem& other) { return other.path == problem.path; });
        if (!hidden)
            all.push_back(problem);
    }
    return all;
}

void ExperimentEditor::showProblems()
{
    const std::vector<Problem> all = problems();
    m_summary->setProblems(all);
    if (all == m_shown)
        return;
    m_shown = all;
    emit problemsShown(static_cast<int>(all.size()));
}

void ExperimentEditor::setDataset(const DatasetSummary& summary, const std::vector<SampleImage>& samples)
{
    m_data->setDataset(summary, samples);
}

void ExperimentEditor::setPlan(const std::vector<PlannedStage>& stages, const Ledger& ledger)
{
    m_schedule->setPlan(stages);
    m_summary->setLedger(ledger);
}

void ExperimentEditor::setLocked(bool locked, const QString& reason)
{
    for (Section* section : m_sections)
        section->setLocked(locked);
    m_lockLine->setText(reason.isEmpty() ? tr("Locked while the run is going: stop it to edit") : reason);
    m_lockLine->setVisible(locked);
}

bool ExperimentEditor::isLocked() const
{
    return !m_lockLine->isHidden();
}

bool ExperimentEditor::focusPath(const QString& path)
{
    for (Section* section : m_sections) {
        QWidget* shown = section->focusPath(path);
        if (!shown)
            continue;
        m_scroll->ensureWidgetVisible(shown, 0, 24);
        return true;
    }
    return false;
}

QSize ExperimentEditor::sizeHint() const
{
    return {380, 800};
}

} // namespace ternbench
