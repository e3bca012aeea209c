#pragma once

#include "core/packed/fault_study.h"
#include "widgets/views/plain_table_model.h"

namespace ternbench {

/// One row a number of flips.
PlainTable faultTable(const FaultCurve& curve);

/// What was studied, and what a single flip does.
QString faultSummary(const FaultCurve& curve);
/// What the class errors rest on.
QString faultPolicy();

} // namespace ternbench
