#include "core/packed/packed_indexes.h"

#include "core/error.h"
#include "core/packed/bit_packing.h"
#include "core/packed/group_indexes.h"

#include <algorithm>
#include <string>

namespace ternbench {

std::size_t PackedIndexes::groupsPerRow() const
{
    return std::size_t(grouping.groupsPerRow(code.groupSize));
}

std::size_t PackedIndexes::bytesPerRow() const
{
    return packedBytes(groupsPerRow(), indexBits(code));
}

void PackedIndexes::decodeRow(int row, std::span<std::int8_t> weights) const
{
    const auto n = std::size_t(code.groupSize), patterns = table.size() / n;
    const std::string name = "row " + std::to_string(row);
    std::vector<std::uint32_t> indexes(groupsPerRow());
    if (!unpackIndexes(std::span(bytes).subspan(std::size_t(row) * bytesPerRow(), bytesPerRow()),
                       indexBits(code), indexes))
        throw InputError(name + " has bits set in its padding");
    for (std::size_t g = 0; g < indexes.size(); ++g) {
        if (indexes[g] >= patterns)
            throw InputError(name + ", group " + std::to_string(g) + ": index " + std::to_string(indexes[g]) +
                             " is not in the table of " + std::to_string(patterns) + " patterns");
        // Decoded through the table of the file: it is what a stranger would use.
        const auto pattern = std::span(table).subspan(indexes[g] * n, n);
        const auto size = std::size_t(writeGroup(pattern, grouping, int(g), weights));
        if (std::ranges::any_of(pattern.subspan(size), [](std::int8_t t) { return t != 0; }))
            throw InputError(name + " has non-zeros in its tail group's padding");
    }
}

} // namespace ternbench
