#pragma once

#include "app/desktop/background_worker.h"
#include "app/desktop/thread_bridge.h"
#include "core/packed/golden.h"
#include "core/packed/ledger.h"
#include "core/packed/verification.h"

#include <QObject>
#include <QString>

#include <atomic>
#include <functional>

namespace ternbench {

/// What an export or a verification found out about a packed file.
struct PackedResult
{
    QString file;
    bool exported = false; ///< the file was written just now, not only read
    Ledger ledger;
    VerificationReport report;
    double testError =
        -1.0; ///< share, of the coded float network at the end of training; negative: not known
};

/// Exports and verifies packed networks in a thread of its own, one job at a time. Signals come in the
/// window's thread: any number of progressed(), then one of finished() and failed().
class PackedJobs : public QObject
{
    Q_OBJECT

public:
    explicit PackedJobs(QObject* parent = nullptr);
    /// Cancels a job under way and waits for it: a file is either written or not.
    ~PackedJobs() override;

    /// Writes `packedFile` from the run file, reads it back alone and verifies it.
    void exportPacked(const QString& runFile, const QString& packedFile);
    void verify(const QString& packedFile);
    bool isBusy() const { return m_busy; }

signals:
    void progressed(const QString& what, double fraction);
    void finished(const ternbench::PackedResult& result);
    void failed(const QString& message);

private:
    using Job = std::function<PackedResult(const ShareObserver&)>;
    void begin(const QString& what, const Job& job);
    void run(const QString& what, const Job& job);
    void finish(const PackedResult& result);
    void fail(const QString& message);

    bool m_busy = false;
    std::atomic<bool> m_cancelled{false};
    ThreadBridge m_bridge;
    BackgroundWorker m_worker; ///< last: it ends before what it reports to goes
};

} // namespace ternbench
