#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ternbench {

struct EvaluateBenchmarkRequest
{
    std::string packed;
    std::string dataFolder; ///< empty: the one that the file names
    int threads = 1;
};

struct EvaluateBenchmark
{
    std::string kernels;
    double openSeconds = 0.0; ///< reading the file's indexes and laying them out for the kernels
    double runSeconds = 0.0;  ///< all test images, every output hashed
    std::size_t matrixBytes = 0;
    std::uint64_t images = 0, classErrors = 0;
    bool exact = false; ///< hashes and class errors are the golden ones of the file
};

/// Runs the test set through a packed file's network, from its indexes: the weights are never expanded.
/// Throws InputError for bad input.
EvaluateBenchmark measureEvaluation(const EvaluateBenchmarkRequest& request);

} // namespace ternbench
