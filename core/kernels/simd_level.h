#pragma once

#include <string>

namespace ternbench {

enum class SimdLevel { Portable, Avx2, Avx512 };

/// The most that TERNBENCH_SIMD=portable|avx2|avx512 allows; what is unset or unknown allows all.
SimdLevel simdLimit();

/// What is wrong with the variable's value, which simdLimit() then ignores; empty where nothing is.
std::string simdLimitProblem();

} // namespace ternbench
