#pragma once

#include "core/network/layer_state.h"
#include "core/training/snapshot.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ternbench {

/// What a run was made with: for a reader who wants to repeat it, and for one who cannot.
struct Environment
{
    std::string generator;   ///< "Ternbench 0.1.0"
    std::string cpu;         ///< model name
    std::string simd;        ///< the engine's own kernels: "avx2"
    std::string blas;        ///< OpenBLAS' configuration
    std::string blasKernels; ///< the kernel set it chose: "Zen"
    std::string hdf5;
    int threads = 1;
    std::uint64_t seed = 1;
    std::string trainSha256, testSha256; ///< of the data set
};

/// The environment of this process; threads, seed and checksums are the caller's.
Environment currentEnvironment();

enum class RunStatus { Unfinished, Finished, Diverged };

/// The content of a run file.
struct RunRecord
{
    std::string experimentJson;
    Environment environment;
    RunStatus status = RunStatus::Unfinished;
    std::string message; ///< why a run diverged
    std::vector<std::shared_ptr<const EpochSnapshot>> history;
    std::vector<float> batchLosses;                ///< of every mini-batch since step 0
    std::shared_ptr<const EngineState> checkpoint; ///< the last good state; null before the first
};

} // namespace ternbench
