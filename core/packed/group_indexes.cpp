#include "core/packed/group_indexes.h"

#include "core/error.h"

#include <algorithm>

namespace ternbench {

std::size_t groupsPerRow(const IntegerLayer& layer)
{
    return std::size_t(layer.grouping().groupsPerRow(layer.code.groupSize));
}

void readGroup(std::span<const std::int8_t> row, const Grouping& grouping, int g,
               std::span<std::int8_t> pattern)
{
    std::ranges::fill(pattern, std::int8_t{0});
    const Grouping::Span span = grouping.group(g, int(pattern.size()));
    for (int i = 0; i < span.size; ++i)
        pattern[std::size_t(i)] = row[std::size_t(grouping.at(span.first + i))];
}

int writeGroup(std::span<const std::int8_t> pattern, const Grouping& grouping, int g,
               std::span<std::int8_t> row)
{
    const Grouping::Span span = grouping.group(g, int(pattern.size()));
    for (int i = 0; i < span.size; ++i)
        row[std::size_t(grouping.at(span.first + i))] = pattern[std::size_t(i)];
    return span.size;
}

std::vector<std::uint32_t> rowIndexes(const IntegerLayer& layer, const Codebook& codebook, std::size_t row)
{
    const int n = layer.code.groupSize;
    std::vector<std::uint32_t> indexes;
    indexes.reserve(groupsPerRow(layer));
    std::vector<std::int8_t> pattern(static_cast<std::size_t>(n));
    const Grouping grouping = layer.grouping();
    const auto weights = std::span(layer.weights).subspan(row * std::size_t(layer.fanIn));
    for (int g = 0; g < grouping.groupsPerRow(n); ++g) {
        readGroup(weights, grouping, g, pattern);
        const auto index = codebook.rank(pattern);
        if (!index)
            throw InputError("layer '" + layer.name + "': row " + std::to_string(row) + " has the pattern " +
                             patternText(pattern) + ", which is not in the table of " + toString(layer.code));
        indexes.push_back(*index);
    }
    return indexes;
}

} // namespace ternbench
