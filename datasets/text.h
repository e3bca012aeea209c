#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Numbers as messages show them.
namespace ternbench::text {

/// "60,000".
std::string withThousands(std::uint64_t value);

/// "1 image", "60,000 images".
std::string counted(std::uint64_t value, std::string_view singular);

/// "-0.5", "1e+300": the fewest digits that give the same number back.
std::string shortest(double value);

/// "0x00000803".
std::string hexWord(std::uint32_t value);

} // namespace ternbench::text
