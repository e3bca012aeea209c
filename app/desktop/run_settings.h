#pragma once

#include "experiments/training_run.h"

namespace ternbench {

/// How runs are made, which is no part of an experiment: results do not depend on it. Kept from one session
/// to the next.
struct RunSettings
{
    int threads = RunOptions().threads; ///< 0: one a core
    int checkpointEpochs =
        RunOptions().checkpointEpochs; ///< between saves of the run file; 0: only at the end

    bool operator==(const RunSettings&) const = default;
};

inline constexpr int mostRunThreads = 1024, mostCheckpointEpochs = 10'000;

/// What cannot be (of another version, changed by hand) is read as the default.
RunSettings storedRunSettings();
void storeRunSettings(const RunSettings& settings);

} // namespace ternbench
