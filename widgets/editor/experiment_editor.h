#pragma once

#include "experiments/experiment.h"
#include "experiments/plan.h"
#include "experiments/validation.h"
#include "widgets/editor/sample_strip.h"

#include <QWidget>

#include <vector>

class QLabel;
class QScrollArea;

namespace ternbench {

class DataSection;
class ScheduleEditor;
class Section;
class SummaryBar;

/// The form for everything a user chooses about a run: the content of the *Experiment* dock.
///
/// It shows plain values and tells what the user wants; it validates, computes and reads nothing. On
/// edited() the program around it validates the experiment, plans it, and hands the outcome back with
/// setProblems() and setPlan(). Every control's objectName is the path of its value in the experiment
/// document ("training.batch_size"); the tables are "layers.table" and "schedule.table".
class ExperimentEditor : public QWidget
{
    Q_OBJECT

public:
    explicit ExperimentEditor(QWidget* parent = nullptr);

    /// Shows the experiment without emitting. Fields whose value stays the same keep their text, cursor and
    /// selection, even a text that stands for no value; see discardTypedText().
    void setExperiment(const Experiment& experiment);
    const Experiment& experiment() const { return m_experiment; }

    /// Gives up all texts that stand for no value: for when another document is shown.
    void discardTypedText();

    /// Marks the field or cell at each path; replaces the problems given before.
    void setProblems(const std::vector<Problem>& problems);
    /// All problems: those given, and texts that stand for no value. Nothing can be run unless it is empty.
    std::vector<Problem> problems() const;
    int problemCount() const { return static_cast<int>(problems().size()); }

    void setDataset(const DatasetSummary& summary, const std::vector<SampleImage>& samples);

    /// Both may be empty when the experiment cannot be planned: the figures then read "–".
    void setPlan(const std::vector<PlannedStage>& stages, const Ledger& ledger);

    /// Locks every control and says why at the top, e.g. "Locked while the run is going: stop it to edit".
    void setLocked(bool locked, const QString& reason = {});
    bool isLocked() const;

    /// Scrolls to the field or cell at `path` and gives it the focus; false when nothing shows that path.
    bool focusPath(const QString& path);

    QSize sizeHint() const override;

signals:
    /// The user changed something; `what` names it for undo texts: "width of fc2". Edits that follow each
    /// other with the same `what` (typing digit by digit) may be merged into one undo step.
    void edited(const ternbench::Experiment& experiment, const QString& what);
    void problemsShown(int count);

private:
    void addSection(Section* section);
    void takeEdit(const Section* from, const Experiment& experiment, const QString& what);
    void showProblems();

    Experiment m_experiment;
    std::vector<Problem> m_given;
    std::vector<Problem> m_shown; ///< what problems() was when it was last told of

    QLabel* m_lockLine;
    QScrollArea* m_scroll;
    QWidget* m_content;
    SummaryBar* m_summary;
    DataSection* m_data;
    ScheduleEditor* m_schedule;
    std::vector<Section*> m_sections; ///< from top to bottom
};

} // namespace ternbench
