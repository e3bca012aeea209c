#pragma once

#include "core/storage/atomic_file.h"
#include "core/storage/hdf5.h"

#include <vector>

namespace ternbench::h5 {

/// A new HDF5 file: the library writes a temporary file, which takes its name with commit(). The library
/// never hears of a failed write: it would keep such a file open and crash when the program ends. From the
/// first failure on (disk full) the file goes on in memory, for nothing but an orderly end, and commit()
/// says what failed.
class NewFile
{
public:
    /// Throws InputError where no file can be made there.
    explicit NewFile(const std::filesystem::path& file) : m_replacement(file) {}

    /// The library's handle, once; to be closed before commit().
    Handle create();
    /// Throws InputError with the system's reason where a write failed; the old file is untouched then.
    void commit();

    // What the library asks for; none throws or fails but for want of memory.
    std::uint64_t end() const { return m_end; }
    /// Bytes beyond the end are 0.
    void read(std::uint64_t position, std::span<std::byte> target);
    void write(std::uint64_t position, std::span<const std::byte> bytes);
    void resize(std::uint64_t end);

private:
    void goOnInMemory(int error);

    FileReplacement m_replacement;
    std::uint64_t m_end = 0;
    int m_error = 0;                 ///< errno of the first write that failed
    std::vector<std::byte> m_memory; ///< since then
};

} // namespace ternbench::h5
