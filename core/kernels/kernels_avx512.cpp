#include "core/kernels/kernels.h"

// Compiled with the flags of this instruction set (core/CMakeLists.txt); on another architecture empty.
#if defined(__AVX512F__) && defined(__FMA__)

#include <immintrin.h>

namespace ternbench {
namespace avx512 {
namespace {
#include "core/kernels/kernels_impl.h"
} // namespace
} // namespace avx512

const Kernels* avx512Kernels()
{
    static const Kernels table = avx512::makeKernels("avx512");
    __builtin_cpu_init();
    const bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
    return supported ? &table : nullptr;
}

} // namespace ternbench

#else

namespace ternbench {

const Kernels* avx512Kernels()
{
    return nullptr;
}

} // namespace ternbench

#endif
