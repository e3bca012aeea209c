#include "datasets/naming.h"

#include <algorithm>

namespace ternbench {

std::vector<std::string> numberedClasses(const LabelledImages& train, const LabelledImages& test)
{
    const int classes =
        1 + std::max(*std::ranges::max_element(train.labels), *std::ranges::max_element(test.labels));
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(classes));
    for (int i = 0; i < classes; ++i)
        names.push_back(std::to_string(i));
    return names;
}

std::string lastName(const std::filesystem::path& path)
{
    // "sets/mnist/" has an empty last component.
    return (path.has_filename() ? path : path.parent_path()).filename().string();
}

} // namespace ternbench
