#pragma once

#include "core/storage/hdf5.h"

#include <string>
#include <vector>

/// Checksums by which a file tells that it was changed since it was written: @sha256 of each dataset, over
/// type, shape and bytes; @attributes_sha256 of each group, over its attributes and those of its datasets.
namespace ternbench::h5 {

/// Seals a group and everything below it; the last thing to be written.
void seal(const Group& group);

/// Whether the group claims to be sealed.
bool isSealed(const Group& group);

struct BrokenSeal
{
    std::string group; ///< its path: "/layers/00_fc1"
    std::string what;  ///< "scale: its SHA-256 is 0123..., the file says 4567..."
};

/// Whatever is not as seal() left it, in a group and everything below it.
std::vector<BrokenSeal> brokenSeals(const Group& group);

} // namespace ternbench::h5
