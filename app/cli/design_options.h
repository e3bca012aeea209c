#pragma once

#include "core/hardware/design_point.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ternbench {

/// Declares what RTL is built with: --lanes, --rows, --table, --off-chip. `design` must outlive the parsing.
void addBuildOptions(CLI::App& app, DesignPoint& design);

/// Declares what estimates alone rest on: --clock, --on-chip, --activation-bits.
void addEstimateOptions(CLI::App& app, DesignPoint& design);

/// Of addBuildOptions(), those that were given.
std::vector<std::string> givenBuildOptions(const CLI::App& app);

/// Throws InputError that names the option where the design point cannot be built.
void requireBuildable(const DesignPoint& design);

} // namespace ternbench
