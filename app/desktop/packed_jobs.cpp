#include "app/desktop/packed_jobs.h"

#include "core/packed/packed_file.h"
#include "experiments/exporting.h"

#include <cmath>
#include <exception>

namespace ternbench {

namespace {

/// The ledger as the file tells it; empty when it is too damaged to tell (the report says what is wrong).
Ledger storedLedger(const QString& packedFile)
{
    try {
        return readPacked(packedFile.toStdString()).ledger;
    } catch (const std::exception&) {
        return {};
    }
}

} // namespace

PackedJobs::PackedJobs(QObject* parent) : QObject(parent) {}

PackedJobs::~PackedJobs()
{
    m_cancelled = true;
}

void PackedJobs::exportPacked(const QString& runFile, const QString& packedFile)
{
    begin(tr("Exporting"), [runFile, packedFile](const ShareObserver& progress) {
        const ExportResult exported =
            ternbench::exportPacked(runFile.toStdString(), packedFile.toStdString(), {}, 0, progress);
        return PackedResult{packedFile, true, exported.ledger, exported.verification, exported.testError};
    });
}

void PackedJobs::verify(const QString& packedFile)
{
    begin(tr("Verifying"), [packedFile](const ShareObserver& progress) {
        const VerificationReport report = verifyPackedFile(packedFile.toStdString(), {}, 0, progress);
        return PackedResult{packedFile, false, storedLedger(packedFile), report, -1.0};
    });
}

void PackedJobs::begin(const QString& what, const Job& job)
{
    if (m_busy)
        return;
    m_busy = true;
    emit progressed(what, 0.0);
    m_worker.start([this, what, job] { run(what, job); });
}

/// In the worker's thread.
void PackedJobs::run(const QString& what, const Job& job)
{
    int lastPercent = 0;
    const ShareObserver progress = [&](double share) {
        const int percent = int(std::floor(share * 100.0));
        if (percent > lastPercent) {
            lastPercent = percent;
            m_bridge.post([this, what, share] { emit progressed(what, share); });
        }
        return !m_cancelled;
    };
    try {
        m_bridge.post([this, result = job(progress)] { finish(result); });
    } catch (const std::exception& error) {
        m_bridge.post([this, text = QString::fromUtf8(error.what())] { fail(text); });
    }
}

void PackedJobs::finish(const PackedResult& result)
{
    m_busy = false;
    emit finished(result);
}

void PackedJobs::fail(const QString& message)
{
    m_busy = false;
    emit failed(message);
}

} // namespace ternbench
