#include "app/desktop/hardware_reporter.h"

#include "core/packed/packed_file.h"
#include "experiments/rtl_evidence.h"

#include <exception>
#include <utility>

namespace ternbench {

namespace {
constexpr int delayMs = 150; // shorter than a pause between two words, longer than between two keys
}

struct HardwareReporter::Request
{
    std::uint64_t number = 0, reads = 0;
    QString file;
    DesignPoint design;
    HardwareEvidence evidence;
};

HardwareReporter::HardwareReporter(QObject* parent) : QObject(parent)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(delayMs);
    connect(&m_delay, &QTimer::timeout, this, &HardwareReporter::begin);
}

void HardwareReporter::setFile(const QString& file)
{
    m_file = file;
    m_evidence = {};
    ++m_reads;
    begin();
}

void HardwareReporter::setDesign(const DesignPoint& design)
{
    m_design = design;
    m_delay.start();
}

void HardwareReporter::setEvidence(const HardwareEvidence& evidence)
{
    m_evidence = evidence;
    begin();
}

void HardwareReporter::begin()
{
    if (m_file.isEmpty())
        return;
    const Request request{++m_number, m_reads, m_file, m_design, evidenceFor(m_evidence, m_design)};
    m_worker.clear();
    m_worker.start([this, request] { run(request); });
}

/// In the worker's thread.
void HardwareReporter::run(const Request& request)
{
    const auto answer = [this, number = request.number](std::shared_ptr<const PackedReport> report,
                                                        const QString& problem) {
        m_bridge.post([this, number, report = std::move(report), problem] { take(number, report, problem); });
    };
    try {
        const std::string file = request.file.toStdString();
        if (m_readsDone != request.reads) {
            m_packed.reset();
            m_packed = std::make_shared<const PackedNetwork>(readSoundPacked(file));
            m_readsDone = request.reads;
        }
        answer(
            std::make_shared<const PackedReport>(reportOn(*m_packed, file, request.design, request.evidence)),
            {});
    } catch (const std::exception& error) {
        answer(nullptr, QString::fromUtf8(error.what()));
    }
}

void HardwareReporter::take(std::uint64_t number, std::shared_ptr<const PackedReport> report,
                            const QString& problem)
{
    if (number != m_number)
        return;
    m_report = std::move(report);
    if (m_report)
        emit reported();
    else
        emit failed(problem);
}

} // namespace ternbench
