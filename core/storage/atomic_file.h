#pragma once

#include <filesystem>
#include <string_view>

namespace ternbench {

/// Writes `content` to `file` so that at every moment the file is either as it was or complete: a temporary
/// sibling, flush, fsync, rename, fsync of the folder. Symbolic links are followed, the permissions of an
/// existing file are kept. Throws InputError that names the file and the system's reason; the temporary
/// file is gone then and `file` untouched.
void writeFileAtomically(const std::filesystem::path& file, std::string_view content);

/// The second half of the above, for writers that need a path of their own: makes `temporary`, a complete
/// file beside `file`, durable and gives it the name `file`. On an error removes `temporary`.
void replaceFile(const std::filesystem::path& temporary, const std::filesystem::path& file);

/// A sibling of `file` that no other writer uses.
std::filesystem::path temporarySibling(const std::filesystem::path& file);

} // namespace ternbench
