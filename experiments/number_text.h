#pragma once

#include <cstdint>
#include <string>

/// Numbers as people read them, the same on the command line and in reports.
namespace ternbench {

/// "1,234,567"
std::string withThousands(std::uint64_t value);
/// `value` with so many digits after the point.
std::string fixed(double value, int digits);
/// A share as "9.71 %".
std::string percent(double share);
/// `value` with about so many digits in all, never in exponents: "0.0123", "12.3", "12,345".
std::string significant(double value, int digits);

} // namespace ternbench
