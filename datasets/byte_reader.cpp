#include "datasets/byte_reader.h"

#include "core/error.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace ternbench {
namespace {

// Deflate cannot compress by more than 1032:1 (RFC 1951: 258 bytes from 2 bits).
constexpr std::uint64_t maxDeflateRatio = 1032;

} // namespace

void ByteReader::Close::operator()(gzFile_s* file) const
{
    gzclose(file);
}

ByteReader::ByteReader(const std::filesystem::path& path) : m_name(path.string())
{
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        fail("no such file");
    if (!std::filesystem::is_regular_file(status))
        fail("is not a file");
    m_fileSize = std::filesystem::file_size(path, error);
    if (error)
        fail("cannot be read: " + error.message());
    m_file.reset(gzopen(path.c_str(), "rb"));
    if (!m_file)
        fail(std::string("cannot be opened: ") + std::generic_category().message(errno));
    // Before gzdirect(), which allocates the buffer; no larger than the file can use.
    gzbuffer(m_file.get(), static_cast<unsigned>(std::clamp<std::uint64_t>(m_fileSize, 1U << 12, 1U << 17)));
    m_compressed = gzdirect(m_file.get()) == 0;
    if (path.extension() == ".gz" && !m_compressed)
        fail(m_fileSize == 0 ? "is empty" : "is not gzip data although its name ends in .gz");
}

std::size_t ByteReader::read(std::uint8_t* target, std::size_t size)
{
    constexpr std::size_t mostAtOnce = std::size_t{1} << 30; // gzread counts in int
    std::size_t done = 0;
    while (done < size) {
        const auto wanted = static_cast<unsigned>(std::min(size - done, mostAtOnce));
        const int got = gzread(m_file.get(), target + done, wanted);
        int code = Z_OK;
        const char* message = gzerror(m_file.get(), &code);
        if (code == Z_BUF_ERROR)
            fail("the gzip data ends too early: the file is truncated");
        if (got < 0 || code < 0)
            fail(code == Z_ERRNO ? std::string("cannot be read: ") + std::generic_category().message(errno)
                                 : std::string("the gzip data is damaged: ") + message);
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

bool ByteReader::atEnd()
{
    std::uint8_t next = 0;
    return read(&next, 1) == 0;
}

std::uint64_t ByteReader::mostBytes() const
{
    return m_compressed ? m_fileSize * maxDeflateRatio : m_fileSize;
}

void ByteReader::fail(const std::string& what) const
{
    throw InputError(m_name + ": " + what);
}

} // namespace ternbench
