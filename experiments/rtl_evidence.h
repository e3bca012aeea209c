#pragma once

#include "core/hardware/evidence.h"
#include "core/rtl/simulation.h"

#include <span>
#include <string>
#include <vector>

/// From checks of exported RTL to the evidence that takes the place of a report's estimates.
namespace ternbench {

/// Of all simulations that ran to their end with every layer output equal, the one over most images: the
/// cycles of each part and of "total"; where its images took different numbers, the most. A count that is not
/// the model's is kept: the report shows the disagreement. Cell counts come from syntheses that passed.
/// Nothing counts of a folder whose files were changed after the export. The checks are of one folder.
HardwareEvidence evidenceOf(std::span<const RtlCheck> checks);

/// What of it holds for another design point: the cells if lanes and table, which decoder and processing
/// element are built with, are the same; the simulation if rows and off-chip port are, too.
HardwareEvidence evidenceFor(const HardwareEvidence& evidence, const DesignPoint& design);

/// Why the evidence is not of this network's RTL at this design point, each naming field, value and what is
/// needed; empty where it is, or where there is none.
std::vector<std::string> evidenceProblems(const HardwareEvidence& evidence, const IntegerNetwork& network,
                                          const DesignPoint& design);

} // namespace ternbench
