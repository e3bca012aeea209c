#pragma once

#include "experiments/experiment.h"

#include <QObject>
#include <QString>

class QUndoStack;

namespace ternbench {

/// The experiment being edited: its value, its file, and its undo history.
class ExperimentDocument : public QObject
{
    Q_OBJECT

public:
    explicit ExperimentDocument(QObject* parent = nullptr);

    const Experiment& experiment() const { return m_experiment; }
    QUndoStack* undoStack() const { return m_undoStack; }
    /// Empty for a document that was never saved.
    const QString& path() const { return m_path; }
    bool isModified() const;

    /// Another document: forgets the undo history.
    void reset(const Experiment& experiment, const QString& path);
    /// As reset(), but counted as modified: edits recovered after a crash.
    void resetModified(const Experiment& experiment);
    /// One undo step, named `what`; merged with the step before when that has the same name and is at most
    /// two seconds old (typing digit by digit).
    void edit(const Experiment& experiment, const QString& what);
    /// Throws InputError when the file cannot be written.
    void save(const QString& path);

signals:
    void changed();      ///< the value
    void replaced();     ///< another document; changed() follows
    void stateChanged(); ///< path or modified

private:
    friend class EditCommand;
    void apply(const Experiment& experiment);

    Experiment m_experiment;
    QString m_path;
    QUndoStack* m_undoStack;
};

} // namespace ternbench
