#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

// zlib's file, so that its header stays out of ours.
struct gzFile_s;

namespace ternbench {

/// An open file that yields bytes, decompressed where it is gzip, whatever its name. Everything throws
/// InputError that names the file.
class ByteReader
{
public:
    /// Throws for a file that is missing, not a regular file, not readable, or named .gz without being gzip.
    explicit ByteReader(const std::filesystem::path& path);

    /// Reads up to `size` bytes; fewer only at the end of the file. Throws for damaged or truncated gzip
    /// data.
    std::size_t read(std::uint8_t* target, std::size_t size);

    /// Whether nothing follows; consumes a byte if something does.
    bool atEnd();

    bool isCompressed() const { return m_compressed; }

    /// An upper bound of all bytes this file can yield, known without reading it.
    std::uint64_t mostBytes() const;

    /// Throws InputError "file: what".
    [[noreturn]] void fail(const std::string& what) const;

private:
    struct Close
    {
        void operator()(gzFile_s* file) const;
    };
    std::string m_name;
    std::uint64_t m_fileSize = 0;
    bool m_compressed = false;
    std::unique_ptr<gzFile_s, Close> m_file;
};

} // namespace ternbench
