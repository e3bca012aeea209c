#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Fuzz targets: one for each reader of bytes from outside. See README.md in this folder.
namespace ternbench::fuzz {

using Bytes = std::span<const std::uint8_t>;

struct Target
{
    std::string_view name;
    /// Reads the bytes. InputError and RunError are answers; whatever else escapes is a defect.
    void (*run)(Bytes input);
    /// Inputs to start from, made by the program itself.
    std::vector<std::string> (*seeds)();
};

/// All targets, in the order of the README.
std::span<const Target> targets();

/// Null where there is none of that name.
const Target* findTarget(std::string_view name);

inline Bytes bytesOf(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string textOf(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}

} // namespace ternbench::fuzz
