#include "core/packed/packed_inference.h"

namespace ternbench {

PackedRuntime runtimeOf(const PackedNetwork& packed)
{
    return {packed.network, [&](int layer, int row, std::span<std::int8_t> weights) {
                packed.indexes[std::size_t(layer)].decodeRow(row, weights);
            }};
}

} // namespace ternbench
