#pragma once

#include "experiments/report_document.h"

namespace ternbench {

/// The report on A4 pages, landscape, as the bytes of a PDF file. Characters beyond Latin-1 become '?', for
/// the standard fonts have no others. Throws RunError where the library fails.
std::string reportPdf(const ReportDocument& document);

} // namespace ternbench
