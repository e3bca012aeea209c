#include "core/packed/index_faults.h"

#include "core/packed/group_indexes.h"

#include <algorithm>
#include <map>

namespace ternbench {

IndexBits::IndexBits(const IntegerNetwork& network) : m_network(network)
{
    for (const IntegerLayer& source : network.layers) {
        Layer layer{Codebook(source.code), source.grouping(), {}, ternbench::groupsPerRow(source), m_count};
        for (std::size_t row = 0; row < std::size_t(source.rows); ++row) {
            const auto indexes = rowIndexes(source, layer.codebook, row);
            layer.indexes.insert(layer.indexes.end(), indexes.begin(), indexes.end());
        }
        m_count += layer.bits();
        m_layers.push_back(std::move(layer));
    }
}

void IndexBits::decode(const Layer& layer, std::size_t group, std::uint32_t index, IntegerLayer& target)
{
    const auto n = std::size_t(target.code.groupSize);
    std::vector<std::int8_t> pattern(n, 0);
    if (index < layer.codebook.size())
        layer.codebook.unrank(index, pattern);
    const std::size_t row = group / layer.groupsPerRow;
    writeGroup(pattern, layer.grouping, int(group % layer.groupsPerRow),
               std::span(target.weights).subspan(row * std::size_t(target.fanIn)));
}

IntegerNetwork IndexBits::flip(const std::set<std::uint64_t>& flipped, FaultDamage& damage) const
{
    IntegerNetwork faulty = m_network;
    damage = {};
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        const Layer& layer = m_layers[l];
        const auto bits = std::uint64_t(layer.codebook.bits());
        std::map<std::size_t, std::uint32_t> hit; // group: index
        const auto end = flipped.lower_bound(layer.firstBit + layer.bits());
        for (auto bit = flipped.lower_bound(layer.firstBit); bit != end; ++bit) {
            const std::uint64_t at = *bit - layer.firstBit;
            const auto group = std::size_t(at / bits);
            hit.try_emplace(group, layer.indexes[group]).first->second ^= 1u << (at % bits);
        }
        for (const auto& [group, index] : hit) {
            damage.illegalGroups += index >= layer.codebook.size() ? 1 : 0;
            decode(layer, group, index, faulty.layers[l]);
        }
        damage.hitGroups += hit.size();
    }
    return faulty;
}

std::uint64_t IndexBits::countDetectable() const
{
    std::uint64_t count = 0;
    for (const Layer& layer : m_layers)
        for (const std::uint32_t index : layer.indexes)
            for (int bit = 0; bit < layer.codebook.bits(); ++bit)
                count += (index ^ (1u << bit)) >= layer.codebook.size() ? 1 : 0;
    return count;
}

} // namespace ternbench
