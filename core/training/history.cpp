#include "core/training/history.h"

namespace ternbench {

std::shared_ptr<const EpochSnapshot> withoutMasks(const EpochSnapshot& epoch)
{
    auto rest = std::make_shared<EpochSnapshot>(epoch);
    for (LayerSnapshot& layer : rest->layers) {
        layer.mask.reset();
        layer.grouping.reset();
    }
    return rest;
}

} // namespace ternbench
