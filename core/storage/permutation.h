#pragma once

#include "core/storage/hdf5.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ternbench::h5 {

/// Dataset `name`: each of 0..size-1 once. Throws InputError where it is anything else.
std::vector<std::int32_t> readPermutation(const Group& group, const std::string& name, int size);

} // namespace ternbench::h5
