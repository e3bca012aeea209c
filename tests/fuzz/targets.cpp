#include "tests/fuzz/target_list.h"

#include <algorithm>
#include <array>

namespace ternbench::fuzz {

std::span<const Target> targets()
{
    static constexpr std::array<Target, 12> all{{
        {"document", runDocument, documentSeeds},
        {"overrides", runOverrides, overrideSeeds},
        {"evidence", runEvidence, evidenceSeeds},
        {"cell_count", runCellCount, cellCountSeeds},
        {"idx", runIdx, idxSeeds},
        {"cifar10", runCifar10, cifar10Seeds},
        {"hdf5_set", runHdf5Set, hdf5SetSeeds},
        {"hdf5_set_bytes", runHdf5SetBytes, hdf5SetBytesSeeds},
        {"packed", runPacked, packedSeeds},
        {"packed_bytes", runPackedBytes, packedBytesSeeds},
        {"run", runRun, runSeeds},
        {"run_bytes", runRunBytes, runBytesSeeds},
    }};
    return all;
}

const Target* findTarget(std::string_view name)
{
    const auto found = std::ranges::find(targets(), name, &Target::name);
    return found == targets().end() ? nullptr : &*found;
}

} // namespace ternbench::fuzz
