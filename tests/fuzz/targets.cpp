#include "tests/fuzz/target_list.h"

#include <algorithm>
#include <array>

namespace ternbench::fuzz {

std::span<const Target> targets()
{
    static constexpr std::array<Target, 9> all{{
        {"document", runDocument, documentSeeds},
        {"overrides", runOverrides, overrideSeeds},
        {"evidence", runEvidence, evidenceSeeds},
        {"cell_count", runCellCount, cellCountSeeds},
        {"idx", runIdx, idxSeeds},
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
