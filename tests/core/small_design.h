#pragma once

#include "core/hardware/design_point.h"

namespace ternbench::small {

/// A design point whose cycles and energies can be computed by hand.
inline DesignPoint design()
{
    DesignPoint design;
    design.lanes = 2;
    design.parallelRows = 4;
    design.clockMhz = 100.0;
    design.onChipBytes = 1 << 16;
    design.offChipBitsPerCycle = 8;
    return design;
}

} // namespace ternbench::small
