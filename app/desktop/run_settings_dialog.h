#pragma once

#include "app/desktop/run_settings.h"

#include <QDialog>

class QSpinBox;

namespace ternbench {

/// Asks for the run settings; what was accepted is in settings().
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
