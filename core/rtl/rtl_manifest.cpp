#include "core/rtl/rtl_manifest.h"

#include "core/data/sha256.h"
#include "core/error.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <sstream>

namespace ternbench {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t digestDigits = 64;

bool isDigest(std::string_view text)
{
    return text.size() == digestDigits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string fileContent(const fs::path& file)
{
    if (!fs::is_directory(file.parent_path()))
        throw InputError(file.parent_path().string() + ": there is no such folder");
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    if (!stream)
        throw InputError(file.string() + ": is missing or cannot be read: export the RTL again");
    return content.str();
}

std::vector<std::string> linesOf(const fs::path& file)
{
    std::istringstream content(fileContent(file));
    std::vector<std::string> lines;
    for (std::string line; std::getline(content, line);)
        lines.push_back(line);
    return lines;
}

std::optional<int> positive(const std::string& text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size() && value > 0;
    return whole ? std::optional(value) : std::nullopt;
}

bool takeNumber(int& target, const std::string& value)
{
    const std::optional<int> number = positive(value);
    target = number.value_or(0);
    return number.has_value();
}

/// Whether the line was one of an identity's.
bool takeLine(RtlIdentity& identity, const std::string& key, const std::string& value)
{
    if (key == "network_sha256") {
        identity.networkSha256 = value;
        return isDigest(value);
    }
    if (key == "lanes")
        return takeNumber(identity.lanes, value);
    if (key == "rows")
        return takeNumber(identity.parallelRows, value);
    if (key == "off_chip_bits_per_cycle")
        return takeNumber(identity.offChipBitsPerCycle, value);
    if (key == "table") {
        const auto table = tableFromName(value);
        identity.table = table.value_or(DesignPoint::Table::Rom);
        return table.has_value();
    }
    if (key != "part" || value.empty())
        return false;
    identity.parts.push_back(value);
    return true;
}

std::map<std::string, std::string> readSums(const fs::path& folder)
{
    const fs::path file = folder / sumsFile;
    std::map<std::string, std::string> digests;
    for (const std::string& line : linesOf(file)) {
        const std::string path = line.size() > digestDigits + 2 ? line.substr(digestDigits + 2) : "";
        if (path.empty() || !isDigest(line.substr(0, digestDigits)))
            throw InputError(file.string() + ": is no list of SHA-256 digests: export the RTL again");
        digests[path] = line.substr(0, digestDigits);
    }
    return digests;
}

std::string digestOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    Sha256 digest;
    std::vector<char> piece(std::size_t{1} << 20);
    while (stream) {
        stream.read(piece.data(), std::streamsize(piece.size()));
        digest.update(std::as_bytes(std::span(piece).first(std::size_t(stream.gcount()))));
    }
    return stream.eof() ? digest.hex() : std::string();
}

/// What the Makefile takes without naming it, by path within the folder.
std::vector<std::string> foundSources(const fs::path& folder)
{
    std::vector<std::string> paths;
    std::error_code ignored; // what cannot be listed is found missing
    for (const char* part : {"sv", "synth"})
        for (const auto& entry : fs::directory_iterator(folder / part, ignored))
            if (entry.path().extension() == ".sv")
                paths.push_back(entry.path().lexically_relative(folder).string());
    return paths;
}

} // namespace

std::string identityText(const RtlIdentity& identity)
{
    std::string text = "network_sha256 " + identity.networkSha256 + "\nlanes " +
                       std::to_string(identity.lanes) + "\nrows " + std::to_string(identity.parallelRows) +
                       "\ntable " + std::string(tableName(identity.table)) + "\noff_chip_bits_per_cycle " +
                       std::to_string(identity.offChipBitsPerCycle) + "\n";
    for (const std::string& part : identity.parts)
        text += "part " + part + "\n";
    return text;
}

RtlIdentity readIdentity(const fs::path& folder)
{
    const fs::path file = folder / identityFile;
    RtlIdentity identity;
    for (const std::string& line : linesOf(file)) {
        const std::size_t space = std::min(line.find(' '), line.size());
        if (!takeLine(identity, line.substr(0, space), line.substr(std::min(space + 1, line.size()))))
            throw InputError(file.string() + ": '" + line.substr(0, 80) +
                             "' is no line of an export: export the RTL again");
    }
    const bool whole = !identity.networkSha256.empty() && identity.lanes > 0 && identity.parallelRows > 0 &&
                       identity.offChipBitsPerCycle > 0 && identity.parts.size() >= 3;
    if (!whole)
        throw InputError(file.string() + ": is not whole: export the RTL again");
    return identity;
}

std::string sumsText(const std::map<std::string, std::string>& digests)
{
    std::string text;
    for (const auto& [path, digest] : digests)
        text += digest + "  " + path + "\n";
    return text;
}

std::vector<std::string> changedFiles(const fs::path& folder)
{
    const std::map<std::string, std::string> digests = readSums(folder);
    std::set<std::string> changed;
    for (const auto& [path, digest] : digests)
        if (digestOf(folder / path) != digest)
            changed.insert(path);
    for (const std::string& path : foundSources(folder))
        if (!digests.contains(path))
            changed.insert(path);
    return {changed.begin(), changed.end()};
}

} // namespace ternbench
