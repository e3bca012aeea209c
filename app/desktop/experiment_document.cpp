#include "app/desktop/experiment_document.h"

#include "experiments/document.h"

#include <QElapsedTimer>
#include <QUndoStack>

#include <utility>

namespace ternbench {

namespace {

constexpr int mergeWithinMs = 2000;

} // namespace

/// One edit of the experiment as values before and after.
class EditCommand : public QUndoCommand
{
public:
    EditCommand(ExperimentDocument& document, Experiment after, const QString& what)
        : QUndoCommand(what), m_document(document), m_before(document.experiment()), m_after(std::move(after))
    {
        m_age.start();
    }

    int id() const override { return 1; }
    void undo() override { m_document.apply(m_before); }
    void redo() override { m_document.apply(m_after); }

    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* next = dynamic_cast<const EditCommand*>(other);
        if (!next || next->text() != text() || m_age.elapsed() > mergeWithinMs)
            return false;
        m_after = next->m_after;
        m_age.restart();
        setObsolete(m_after == m_before);
        return true;
    }

private:
    ExperimentDocument& m_document;
    Experiment m_before, m_after;
    QElapsedTimer m_age; ///< since the newest edit in it
};

ExperimentDocument::ExperimentDocument(QObject* parent)
    : QObject(parent), m_experiment(defaultExperiment()), m_undoStack(new QUndoStack(this))
{
    connect(m_undoStack, &QUndoStack::cleanChanged, this, &ExperimentDocument::stateChanged);
}

bool ExperimentDocument::isModified() const
{
    return !m_undoStack->isClean();
}

void ExperimentDocument::reset(const Experiment& experiment, const QString& path)
{
    m_undoStack->clear();
    m_undoStack->setClean();
    m_path = path;
    emit replaced();
    apply(experiment);
    emit stateChanged();
}

void ExperimentDocument::resetModified(const Experiment& experiment)
{
    reset(experiment, {});
    m_undoStack->resetClean();
}

void ExperimentDocument::edit(const Experiment& experiment, const QString& what)
{
    if (experiment == m_experiment)
        return;
    m_undoStack->push(new EditCommand(*this, experiment, what));
}

void ExperimentDocument::save(const QString& path)
{
    saveExperiment(m_experiment, path.toStdString());
    m_path = path;
    m_undoStack->setClean();
    emit stateChanged();
}

void ExperimentDocument::apply(const Experiment& experiment)
{
    m_experiment = experiment;
    emit changed();
}

} // namespace ternbench
