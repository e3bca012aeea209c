#pragma once

#include "experiments/report_document.h"

namespace ternbench {

/// One self-contained page, UTF-8: no script, no other file; light or dark as the reader's system is; prints
/// black on white.
std::string reportHtml(const ReportDocument& document);

} // namespace ternbench
