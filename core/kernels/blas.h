#pragma once

#include <string>

namespace ternbench {

/// C = alpha·op(A)·op(B) + beta·C, row-major; op(A) is (m, k), op(B) is (k, n), C is (m, n). Runs on the
/// calling thread alone: parallelism is cut by the engine, so that bits do not depend on it.
enum class Transpose { No, Yes };
void sgemm(Transpose transA, Transpose transB, int m, int n, int k, float alpha, const float* a, int lda,
           const float* b, int ldb, float beta, float* c, int ldc);

/// y = A·x for A (m, n) row-major, on the calling thread alone.
void sgemv(int m, int n, const float* a, const float* x, float* y);

/// The kernel set that OpenBLAS chose when it was loaded, e.g. "Haswell", "Zen", "SkylakeX".
std::string blasKernelSet();
std::string blasVersion();

/// A warning when the kernel set lies below what this CPU can do (forced by OPENBLAS_CORETYPE), else empty.
std::string blasWarning();

} // namespace ternbench
