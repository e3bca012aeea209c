#pragma once

#include "core/hardware/design_point.h"
#include "core/integer/integer_network.h"

#include <string>
#include <vector>

namespace ternbench {

/// What the figures of a hardware report rest on, a sentence or two each: all that applies to this network
/// and this design point.
std::vector<std::string> assumptionsOf(const IntegerNetwork& network, const DesignPoint& design);

} // namespace ternbench
