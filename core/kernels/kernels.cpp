#include "core/kernels/kernels.h"

#include "core/kernels/simd_level.h"

namespace ternbench {

namespace {

const Kernels& choose()
{
    const SimdLevel limit = simdLimit();
    if (const Kernels* wide = avx512Kernels(); wide && limit >= SimdLevel::Avx512)
        return *wide;
    if (const Kernels* wide = avx2Kernels(); wide && limit >= SimdLevel::Avx2)
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
