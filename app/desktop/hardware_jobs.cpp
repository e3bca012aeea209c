#include "app/desktop/hardware_jobs.h"

#include "core/error.h"
#include "experiments/fault_injection.h"

#include <cmath>
#include <exception>
#include <utility>

namespace ternbench {

HardwareJobs::~HardwareJobs()
{
    m_stop.request_stop();
}

void HardwareJobs::cancel()
{
    m_stop.request_stop();
}

void HardwareJobs::begin(Job job, Work work)
{
    if (isBusy())
        return;
    m_job = job;
    m_stop = std::stop_source();
    emit started(job);
    m_worker.start([this, work = std::move(work), stop = m_stop.get_token()] {
        try {
            work(stop);
        } catch (const std::exception& error) {
            const bool cancelled = stop.stop_requested();
            m_bridge.post(
                [this, text = QString::fromUtf8(error.what()), cancelled] { emit failed(text, cancelled); });
        }
        m_bridge.post([this] { end(); });
    });
}

void HardwareJobs::end()
{
    const Job job = std::exchange(m_job, Job::None);
    emit over(job);
}

void HardwareJobs::studyFaults(const QString& packedFile, const FaultStudySpec& spec)
{
    begin(Job::Faults, [this, packedFile, spec](const std::stop_token& stop) {
        int lastPercent = 0;
        const ShareObserver progress = [&](double share) {
            if (const int percent = int(std::floor(share * 100.0)); percent > lastPercent) {
                lastPercent = percent;
                m_bridge.post([this, share] { emit progressed(share); });
            }
            return !stop.stop_requested();
        };
        FaultCurve curve = studyPackedFaults(packedFile.toStdString(), spec, {}, 0, progress);
        m_bridge.post([this, curve = std::move(curve)] { emit faultsStudied(curve); });
    });
}

void HardwareJobs::exportRtl(const RtlRequest& request)
{
    begin(Job::RtlExport, [this, request](const std::stop_token&) {
        RtlExportResult result = exportRtlFolder(request);
        m_bridge.post([this, result = std::move(result)] { emit rtlExported(result); });
    });
}

void HardwareJobs::checkRtl(const QString& folder, const std::vector<RtlTool>& tools)
{
    begin(Job::RtlChecks,
          [this, folder, tools](const std::stop_token& stop) { runChecks(folder, tools, stop); });
}

/// In the worker's thread.
void HardwareJobs::runChecks(const QString& folder, const std::vector<RtlTool>& tools,
                             const std::stop_token& stop)
{
    const int steps = int(tools.size());
    for (int step = 0; step < steps && !stop.stop_requested(); ++step) {
        const RtlTool tool = tools[std::size_t(step)];
        m_bridge.post([this, tool, step, steps] { emit checkStarted(tool, step, steps); });
        RtlCheck check = runCheck(tool, folder, stop);
        m_bridge.post([this, check = std::move(check)] { emit checkEnded(check); });
    }
}

RtlCheck HardwareJobs::runCheck(RtlTool tool, const QString& folder, const std::stop_token& stop)
{
    const LineObserver observer = [this](const std::string& line) {
        m_bridge.post([this, text = QString::fromStdString(line)] { emit logged(text); });
    };
    try {
        return runRtlCheck(tool, folder.toStdString(), 0, observer, stop);
    } catch (const InputError& error) { // not installed, or no export any more: the other tools go on
        RtlCheck check;
        check.tool = tool;
        check.problems = {error.what()};
        return check;
    }
}

} // namespace ternbench
