#pragma once

#include <filesystem>
#include <string>

namespace ternbench {

/// Found before hours of training, not after: throws InputError, beginning with the name of the option or
/// argument, unless `file` can be written and, without `force`, does not exist yet.
void requireWritable(const std::string& option, const std::filesystem::path& file, bool force);

/// Throws InputError when both are the same file: writing the one would destroy the other.
void requireDistinct(const std::string& option, const std::filesystem::path& file,
                     const std::string& otherOption, const std::filesystem::path& other);

/// "a.run.h5" gives "a.packed.h5".
std::filesystem::path packedSibling(const std::filesystem::path& runFile);

} // namespace ternbench
