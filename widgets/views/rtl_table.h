#pragma once

#include "core/rtl/simulation.h"
#include "widgets/views/plain_table_model.h"

#include <vector>

namespace ternbench {

/// "Lint", "Verilator", "Icarus", "Yosys": for people.
QString rtlToolTitle(RtlTool tool);

/// One row a check: result, images, outputs, cycles against the model, cells, time, problems; for a
/// simulation one row more for each layer, for a synthesis for each module.
PlainTable rtlTable(const std::vector<RtlCheck>& checks);

} // namespace ternbench
