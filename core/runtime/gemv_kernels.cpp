#include "core/runtime/gemv_kernels.h"

#include "core/kernels/simd_level.h"

namespace ternbench {

namespace {

const GemvKernels& choose()
{
    const SimdLevel limit = simdLimit();
    if (const GemvKernels* wide = vbmiGemvKernels(); wide && limit >= SimdLevel::Avx512)
        return *wide;
    if (const GemvKernels* wide = avx512GemvKernels(); wide && limit >= SimdLevel::Avx512)
        return *wide;
    if (const GemvKernels* wide = avx2GemvKernels(); wide && limit >= SimdLevel::Avx2)
        return *wide;
    return portableGemvKernels();
}

} // namespace

const GemvKernels& gemvKernels()
{
    static const GemvKernels& chosen = choose();
    return chosen;
}

} // namespace ternbench
