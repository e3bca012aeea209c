#pragma once

#include <QDialog>

class QSpinBox;

namespace ternbench {

/// How runs are made, which is no part of an experiment: results do not depend on it. Kept from one session
/// to the next.
struct RunSettings
{
    int threads = 0;          ///< 0: one a core
    int checkpointEpochs = 5; ///< epochs between saves of the run file; 0: only at the end

    bool operator==(const RunSettings&) const = default;
};

/// What cannot be (of another version, changed by hand) is read as the default.
RunSettings storedRunSettings();
void storeRunSettings(const RunSettings& settings);

/// Asks for them; what was accepted is in settings().
class RunSettingsDialog : public QDialog
{
    Q_OBJECT

public:
    RunSettingsDialog(const RunSettings& settings, QWidget* parent);

    RunSettings settings() const;

private:
    QSpinBox* m_threads;
    QSpinBox* m_checkpoint;
};

} // namespace ternbench
