#pragma once

#include "experiments/experiment.h"

#include <QLockFile>
#include <QObject>
#include <QTimer>

#include <optional>

namespace ternbench {

/// Unsaved edits, kept on disk a second after the last one, so that a crash loses nothing. One program at a
/// time keeps them (a lock file says which); a second one opened beside it does without.
class Recovery : public QObject
{
    Q_OBJECT

public:
    /// `folder` is made if it does not exist.
    explicit Recovery(const QString& folder, QObject* parent = nullptr);
    /// Leaves the file: only discard() removes it.
    ~Recovery() override;

    /// What a program that ended without discard() left behind; stays on disk until settle().
    std::optional<Experiment> found() const;
    /// The user has decided what becomes of what was found: from now on keep() and discard() are obeyed.
    void settle() { m_foundWaits = false; }
    void keep(const Experiment& experiment);
    void discard();

private:
    void write();

    QString m_file;
    QLockFile m_lock;
    bool m_locked = false;
    bool m_foundWaits = false; ///< edits of an earlier program, which must not be overwritten
    Experiment m_experiment;
    QTimer m_delay;
};

} // namespace ternbench
