#pragma once

#include "core/code/code.h"

#include <string>

namespace ternbench {

/// The value of an option --code: "8,2" or "8,2,trimmed". Throws InputError that says what is allowed.
Code codeFrom(const std::string& text);

} // namespace ternbench
