#pragma once

#include "widgets/plots/epoch_history.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// What the groups plot draws, computed from snapshots.
namespace ternbench {

/// Percent of groups with 0, 1, ... non-zeros; empty without groups.
std::vector<double> groupShares(const LayerSnapshot& layer);

/// "62.3 % of 32,768 groups at the limit K = 2", or where room is short "62.3 % at the limit"; nothing in a
/// float stage or without groups.
QString limitText(const LayerSnapshot& layer);
QString shortLimitText(const LayerSnapshot& layer);

/// "95.0 % of the groups frozen" (their pattern is that of the epoch before), and in a growing stage "45.0 %
/// held to the stage's code"; what is not known (first coded epoch, float) is left out.
QString frozenText(const LayerSnapshot& layer);

/// A stretch of the pattern table as one bar: the most used of the patterns firstIndex..lastIndex.
struct UsageColumn
{
    std::uint32_t firstIndex = 0, lastIndex = 0;
    std::uint32_t mostUsedIndex = 0;
    std::uint32_t count = 0; ///< groups with the most used pattern

    bool operator==(const UsageColumn&) const = default;
};

/// Patterns first..last-1 (clamped to the table) in at most `columns` bars of equal width.
std::vector<UsageColumn> usageColumns(std::span<const std::uint32_t> usage, std::int64_t first,
                                      std::int64_t last, int columns);

/// The column that holds a pattern index, or nothing.
std::optional<std::size_t> columnAt(std::span<const UsageColumn> columns, double index);

/// "index 17  +0-00000\n1,234 groups (3.8 %)": the most used pattern of a column.
QString usageText(const UsageColumn& column, const LayerSnapshot& layer);

} // namespace ternbench
