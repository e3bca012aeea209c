#pragma once

#include "core/code/code.h"
#include "core/code/grouping.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ternbench {

/// The weights of a layer as a packed file holds them: the indexes' bits (bit_packing.h) and the table that
/// says which pattern each means. Rows are decoded one at a time, so that the whole matrix is never expanded.
/// Nothing for layers without weights.
struct PackedIndexes
{
    Code code;
    int rows = 0;
    Grouping grouping;               ///< of a row
    std::vector<std::uint8_t> bytes; ///< (rows, bytesPerRow())
    std::vector<std::int8_t> table;  ///< (M, N)

    std::size_t groupsPerRow() const;
    std::size_t bytesPerRow() const;

    /// Writes the weights of `row` (fan-in) in memory's order. Throws InputError that says what is wrong in
    /// the row: bits in its padding, an index beyond the table, non-zeros in the padding of a tail group.
    void decodeRow(int row, std::span<std::int8_t> weights) const;
};

} // namespace ternbench
