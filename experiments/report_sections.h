#pragma once

#include "experiments/report_document.h"

/// Sections of a report that also stand alone.
namespace ternbench {

/// The coding comparison: the total with its assumptions, then bytes and bits per weight layer by layer.
void addCodingSections(const CodingComparison& codings, std::vector<ReportSection>& sections);

} // namespace ternbench
