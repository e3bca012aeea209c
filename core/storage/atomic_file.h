#pragma once

#include <filesystem>
#include <string_view>

namespace ternbench {

/// A file under construction: a temporary sibling of `file` that takes its name with commit(), so that at
/// every moment `file` is either as it was or complete. Symbolic links are followed, the permissions of an
/// existing file are kept. Errors are InputErrors that name the file and the system's reason; `file` is
/// untouched then, and the temporary file gone with this object.
class FileReplacement
{
public:
    /// Makes the temporary file. Those of `file` that killed processes left behind are removed first.
    explicit FileReplacement(std::filesystem::path file);
    ~FileReplacement();
    FileReplacement(const FileReplacement&) = delete;
    FileReplacement& operator=(const FileReplacement&) = delete;

    const std::filesystem::path& file() const { return m_file; }
    /// Of the temporary file, for reading and writing; owned by this object.
    int descriptor() const { return m_descriptor; }
    /// fsync, rename, fsync of the folder.
    void commit();
    /// Throws the error that commit() would: for writers whose own write failed with `error` (errno).
    [[noreturn]] void fail(int error) const;

private:
    std::filesystem::path m_file, m_target, m_temporary;
    int m_descriptor = -1;
};

/// Writes `content` to `file` as FileReplacement does.
void writeFileAtomically(const std::filesystem::path& file, std::string_view content);

/// A sibling of `file` that no other writer uses.
std::filesystem::path temporarySibling(const std::filesystem::path& file);

} // namespace ternbench
