#include "core/storage/permutation.h"

namespace ternbench::h5 {

std::vector<std::int32_t> readPermutation(const Group& group, const std::string& name, int size)
{
    std::vector<std::int32_t> stored = group.read<std::int32_t>(name, {std::uint64_t(size)});
    std::vector<char> seen(stored.size(), 0);
    for (const std::int32_t position : stored) {
        if (position < 0 || position >= size || seen[std::size_t(position)])
            group.fail(name, "does not hold each of 0.." + std::to_string(size - 1) + " once");
        seen[std::size_t(position)] = 1;
    }
    return stored;
}

} // namespace ternbench::h5
