#pragma once

#include "core/storage/hdf5.h"
#include "core/training/snapshot.h"

#include <memory>
#include <vector>

/// The epochs' part of a run file: /history and /layers. For run_file.cpp alone.
namespace ternbench::run_history {

using History = std::vector<std::shared_ptr<const EpochSnapshot>>;

void write(const h5::Group& root, const History& history);
History read(const h5::Group& root);

} // namespace ternbench::run_history
