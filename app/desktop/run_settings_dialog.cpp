#include "app/desktop/run_settings_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QSpinBox>
#include <QThread>

namespace ternbench {

RunSettingsDialog::RunSettingsDialog(const RunSettings& settings, QWidget* parent)
    : QDialog(parent), m_threads(new QSpinBox(this)), m_checkpoint(new QSpinBox(this))
{
    setWindowTitle(tr("Run settings"));
    m_threads->setObjectName(QStringLiteral("runSettings.threads"));
    m_threads->setRange(0, mostRunThreads);
    m_threads->setSpecialValueText(tr("one per core (%1)").arg(QThread::idealThreadCount()));
    m_threads->setValue(settings.threads);
    m_checkpoint->setObjectName(QStringLiteral("runSettings.checkpoint"));
    m_checkpoint->setRange(0, mostCheckpointEpochs);
    m_checkpoint->setSpecialValueText(tr("only at the end and when stopped"));
    m_checkpoint->setPrefix(tr("every "));
    m_checkpoint->setSuffix(tr(" epochs"));
    m_checkpoint->setValue(settings.checkpointEpochs);
    auto* note =
        new QLabel(tr("They hold from the next start on. The same experiment gives the same bits with any "
                      "number of threads."),
                   this);
    note->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Threads"), m_threads);
    form->addRow(tr("&Save the run file"), m_checkpoint);
    form->addRow(note);
    form->addRow(buttons);
}

RunSettings RunSettingsDialog::settings() const
{
    return {m_threads->value(), m_checkpoint->value()};
}

} // namespace ternbench
