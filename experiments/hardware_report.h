#pragma once

#include "core/hardware/report.h"
#include "core/packed/packed_file.h"
#include "experiments/report_document.h"

#include <filesystem>

namespace ternbench {

/// The hardware report of a packed file, and what the file says of itself.
struct PackedReport
{
    HardwareReport report;
    ReportSubject subject;
};

/// Needs no data set. `evidenceFile` may be empty; its format is that of evidenceFromJson(). Throws
/// InputError for files that cannot be read and designs that cannot be built.
PackedReport reportOn(const std::filesystem::path& packedFile, const DesignPoint& design,
                      const std::filesystem::path& evidenceFile = {});

/// The same for a packed file that has been read already.
PackedReport reportOn(const PackedNetwork& packed, const std::filesystem::path& packedFile,
                      const DesignPoint& design, const HardwareEvidence& evidence = {});

/// Puts the estimates for `design` into the packed file, in place of the report that it holds. Atomic; all
/// else in the file stays as it is. Throws InputError for a file that is damaged anywhere (its digests would
/// be renewed) or cannot be written.
void storeReport(const std::filesystem::path& packedFile, const DesignPoint& design);

enum class ReportFormat { Json, Html, Pdf };

/// Atomic. Throws InputError where the file cannot be written.
void writeReportFile(const PackedReport& report, ReportFormat format, const std::filesystem::path& file);

} // namespace ternbench
