#include "core/kernels/simd_level.h"

#include <cstdlib>
#include <optional>
#include <string_view>

namespace ternbench {

namespace {

constexpr const char* variable = "TERNBENCH_SIMD";

std::string_view wanted()
{
    const char* value = std::getenv(variable);
    return value ? value : "";
}

std::optional<SimdLevel> levelOf(std::string_view name)
{
    if (name == "portable")
        return SimdLevel::Portable;
    if (name == "avx2")
        return SimdLevel::Avx2;
    if (name.empty() || name == "avx512")
        return SimdLevel::Avx512;
    return std::nullopt;
}

} // namespace

SimdLevel simdLimit()
{
    return levelOf(wanted()).value_or(SimdLevel::Avx512);
}

std::string simdLimitProblem()
{
    if (levelOf(wanted()))
        return {};
    return std::string(variable) + ": \"" + std::string(wanted()) +
           "\" is not allowed: must be portable, avx2 or avx512";
}

} // namespace ternbench
