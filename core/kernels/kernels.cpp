#include "core/kernels/kernels.h"

#include <cstdlib>
#include <string_view>

namespace ternbench {

namespace {

const Kernels& choose()
{
    const char* wanted = std::getenv("TERNBENCH_SIMD");
    const std::string_view limit = wanted ? wanted : "avx512";
    if (limit == "portable")
        return portableKernels();
    if (const Kernels* wide = avx512Kernels(); wide && limit != "avx2")
        return *wide;
    if (const Kernels* wide = avx2Kernels())
        return *wide;
    return portableKernels();
}

} // namespace

const Kernels& kernels()
{
    static const Kernels& chosen = choose();
    return chosen;
}

} // namespace ternbench
