#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace ternbench {

/// The value at `layers[2].code.K` in `tree`. Throws InputError that names `path`, the part of it that does
/// not exist, and what there is instead.
nlohmann::json& valueAtPath(nlohmann::json& tree, std::string_view path);

} // namespace ternbench
