#include "core/runtime/gemv_kernels.h"

// Compiled for AVX-512 without VBMI (core/CMakeLists.txt); on another architecture empty.
#if defined(__AVX512BW__)

#include "core/runtime/gemv_wide.h"
#include "core/runtime/simd_avx512.h"

namespace ternbench {

namespace {

void accumulate(const std::uint8_t* codes, const std::uint8_t* tables, int count, int mostSum, int blocks,
                std::int32_t* acc)
{
    switch (blocks) {
    case 1:
        return wide_gemv::accumulateByHalves<Avx512, 1>(codes, tables, count, mostSum, acc);
    case 2:
        return wide_gemv::accumulateByHalves<Avx512, 2>(codes, tables, count, mostSum, acc);
    case 3:
        return wide_gemv::accumulateByHalves<Avx512, 3>(codes, tables, count, mostSum, acc);
    default:
        return wide_gemv::accumulateByHalves<Avx512, 4>(codes, tables, count, mostSum, acc);
    }
}

} // namespace

const GemvKernels* avx512GemvKernels()
{
    static const GemvKernels kernels{.name = "avx512",
                                     .blockRows = Avx512::rows,
                                     .tileBlocks = 4,
                                     .tableBytes = shuffle_gemv::tableBytes,
                                     .encode = shuffle_gemv::encode,
                                     .position = wide_gemv::position<Avx512>,
                                     .buildTables = shuffle_gemv::buildTables,
                                     .accumulate = accumulate};
    __builtin_cpu_init();
    const bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
    return supported ? &kernels : nullptr;
}

} // namespace ternbench

#else

namespace ternbench {

const GemvKernels* avx512GemvKernels()
{
    return nullptr;
}

} // namespace ternbench

#endif
