#pragma once

#include "core/hardware/report.h"
#include "core/rtl/simulation.h"

#include <span>

/// From checks of exported RTL to the evidence that takes the place of a report's estimates.
namespace ternbench {

/// Of all simulations that ran to their end with every layer output equal, the one over most images, as
/// cycles of part "total"; where its images took different numbers, the most. A count that is not the model's
/// is kept: the report shows the disagreement. Cell counts come from syntheses that passed.
HardwareEvidence evidenceOf(std::span<const RtlCheck> checks);

/// What of it holds for another design point: the simulation if lanes, rows and off-chip port, which the
/// cycles rest on, are those of `built`; the cells if the table is of the same kind.
HardwareEvidence evidenceFor(const HardwareEvidence& evidence, const DesignPoint& built,
                             const DesignPoint& design);

} // namespace ternbench
