#pragma once

namespace ternbench {

enum class SimdLevel { Portable, Avx2, Avx512 };

/// The most that TERNBENCH_SIMD=portable|avx2|avx512 allows; what is unset or unknown allows all.
SimdLevel simdLimit();

} // namespace ternbench
