#include "core/packed/group_indexes.h"

#include "core/error.h"

#include <algorithm>

namespace ternbench {

std::size_t groupsPerRow(const IntegerLayer& layer)
{
    return std::size_t((layer.fanIn + layer.code.groupSize - 1) / layer.code.groupSize);
}

std::vector<std::uint32_t> rowIndexes(const IntegerLayer& layer, const Codebook& codebook, std::size_t row)
{
    const int n = layer.code.groupSize;
    std::vector<std::uint32_t> indexes;
    indexes.reserve(groupsPerRow(layer));
    std::vector<std::int8_t> pattern(static_cast<std::size_t>(n));
    for (int first = 0; first < layer.fanIn; first += n) {
        std::ranges::fill(pattern, std::int8_t{0});
        const std::size_t at = row * std::size_t(layer.fanIn) + std::size_t(first);
        std::copy_n(layer.weights.begin() + std::ptrdiff_t(at), std::min(n, layer.fanIn - first),
                    pattern.begin());
        const auto index = codebook.rank(pattern);
        if (!index)
            throw InputError("layer '" + layer.name + "': row " + std::to_string(row) + " has the pattern " +
                             patternText(pattern) + ", which is not in the table of " + toString(layer.code));
        indexes.push_back(*index);
    }
    return indexes;
}

} // namespace ternbench
