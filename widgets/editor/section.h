#pragma once

#include "experiments/experiment.h"
#include "experiments/validation.h"

#include <QGroupBox>

#include <vector>

namespace ternbench {

/// A part of the experiment editor. It holds a copy of the experiment, of which it shows and changes only
/// its own part.
class Section : public QGroupBox
{
    Q_OBJECT

public:
    using QGroupBox::QGroupBox;

    /// Shows the experiment and emits nothing.
    void setExperiment(const Experiment& experiment);

    /// Marks what is its own; the rest is ignored.
    virtual void setProblems(const std::vector<Problem>& problems) = 0;
    /// Texts that stand for no value, with the path where the value would be.
    virtual std::vector<Problem> typingProblems() const = 0;
    virtual void discardTypedText() = 0;
    virtual void setLocked(bool locked) = 0;

    /// The widget that shows the value at `path` (or, failing that, holds it), with the focus set to it;
    /// null when the path is another section's.
    virtual QWidget* focusPath(const QString& path) = 0;

signals:
    /// `what` is the thing changed, as in "undo change of batch size".
    void edited(const Experiment& experiment, const QString& what);
    void typingProblemsChanged();

protected:
    /// Shows m_experiment.
    virtual void refresh() = 0;

    Experiment m_experiment;
};

} // namespace ternbench
