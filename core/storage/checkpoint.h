#pragma once

#include "core/network/layer_state.h"
#include "core/storage/hdf5.h"

/// The /checkpoint group of a run file. For run_file.cpp alone.
namespace ternbench::checkpoint {

void write(const h5::Group& group, const EngineState& state);
EngineState read(const h5::Group& group);

} // namespace ternbench::checkpoint
