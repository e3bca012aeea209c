#pragma once

#include "core/packed/fault_study.h"

#include <filesystem>
#include <string>

namespace ternbench {

/// studyFaults() of core for a packed file, on the test set that its experiment names. Blocks: call it from a
/// thread of your own. `dataFolder` overrides the experiment's unless empty; `threads` 0: one per core.
FaultCurve studyPackedFaults(const std::filesystem::path& packedFile, const FaultStudySpec& spec,
                             const std::string& dataFolder = {}, int threads = 0,
                             const ShareObserver& progress = {});

} // namespace ternbench
