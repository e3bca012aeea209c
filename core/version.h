#pragma once

#include <string>

namespace ternbench {

/// "Ternbench 0.1.0"
std::string programVersion();

} // namespace ternbench
