#pragma once

#include "core/error.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Pieces of a file for hdf5_screen.cpp and hdf5_messages.cpp; not for use elsewhere.
namespace ternbench::h5 {

inline constexpr std::uint64_t undefinedAddress = ~std::uint64_t{0};

/// Bytes of a file and where they lie there; reading beyond their end throws.
class Block
{
public:
    Block() = default;
    Block(std::uint64_t address, std::vector<std::uint8_t> bytes)
        : m_address(address), m_bytes(std::move(bytes))
    {}

    std::uint64_t size() const { return m_bytes.size(); }
    std::uint64_t u8(std::uint64_t at) const { return number(at, 1); }
    std::uint64_t u16(std::uint64_t at) const { return number(at, 2); }
    std::uint64_t u32(std::uint64_t at) const { return number(at, 4); }
    std::uint64_t u64(std::uint64_t at) const { return number(at, 8); }

    Block part(std::uint64_t at, std::uint64_t size) const
    {
        require(at <= m_bytes.size() && size <= m_bytes.size() - at, "ends too early");
        const auto first = m_bytes.begin() + std::ptrdiff_t(at);
        return {m_address + at, {first, first + std::ptrdiff_t(size)}};
    }
    Block from(std::uint64_t at) const { return part(at, at <= size() ? size() - at : 0); }

    void requireText(std::uint64_t at, std::string_view text) const
    {
        for (std::size_t i = 0; i < text.size(); ++i)
            require(u8(at + i) == std::uint8_t(text[i]), "does not begin as it must");
    }
    /// A text that ends within the block.
    void requireTerminated(std::uint64_t at) const
    {
        require(at < size() && std::memchr(m_bytes.data() + at, 0, std::size_t(size() - at)) != nullptr,
                "holds a name without an end");
    }
    /// The beginning of a text that ends within the block, fit for a message.
    std::string shownText(std::uint64_t at) const
    {
        constexpr std::size_t most = 60;
        requireTerminated(at);
        std::string text(reinterpret_cast<const char*>(m_bytes.data()) + at,
                         strnlen(reinterpret_cast<const char*>(m_bytes.data()) + at, most));
        for (char& c : text)
            if (c < 0x20 || c > 0x7E)
                c = '?';
        return text;
    }
    /// A text that fills the block to its end, which the library trusts in names of attributes.
    void requireWholeText() const
    {
        require(size() > 0 && std::memchr(m_bytes.data(), 0, m_bytes.size()) == &m_bytes.back(),
                "holds a name of another length");
    }
    void require(bool condition, const char* otherwise) const
    {
        if (!condition)
            throw InputError("what lies at byte " + std::to_string(m_address) + " " + otherwise);
    }

private:
    std::uint64_t number(std::uint64_t at, std::uint64_t bytes) const
    {
        require(at <= m_bytes.size() && bytes <= m_bytes.size() - at, "ends too early");
        std::uint64_t value = 0;
        for (std::uint64_t i = bytes; i > 0; --i)
            value = value << 8 | m_bytes[std::size_t(at + i - 1)];
        return value;
    }

    std::uint64_t m_address = 0;
    std::vector<std::uint8_t> m_bytes;
};

/// The file, of which each byte belongs to one structure at most.
class BlockFile
{
public:
    explicit BlockFile(const std::filesystem::path& path) : m_size(std::filesystem::file_size(path))
    {
        m_stream.rdbuf()->pubsetbuf(nullptr, 0); // a block is read once: nothing is gained from reading ahead
        m_stream.open(path, std::ios::binary);
    }

    std::uint64_t size() const { return m_size; }

    /// Takes bytes for one structure. Throws where they are not in the file, or taken.
    void claim(std::uint64_t address, std::uint64_t size)
    {
        const Block here(address, {});
        here.require(address < m_size && size <= m_size - address && size > 0, "is not in the file");
        const auto next = m_claimed.lower_bound(address);
        here.require(next == m_claimed.end() || next->first >= address + size, "lies in something else");
        here.require(next == m_claimed.begin() || std::prev(next)->second <= address,
                     "lies in something else");
        m_claimed.emplace(address, address + size);
    }

    /// The bytes of one structure, taken.
    Block take(std::uint64_t address, std::uint64_t size)
    {
        claim(address, size);
        return peek(address, size);
    }

    /// Bytes that are to be looked at before it is known how many belong together.
    Block peek(std::uint64_t address, std::uint64_t size)
    {
        Block(address, {}).require(address < m_size && size <= m_size - address, "is not in the file");
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
        m_stream.seekg(std::streamoff(address));
        m_stream.read(reinterpret_cast<char*>(bytes.data()), std::streamsize(size));
        Block(address, {}).require(bool(m_stream), "cannot be read");
        return {address, std::move(bytes)};
    }

private:
    std::ifstream m_stream;
    std::uint64_t m_size;
    std::map<std::uint64_t, std::uint64_t> m_claimed; ///< begin to end
};

} // namespace ternbench::h5
