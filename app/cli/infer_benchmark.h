#pragma once

#include "core/code/code.h"

#include <string>

namespace ternbench {

struct InferBenchmarkRequest
{
    int rows = 4096, columns = 4096;
    Code code;
    int threads = 1;
    int batch = 1;     ///< vectors that share a pass over the matrix; with threads, each takes some of them
    bool cold = false; ///< cycle through copies larger than any cache: everything comes from memory
};

/// Medians over rounds in which all three are measured in turn, so that a busy machine slows them alike.
struct InferBenchmark
{
    std::string kernels;
    double nsPerGemv = 0.0;         ///< a vector: one product of the packed matrix with 8-bit inputs
    double weightsPerNs = 0.0;      ///< rows·columns over that
    double bytesPerWeight = 0.0;    ///< of the packed runtime's matrix
    double sgemvWeightsPerNs = 0.0; ///< OpenBLAS on one thread, the same matrix as float32
    double readGbPerS = 0.0;        ///< reading as many bytes as the packed matrix has, on as many threads
    double gemvGbPerS = 0.0;        ///< bytes of the matrix over ns_per_gemv
    bool exact = false;             ///< the product equals the plain one in every row
};

/// Measures on a matrix of random patterns. Throws InputError where the shape is too large for memory.
InferBenchmark measureInference(const InferBenchmarkRequest& request);

} // namespace ternbench
