#pragma once

#include "core/random.h"

#include <string>
#include <vector>

namespace ternbench::fuzz {

/// One of `seeds` with a few bytes flipped, replaced, removed or repeated, truncated, or joined with another
/// seed. Deterministic in `random`.
std::string mutated(const std::vector<std::string>& seeds, Random& random);

} // namespace ternbench::fuzz
