#pragma once

#include "core/training/snapshot.h"

namespace ternbench {

/// What is kept of an epoch once another follows: a mask takes a byte a weight, and only that of the last
/// epoch is shown and saved.
std::shared_ptr<const EpochSnapshot> withoutMasks(const EpochSnapshot& epoch);

} // namespace ternbench
