#pragma once

#include "datasets/dataset.h"

#include <filesystem>
#include <string>
#include <vector>

/// Names for sets whose files hold none.
namespace ternbench {

/// "0", "1", ... for every label from 0 to the largest of both parts, neither of which may be empty.
std::vector<std::string> numberedClasses(const LabelledImages& train, const LabelledImages& test);

/// The last part of a path: "mnist" of "sets/mnist" and of "sets/mnist/".
std::string lastName(const std::filesystem::path& path);

} // namespace ternbench
