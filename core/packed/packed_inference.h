#pragma once

#include "core/packed/packed_file.h"
#include "core/runtime/packed_runtime.h"

namespace ternbench {

/// The packed runtime of a network that was read from a file, made from the file's indexes row by row: works
/// on PackedWeights::IndexesOnly too. Throws InputError as PackedRuntime does.
PackedRuntime runtimeOf(const PackedNetwork& packed);

} // namespace ternbench
