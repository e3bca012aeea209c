#pragma once

#include "app/desktop/background_worker.h"
#include "app/desktop/thread_bridge.h"
#include "experiments/hardware_report.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <cstdint>
#include <memory>

namespace ternbench {

/// Keeps the hardware report of one packed file up to date with the design point and the evidence, in a
/// thread of its own: the file is read once, and edits that follow one another quickly give one report.
/// Signals come in the window's thread.
class HardwareReporter : public QObject
{
    Q_OBJECT

public:
    explicit HardwareReporter(QObject* parent = nullptr);

    /// Reads the file, also if it is the same as before.
    void setFile(const QString& file);
    void setDesign(const DesignPoint& design);
    /// What of it does not hold for the design point is left out.
    void setEvidence(const HardwareEvidence& evidence);

    /// The newest; null before the first and after a failure.
    const std::shared_ptr<const PackedReport>& report() const { return m_report; }

signals:
    /// report() is another.
    void reported();
    void failed(const QString& message);

private:
    struct Request;
    void begin();
    void run(const Request& request);
    void take(std::uint64_t number, std::shared_ptr<const PackedReport> report, const QString& problem);

    QString m_file;
    DesignPoint m_design;
    HardwareEvidence m_evidence;
    std::uint64_t m_reads = 0;  ///< how often a file was set
    std::uint64_t m_number = 0; ///< of the last request: answers to earlier ones are dropped
    std::shared_ptr<const PackedReport> m_report;
    QTimer m_delay;

    std::shared_ptr<const PackedNetwork> m_packed; ///< the worker's
    std::uint64_t m_readsDone = 0;                 ///< the worker's: which of m_reads m_packed is from
    ThreadBridge m_bridge;
    BackgroundWorker m_worker; ///< last: it ends before what it reports to goes
};

} // namespace ternbench
