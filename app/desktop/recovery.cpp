#include "app/desktop/recovery.h"

#include "core/error.h"
#include "experiments/document.h"

#include <QDir>
#include <QFile>
#include <QtDebug>

namespace ternbench {

namespace {

constexpr int writeAfterMs = 1000;

} // namespace

Recovery::Recovery(const QString& folder, QObject* parent)
    : QObject(parent), m_file(folder + QStringLiteral("/unsaved.json")),
      m_lock(folder + QStringLiteral("/unsaved.lock"))
{
    QDir().mkpath(folder);
    m_lock.setStaleLockTime(0); // held as long as the program lives
    m_locked = m_lock.tryLock(0);
    m_foundWaits = m_locked && QFile::exists(m_file);
    m_delay.setSingleShot(true);
    m_delay.setInterval(writeAfterMs);
    connect(&m_delay, &QTimer::timeout, this, &Recovery::write);
}

Recovery::~Recovery()
{
    if (m_delay.isActive())
        write();
}

std::optional<Experiment> Recovery::found() const
{
    if (!m_foundWaits)
        return std::nullopt;
    try {
        return readExperiment(m_file.toStdString());
    } catch (const InputError& error) {
        qWarning("%s", error.what()); // a half-written file of a crash has nothing to offer
        return std::nullopt;
    }
}

void Recovery::keep(const Experiment& experiment)
{
    m_experiment = experiment;
    if (m_locked && !m_foundWaits)
        m_delay.start();
}

void Recovery::discard()
{
    m_delay.stop();
    if (m_locked && !m_foundWaits)
        QFile::remove(m_file);
}

void Recovery::write()
{
    m_delay.stop();
    try {
        saveExperiment(m_experiment, m_file.toStdString());
    } catch (const InputError& error) {
        qWarning("%s", error.what());
    }
}

} // namespace ternbench
