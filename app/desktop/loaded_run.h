#pragma once

#include "core/storage/run_record.h"
#include "core/training/snapshot.h"
#include "experiments/experiment.h"

#include <QString>

#include <memory>
#include <vector>

namespace ternbench {

/// A run file as the window shows it.
struct LoadedRun
{
    Experiment experiment;
    std::vector<std::shared_ptr<const EpochSnapshot>> epochs; ///< finished ones, in order
    std::vector<float> batchLosses; ///< of each mini-batch from the first on; empty where the file has none
    int stepsPerEpoch = 0;          ///< 0 before the end of the first epoch
    RunStatus status = RunStatus::Unfinished;
};

/// Throws InputError that names the file and what is wrong with it.
LoadedRun loadRun(const QString& path);

/// True for a packed network, whatever its name.
bool isPackedFile(const QString& path);

} // namespace ternbench
