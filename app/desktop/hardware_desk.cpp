#include "app/desktop/hardware_desk.h"

#include "app/desktop/file_actions.h"
#include "app/desktop/session.h"
#include "core/error.h"
#include "experiments/rtl_evidence.h"
#include "widgets/views/comparison_view.h"
#include "widgets/views/design_form.h"
#include "widgets/views/faults_view.h"
#include "widgets/views/hardware_view.h"
#include "widgets/views/number_text.h"
#include "widgets/views/report_view.h"
#include "widgets/views/rtl_form.h"
#include "widgets/views/rtl_table.h"
#include "widgets/views/rtl_view.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace ternbench {

namespace {

/// "mine" of ".../mine.packed.h5".
QString stemOf(const QString& packedFile)
{
    return QFileInfo(packedFile).fileName().section(QLatin1Char('.'), 0, 0);
}

/// What another content would change.
HardwareDesk::FileStamp stampOf(const QString& file)
{
    const QFileInfo info(file);
    return {info.lastModified(), info.size()};
}

/// Throws InputError for a name that says no kind.
ReportFormat formatOf(const QString& path)
{
    const QString kind = QFileInfo(path).suffix().toLower();
    if (kind == u"json")
        return ReportFormat::Json;
    if (kind == u"html" || kind == u"htm")
        return ReportFormat::Html;
    if (kind == u"pdf")
        return ReportFormat::Pdf;
    throw InputError(path.toStdString() + ": the name must end in .json, .html or .pdf");
}

} // namespace

HardwareDesk::HardwareDesk(Session& session, HardwareView& view, FileActions& files, QWidget* window)
    : QObject(window), m_session(session), m_view(view), m_files(files), m_window(window)
{
    connect(&session.packedJobs(), &PackedJobs::finished, this, [this](const PackedResult& result) {
        setFile(result.file, result.exported || result.file != m_file || stampOf(result.file) != m_stamp);
    });
    connectReport();
    connectFaults();
    connectRtl();
    connectJobs();
    updateObstacles();
}

void HardwareDesk::connectReport()
{
    ReportView* report = m_view.report();
    connect(report->design(), &DesignForm::designChanged, &m_reporter, &HardwareReporter::setDesign);
    connect(report->design(), &DesignForm::problemChanged, this, &HardwareDesk::updateObstacles);
    connect(report, &ReportView::saveRequested, this, &HardwareDesk::saveReport);
    connect(&m_reporter, &HardwareReporter::reported, this, &HardwareDesk::showReport);
    connect(&m_reporter, &HardwareReporter::failed, this, &HardwareDesk::showNoReport);
}

void HardwareDesk::connectFaults()
{
    FaultsView* faults = m_view.faults();
    connect(faults, &FaultsView::startRequested, this,
            [this](const FaultStudySpec& spec) { m_jobs.studyFaults(m_file, spec); });
    connect(faults, &FaultsView::cancelRequested, &m_jobs, &HardwareJobs::cancel);
    connect(&m_jobs, &HardwareJobs::progressed, faults, &FaultsView::setBusy);
    connect(&m_jobs, &HardwareJobs::faultsStudied, this, [this](const FaultCurve& curve) {
        if (isStale())
            return;
        m_view.faults()->setCurve(curve, fileName());
        emit m_session.message(LogLevel::Success, tr("%1: fault study done").arg(m_file));
    });
}

void HardwareDesk::connectRtl()
{
    RtlView* rtl = m_view.rtl();
    connect(rtl, &RtlView::exportRequested, this, &HardwareDesk::exportRtl);
    connect(rtl, &RtlView::checkRequested, this, [this] {
        m_checks.clear();
        m_view.rtl()->setChecks({});
        m_view.rtl()->clearLog();
        const std::vector<RtlTool> tools = m_view.rtl()->form()->tools();
        m_checksAsked = tools.size();
        m_jobs.checkRtl(m_rtlFolder, tools);
    });
    connect(rtl, &RtlView::cancelRequested, &m_jobs, &HardwareJobs::cancel);
    connect(&m_jobs, &HardwareJobs::checkStarted, rtl,
            [rtl](RtlTool tool, int step, int steps) { rtl->setBusy(rtlToolTitle(tool), step, steps); });
    connect(&m_jobs, &HardwareJobs::logged, rtl, &RtlView::appendLine);
    connect(&m_jobs, &HardwareJobs::rtlExported, this, &HardwareDesk::takeExport);
    connect(&m_jobs, &HardwareJobs::checkEnded, this, &HardwareDesk::takeCheck);
}

void HardwareDesk::connectJobs()
{
    connect(&m_jobs, &HardwareJobs::started, this, [this](HardwareJobs::Job job) {
        m_jobFile = m_fileNumber;
        if (job == HardwareJobs::Job::Faults)
            m_view.faults()->setBusy(0.0);
        else if (job == HardwareJobs::Job::RtlExport)
            m_view.rtl()->setBusy(tr("Exporting"), 0, 0);
        updateObstacles();
    });
    connect(&m_jobs, &HardwareJobs::failed, this, &HardwareDesk::takeFailure);
    connect(&m_jobs, &HardwareJobs::over, this, &HardwareDesk::takeEnd);
}

QString HardwareDesk::fileName() const
{
    return QFileInfo(m_file).fileName();
}

/// A name beside the packed file.
QString HardwareDesk::besides(const QString& ending) const
{
    return QFileInfo(m_file).absolutePath() + QLatin1Char('/') + stemOf(m_file) + ending;
}

// ---- the packed file and its report
// ---------------------------------------------------------------------------

void HardwareDesk::setFile(const QString& file, bool isNew)
{
    m_file = file;
    if (isNew) { // whatever was found out is of other weights
        ++m_fileNumber;
        m_jobs.cancel();
        m_rtlFolder.clear();
        m_checks.clear();
        m_stamp = stampOf(file);
        m_view.faults()->clearCurve();
        m_view.rtl()->clear();
        m_reporter.setFile(file);
    }
    updateObstacles();
}

void HardwareDesk::showReport()
{
    const std::shared_ptr<const PackedReport> packed = m_reporter.report();
    m_view.comparison()->setComparison(packed->report.codings, fileName());
    m_view.report()->setReport({packed, &packed->report}, fileName());
    updateObstacles();
}

void HardwareDesk::showNoReport(const QString& why)
{
    m_view.comparison()->clear(why);
    m_view.report()->clear(why);
    emit m_session.message(LogLevel::Error, why);
}

void HardwareDesk::saveReport()
{
    const std::shared_ptr<const PackedReport> report = m_reporter.report();
    if (!report)
        return;
    const QString offered = besides(QStringLiteral(".report.html"));
    const QString path = m_files.dialogs().saveFile(
        m_window, {tr("Save hardware report"),
                   offered,
                   {tr("HTML page (*.html)"), tr("PDF document (*.pdf)"), tr("JSON, every figure (*.json)")},
                   {}});
    if (path.isEmpty() || !m_files.attempt(tr("The report cannot be saved"), [&] {
            writeReportFile(*report, formatOf(path), path.toStdString());
        }))
        return;
    m_files.rememberFolder(path);
    emit m_session.message(LogLevel::Info, tr("Saved %1").arg(path));
}

// ---- RTL
// --------------------------------------------------------------------------------------------------------

void HardwareDesk::exportRtl()
{
    const QString folder = m_files.dialogs().newFolder(
        m_window, {tr("Export RTL into a new or empty folder"), besides(QStringLiteral("-rtl")), {}, {}});
    if (folder.isEmpty())
        return;
    RtlRequest request;
    request.packed = m_file.toStdString();
    request.folder = folder.toStdString();
    request.design = m_view.report()->design()->design();
    request.images = m_view.rtl()->form()->images();
    if (!m_files.attempt(tr("The RTL cannot be exported"), [&] { requireRtlRequest(request); }))
        return;
    m_files.rememberFolder(folder);
    m_requested = request.design;
    m_requestedFolder = folder;
    m_jobs.exportRtl(request);
}

void HardwareDesk::takeExport(const RtlExportResult& result)
{
    if (isStale())
        return;
    m_rtlFolder = m_requestedFolder;
    m_checks.clear();
    m_view.rtl()->setChecks({});
    m_view.rtl()->clearLog();
    const QString text =
        tr("%1 is in %2, with %3 test images. The model says %4 cycles an image at %5 lanes x %6 "
           "rows.")
            .arg(fileName(), QDir::toNativeSeparators(m_rtlFolder), countText(result.images),
                 countText(result.total.cycles))
            .arg(m_requested.lanes)
            .arg(m_requested.parallelRows);
    m_view.rtl()->setMessage(text);
    m_reporter.setEvidence({});
    emit m_session.message(LogLevel::Success, tr("RTL exported into %1").arg(m_rtlFolder));
}

void HardwareDesk::takeCheck(const RtlCheck& check)
{
    if (isStale())
        return;
    m_checks.push_back(check);
    m_view.rtl()->setChecks(m_checks);
    if (!check.changed.empty())
        emit m_session.message(LogLevel::Warning,
                               tr("The report does not count these results: %1 is not what was exported.")
                                   .arg(QString::fromStdString(check.changed.front())));
    m_reporter.setEvidence(evidenceOf(m_checks));
    const QString text = QStringLiteral("%1: %2 (%3)")
                             .arg(rtlToolTitle(check.tool),
                                  check.passed      ? tr("passed")
                                  : check.cancelled ? tr("cancelled")
                                                    : QString::fromStdString(check.problems.front()),
                                  durationText(check.seconds));
    emit m_session.message(check.passed      ? LogLevel::Success
                           : check.cancelled ? LogLevel::Info
                                             : LogLevel::Error,
                           text);
}

// ---- jobs
// -------------------------------------------------------------------------------------------------------

void HardwareDesk::takeFailure(const QString& message, bool cancelled)
{
    const bool faults = m_jobs.job() == HardwareJobs::Job::Faults;
    const QString text = !cancelled ? message
                         : faults   ? tr("The fault study was cancelled.")
                                    : tr("Cancelled.");
    if (faults)
        m_view.faults()->setMessage(text);
    else
        m_view.rtl()->setMessage(text);
    emit m_session.message(cancelled ? LogLevel::Info : LogLevel::Error, text);
}

void HardwareDesk::takeEnd(HardwareJobs::Job job)
{
    if (job == HardwareJobs::Job::Faults)
        m_view.faults()->setIdle();
    else
        m_view.rtl()->setIdle();
    if (job == HardwareJobs::Job::RtlChecks && !isStale()) {
        const auto passed = std::ranges::count(m_checks, true, &RtlCheck::passed);
        QStringList lines{
            tr("%1 of %2 checks passed on %3.").arg(passed).arg(m_checksAsked).arg(m_rtlFolder)};
        if (m_checks.size() < m_checksAsked)
            lines << tr("Not begun: %1.").arg(m_checksAsked - m_checks.size());
        for (const RtlCheck& check : m_checks)
            if (!check.passed)
                lines << QStringLiteral("%1: %2").arg(rtlToolTitle(check.tool),
                                                      QString::fromStdString(check.problems.front()));
        if (const auto changed =
                std::ranges::find_if(m_checks, [](const RtlCheck& check) { return !check.changed.empty(); });
            changed != m_checks.end())
            lines << tr("The report does not count them: %1 is not what was exported.")
                         .arg(QString::fromStdString(changed->changed.front()));
        m_view.rtl()->setMessage(lines.join(QLatin1Char('\n')));
    }
    updateObstacles();
}

QString HardwareDesk::jobText() const
{
    switch (m_jobs.job()) {
    case HardwareJobs::Job::Faults:
        return tr("A fault study is under way");
    case HardwareJobs::Job::RtlExport:
        return tr("An export of RTL is under way");
    case HardwareJobs::Job::RtlChecks:
        return tr("Checks of RTL are under way");
    case HardwareJobs::Job::None:
        break;
    }
    return {};
}

/// Why there can be no RTL of the file, once its report has come.
QString HardwareDesk::rtlRefusal() const
{
    const std::shared_ptr<const PackedReport> packed = m_reporter.report();
    if (!packed)
        return {};
    const QString reason = QString::fromStdString(packed->report.notInRtl());
    return reason.isEmpty() ? QString() : tr("No RTL: %1.").arg(reason);
}

void HardwareDesk::updateObstacles()
{
    const QString busy = m_jobs.isBusy() ? jobText() + QLatin1Char('.') : QString();
    const QString noFile =
        m_file.isEmpty() ? tr("There is no packed file yet: export or verify one (tab Ledger).") : QString();
    const QString obstacle = busy.isEmpty() ? noFile : busy;
    m_view.faults()->setObstacle(obstacle);
    const QString design = m_view.report()->design()->problem();
    const QString noRtl =
        m_rtlFolder.isEmpty() ? tr("There is no RTL of this packed file yet: export it.") : QString();
    const QString refusal = rtlRefusal();
    if (!refusal.isEmpty())
        m_view.rtl()->setMessage(refusal);
    m_view.rtl()->setObstacles(!obstacle.isEmpty()  ? obstacle
                               : !refusal.isEmpty() ? refusal
                               : design.isEmpty()   ? QString()
                                                    : tr("Tab Report: %1").arg(design),
                               obstacle.isEmpty() ? noRtl : obstacle);
}

} // namespace ternbench
