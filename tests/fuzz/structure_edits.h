#pragma once

#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/hdf5_image.h"

namespace ternbench::fuzz {

/// What there is to edit in a file.
struct FileObjects
{
    std::vector<std::string> groups, datasets;

    std::string any(ByteSource& source) const
    {
        const std::size_t at = source.below(groups.size() + datasets.size());
        return at < groups.size() ? groups[at] : datasets[at - groups.size()];
    }
};

/// One edit through the HDF5 API; what cannot be done is left undone.
void editStructure(const h5::Handle& file, const FileObjects& objects, ByteSource& source);

} // namespace ternbench::fuzz
