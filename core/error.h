#pragma once

#include <stdexcept>

namespace ternbench {

/// Bad usage or bad input: the message names the field or file, the value found and what is allowed.
/// The command line ends with exit status 2.
class InputError : public std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// A run or a check that started well and failed (divergence, full disk, a difference in verification).
/// The command line ends with exit status 1.
class RunError : public std::runtime_error
{
    using std::runtime_error::runtime_error;
};

} // namespace ternbench
