#include "core/kernels/kernels.h"

// Compiled with the flags of this instruction set (core/CMakeLists.txt); on another architecture empty.
#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

namespace ternbench {
namespace avx2 {
namespace {
#include "core/kernels/kernels_impl.h"
} // namespace
} // namespace avx2

const Kernels* avx2Kernels()
{
    static const Kernels table = avx2::makeKernels("avx2");
    __builtin_cpu_init();
    const bool supported = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return supported ? &table : nullptr;
}

} // namespace ternbench

#else

namespace ternbench {

const Kernels* avx2Kernels()
{
    return nullptr;
}

} // namespace ternbench

#endif
