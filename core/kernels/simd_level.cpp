#include "core/kernels/simd_level.h"

#include <cstdlib>
#include <string_view>

namespace ternbench {

SimdLevel simdLimit()
{
    const char* wanted = std::getenv("TERNBENCH_SIMD");
    const std::string_view limit = wanted ? wanted : "";
    if (limit == "portable")
        return SimdLevel::Portable;
    return limit == "avx2" ? SimdLevel::Avx2 : SimdLevel::Avx512;
}

} // namespace ternbench
