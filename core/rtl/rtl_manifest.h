#pragma once

#include "core/hardware/evidence.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// What an exported folder says of itself: `exported_from.txt`, the network and the design point, and
/// `SHA256SUMS`, the digests of all files as sha256sum -c reads them.
namespace ternbench {

inline constexpr const char* identityFile = "exported_from.txt";
inline constexpr const char* sumsFile = "SHA256SUMS";

std::string identityText(const RtlIdentity& identity);

/// Throws InputError that names file and line where the folder's identity is missing or not whole.
RtlIdentity readIdentity(const std::filesystem::path& folder);

/// Of digests by path.
std::string sumsText(const std::map<std::string, std::string>& digests);

/// Paths of files that are not what was exported: changed or gone, or modules that were added. Throws
/// InputError where the list of digests is missing or no such list.
std::vector<std::string> changedFiles(const std::filesystem::path& folder);

} // namespace ternbench
