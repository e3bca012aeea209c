#pragma once

#include "app/desktop/background_worker.h"
#include "app/desktop/thread_bridge.h"
#include "core/packed/fault_study.h"
#include "core/rtl/simulation.h"
#include "experiments/rtl_exporting.h"

#include <QObject>
#include <QString>

#include <functional>
#include <stop_token>
#include <vector>

namespace ternbench {

/// Fault studies, RTL exports and RTL checks in a thread of their own, one job at a time. Signals come in the
/// window's thread; each job ends with over(), after its result or failed().
class HardwareJobs : public QObject
{
    Q_OBJECT

public:
    enum class Job { None, Faults, RtlExport, RtlChecks };

    explicit HardwareJobs(QObject* parent = nullptr) : QObject(parent) {}
    /// Cancels a job under way and waits for it.
    ~HardwareJobs() override;

    void studyFaults(const QString& packedFile, const FaultStudySpec& spec);
    void exportRtl(const RtlRequest& request);
    /// A tool that is not installed gives a check that failed for that reason; the others run.
    void checkRtl(const QString& folder, const std::vector<RtlTool>& tools);
    void cancel();

    /// What is under way.
    Job job() const { return m_job; }
    bool isBusy() const { return m_job != Job::None; }

signals:
    void started(ternbench::HardwareJobs::Job job);
    /// A share in [0,1], of a fault study.
    void progressed(double share);
    void faultsStudied(const ternbench::FaultCurve& curve);
    void rtlExported(const ternbench::RtlExportResult& result);
    /// Check number `step` (from 0) of `steps` begins.
    void checkStarted(ternbench::RtlTool tool, int step, int steps);
    /// A line that a tool wrote.
    void logged(const QString& line);
    void checkEnded(const ternbench::RtlCheck& check);
    void failed(const QString& message, bool cancelled);
    void over(ternbench::HardwareJobs::Job job);

private:
    using Work = std::function<void(const std::stop_token& stop)>;
    void begin(Job job, Work work);
    void runChecks(const QString& folder, const std::vector<RtlTool>& tools, const std::stop_token& stop);
    RtlCheck runCheck(RtlTool tool, const QString& folder, const std::stop_token& stop);
    void end();

    Job m_job = Job::None;
    std::stop_source m_stop;
    ThreadBridge m_bridge;
    BackgroundWorker m_worker; ///< last: it ends before what it reports to goes
};

} // namespace ternbench
