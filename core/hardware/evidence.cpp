#include "core/hardware/evidence.h"

#include "core/hardware/cycles.h"
#include "core/integer/network_digest.h"

namespace ternbench {

RtlIdentity identityOf(const IntegerNetwork& network, const DesignPoint& design)
{
    RtlIdentity identity;
    identity.networkSha256 = networkSha256(network);
    identity.lanes = design.lanes;
    identity.parallelRows = design.parallelRows;
    identity.offChipBitsPerCycle = design.offChipBitsPerCycle;
    identity.table = design.table;
    for (const LayerCycles& part : cyclesOf(network, design))
        identity.parts.push_back(part.name);
    return identity;
}

} // namespace ternbench
