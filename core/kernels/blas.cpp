#include "core/kernels/blas.h"

#include <cblas.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace ternbench {

namespace {

struct SingleThreaded
{
    SingleThreaded() { openblas_set_num_threads(1); }
};

CBLAS_TRANSPOSE flag(Transpose transpose)
{
    return transpose == Transpose::Yes ? CblasTrans : CblasNoTrans;
}

/// Kernel sets that use 512-bit vectors / 256-bit fused multiply-add.
bool isAvx512Set(std::string_view name)
{
    constexpr std::array names{"SkylakeX", "Cooperlake", "SapphireRapids"};
    for (const std::string_view known : names)
        if (name == known)
            return true;
    return false;
}

bool isAvx2Set(std::string_view name)
{
    return name == "Haswell" || name == "Zen" || isAvx512Set(name);
}

} // namespace

void sgemm(Transpose transA, Transpose transB, int m, int n, int k, float alpha, const float* a, int lda,
           const float* b, int ldb, float beta, float* c, int ldc)
{
    static const SingleThreaded once;
    cblas_sgemm(CblasRowMajor, flag(transA), flag(transB), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void sgemv(int m, int n, const float* a, const float* x, float* y)
{
    static const SingleThreaded once;
    cblas_sgemv(CblasRowMajor, CblasNoTrans, m, n, 1.0f, a, n, x, 1, 0.0f, y, 1);
}

std::string blasKernelSet()
{
    return openblas_get_corename();
}

std::string blasVersion()
{
    return openblas_get_config();
}

std::string blasWarning()
{
    const std::string set = blasKernelSet();
    __builtin_cpu_init();
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const std::string able = avx512 && !isAvx512Set(set) ? "AVX-512" : avx2 && !isAvx2Set(set) ? "AVX2" : "";
    if (able.empty())
        return {};
    const char* forced = std::getenv("OPENBLAS_CORETYPE");
    return "OpenBLAS runs its " + set + " kernels although this CPU has " + able +
           (forced
                ? "; OPENBLAS_CORETYPE=" + std::string(forced) + " in the environment forces them: unset it"
                : "; its version may not know this CPU");
}

} // namespace ternbench
