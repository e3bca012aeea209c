#include "experiments/hardware_report.h"

#include "core/error.h"
#include "core/storage/atomic_file.h"
#include "experiments/document.h"
#include "experiments/report_html.h"
#include "experiments/report_json.h"
#include "experiments/report_pdf.h"
#include "experiments/rtl_evidence.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace ternbench {

namespace {

/// A packed file outlives versions of its document: its name is no reason to refuse it.
std::string experimentName(const std::string& json)
{
    try {
        return experimentFromJson(json).name;
    } catch (const InputError&) {
        return {};
    }
}

HardwareEvidence readEvidence(const std::filesystem::path& file)
{
    if (file.empty())
        return {};
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream.is_open() || errno != 0)
        throw InputError(file.string() + ": cannot be read: " + std::generic_category().message(errno));
    const HardwareEvidence evidence = evidenceFromJson(text.str(), file.string());
    if (evidence.empty())
        throw InputError(file.string() + ": holds no simulation and no synthesis");
    return evidence;
}

/// Evidence that is not of this network's RTL at this design point.
class EvidenceProblem : public InputError
{
    using InputError::InputError;
};

std::uint64_t sizeOf(const std::filesystem::path& file)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : size;
}

std::string contentOf(const PackedReport& report, ReportFormat format)
{
    switch (format) {
    case ReportFormat::Json:
        return reportJson(report.report, report.subject);
    case ReportFormat::Html:
        return reportHtml(describeReport(report.report, report.subject));
    case ReportFormat::Pdf:
        break;
    }
    return reportPdf(describeReport(report.report, report.subject));
}

} // namespace

PackedReport reportOn(const std::filesystem::path& packedFile, const DesignPoint& design,
                      const std::filesystem::path& evidenceFile)
{
    if (const auto problem = designPointProblem(design))
        throw InputError(*problem); // before anything is read
    const HardwareEvidence evidence = readEvidence(evidenceFile);
    try {
        return reportOn(readSoundPacked(packedFile), packedFile, design, evidence);
    } catch (const EvidenceProblem& problem) {
        throw InputError(evidenceFile.string() + ": " + problem.what());
    }
}

PackedReport reportOn(const PackedNetwork& packed, const std::filesystem::path& packedFile,
                      const DesignPoint& design, const HardwareEvidence& evidence)
{
    std::string problems;
    for (const std::string& problem : evidenceProblems(evidence, packed.network, design))
        problems += (problems.empty() ? "" : "; ") + problem;
    if (!problems.empty())
        throw EvidenceProblem(problems);
    return {makeReport(packed.network, design, evidence),
            {packedFile, experimentName(packed.experimentJson), packed.generator, packed.golden.images,
             packed.golden.classErrors, sizeOf(packedFile)}};
}

void storeReport(const std::filesystem::path& packedFile, const DesignPoint& design)
{
    if (const auto problem = designPointProblem(design))
        throw InputError(*problem);
    PackedNetwork packed = readSoundPacked(packedFile);
    packed.design = design;
    packed.ledger = ledgerOf(packed.network); // a file of an older version gets the newest form
    writePacked(packed, packedFile);
}

void writeReportFile(const PackedReport& report, ReportFormat format, const std::filesystem::path& file)
{
    writeFileAtomically(file, contentOf(report, format));
}

} // namespace ternbench
