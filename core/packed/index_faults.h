#pragma once

#include "core/code/codebook.h"
#include "core/integer/integer_network.h"

#include <cstdint>
#include <set>
#include <vector>

namespace ternbench {

/// What flipped bits did to the groups that they hit.
struct FaultDamage
{
    std::uint64_t hitGroups = 0;
    std::uint64_t illegalGroups = 0; ///< of these, with an index beyond the table
};

/// The index bits of all groups of a network, as one string: layer by layer, row by row, group by group,
/// lowest bit first, the order of the file (bit_packing.h). The bits that pad a row to a whole byte are not
/// among them, for no decoder reads them; those of a tail group are.
class IndexBits
{
public:
    /// Throws InputError where a layer's weights do not fit its code. `network` must outlive the object.
    explicit IndexBits(const IntegerNetwork& network);

    std::uint64_t count() const { return m_count; }

    /// The network that a decoder gets when the bits `flipped` (each below count()) are inverted. An index
    /// beyond the table is decoded as all zeros: the policy of a decoder that notices it.
    IntegerNetwork flip(const std::set<std::uint64_t>& flipped, FaultDamage& damage) const;

    /// Bits whose flip, alone, gives an index beyond the table: exact, over all bits.
    std::uint64_t countDetectable() const;

private:
    struct Layer
    {
        Codebook codebook;
        Grouping grouping;
        std::vector<std::uint32_t> indexes; ///< (rows, groups per row)
        std::size_t groupsPerRow = 0;
        std::uint64_t firstBit = 0; ///< of the layer in the string

        std::uint64_t bits() const { return indexes.size() * std::uint64_t(codebook.bits()); }
    };

    /// Writes the pattern of `index` (zeros beyond the table) over group `group` of the layer.
    static void decode(const Layer& layer, std::size_t group, std::uint32_t index, IntegerLayer& target);

    const IntegerNetwork& m_network;
    std::vector<Layer> m_layers;
    std::uint64_t m_count = 0;
};

} // namespace ternbench
