#pragma once

#include "app/desktop/hardware_jobs.h"
#include "app/desktop/hardware_reporter.h"

#include <QDateTime>
#include <QObject>
#include <QString>

#include <utility>
#include <vector>

namespace ternbench {

class FileActions;
class HardwareView;
class Session;

/// The Hardware dock's work on the packed file that was last exported or verified: its tabs connected to the
/// reporter and the jobs, and what asks for files. What RTL checks count becomes evidence in the report, for
/// as long as the file is the same.
class HardwareDesk : public QObject
{
    Q_OBJECT

public:
    HardwareDesk(Session& session, HardwareView& view, FileActions& files, QWidget* window);

    HardwareJobs& jobs() { return m_jobs; }
    HardwareReporter& reporter() { return m_reporter; }
    /// What is under way, for a question; empty when nothing is.
    QString jobText() const;
    const QString& rtlFolder() const { return m_rtlFolder; }

    /// What another content of a file would change: when it was written, its size.
    using FileStamp = std::pair<QDateTime, qint64>;

private:
    void connectReport();
    void connectFaults();
    void connectRtl();
    void connectJobs();
    void setFile(const QString& file, bool isNew);
    void showReport();
    void showNoReport(const QString& why);
    void saveReport();
    void exportRtl();
    void takeExport(const RtlExportResult& result);
    void takeCheck(const RtlCheck& check);
    void takeFailure(const QString& message, bool cancelled);
    void takeEnd(HardwareJobs::Job job);
    void updateObstacles();
    QString fileName() const;
    QString rtlRefusal() const;
    QString besides(const QString& ending) const;
    bool isStale() const { return m_jobFile != m_fileNumber; }

    Session& m_session;
    HardwareView& m_view;
    FileActions& m_files;
    QWidget* m_window;
    QString m_file;
    int m_fileNumber = 0; ///< counts the files shown
    int m_jobFile = 0;    ///< m_fileNumber when the job under way began: results of earlier files are dropped
    QString m_rtlFolder;  ///< exported from m_file; empty: none
    DesignPoint m_requested; ///< of the export under way
    FileStamp m_stamp;       ///< of m_file when it was read
    QString m_requestedFolder;
    std::vector<RtlCheck> m_checks; ///< of m_rtlFolder, one a tool at most
    std::size_t m_checksAsked = 0;
    HardwareReporter m_reporter;
    HardwareJobs m_jobs;
};

} // namespace ternbench
