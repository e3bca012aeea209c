#pragma once

#include "core/packed/fault_study.h"
#include "widgets/views/plain_table_model.h"

namespace ternbench {

/// One row a number of flips.
PlainTable faultTable(const FaultCurve& curve);

/// What was studied, what a single flip does, and the policy that the errors rest on.
QString faultSummary(const FaultCurve& curve);

} // namespace ternbench
