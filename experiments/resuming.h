#pragma once

#include "core/storage/run_record.h"
#include "experiments/experiment.h"

#include <filesystem>

namespace ternbench {

/// The record of a run file that `experiment` is to go on from, cut to its checkpoint: later epochs and
/// losses are left out. Throws InputError where the file cannot be read, has no checkpoint, or is of another
/// experiment or other images (by their SHA-256; their folder may be another).
RunRecord readForResuming(const std::filesystem::path& file, const Experiment& experiment,
                          const Environment& environment);

/// Whether both round differently, so that the last bits depend on which was used.
bool otherKernels(const Environment& a, const Environment& b);

} // namespace ternbench
