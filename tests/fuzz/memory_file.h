#pragma once

#include "tests/fuzz/fuzz.h"

#include <filesystem>

namespace ternbench::fuzz {

/// A file in memory with a path, so that readers are called as the programs call them, without a disk.
/// A process that crashes leaves it behind (/dev/shm/ternbench-fuzz-*).
class MemoryFile
{
public:
    MemoryFile();
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    /// Replaces the content.
    void write(Bytes content);
    const std::filesystem::path& path() const { return m_path; }

private:
    int m_descriptor;
    std::filesystem::path m_path;
};

/// A folder in memory, removed with all that is in it.
class MemoryFolder
{
public:
    MemoryFolder();
    ~MemoryFolder();
    MemoryFolder(const MemoryFolder&) = delete;
    MemoryFolder& operator=(const MemoryFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// Content of a file that `write` makes at the path it is given.
std::string contentOf(void (*write)(const std::filesystem::path& path));

} // namespace ternbench::fuzz
