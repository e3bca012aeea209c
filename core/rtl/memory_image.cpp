#include "core/rtl/memory_image.h"

#include <bit>

namespace ternbench {

MemoryImage::MemoryImage(int wordBits)
    : m_wordBits(wordBits), m_chunksPerWord((std::size_t(wordBits) + 31) / 32)
{}

void MemoryImage::addWord()
{
    ++m_words;
    m_chunks.resize(std::size_t(m_words) * m_chunksPerWord, 0);
}

void MemoryImage::put(int at, int bits, std::int64_t value)
{
    std::uint32_t* word = m_chunks.data() + (std::size_t(m_words) - 1) * m_chunksPerWord;
    for (int i = 0; i < bits; ++i) {
        const auto bit = std::uint32_t(std::uint64_t(value) >> i & 1u);
        const auto position = unsigned(at + i);
        word[position / 32] |= bit << (position % 32);
    }
}

void MemoryImage::addValue(std::int64_t value)
{
    addWord();
    put(0, m_wordBits, value);
}

std::string MemoryImage::text() const
{
    const std::size_t digits = (std::size_t(m_wordBits) + 3) / 4;
    std::string text;
    text.reserve(std::size_t(m_words) * (digits + 1));
    for (std::size_t word = 0; word < std::size_t(m_words); ++word) {
        const std::uint32_t* chunks = m_chunks.data() + word * m_chunksPerWord;
        for (std::size_t digit = digits; digit-- > 0;)
            text += "0123456789abcdef"[chunks[digit / 8] >> (digit % 8 * 4) & 0xFu];
        text += '\n';
    }
    return text;
}

std::uint32_t MemoryImage::checksum() const
{
    std::uint32_t sum = 0;
    for (const std::uint32_t chunk : m_chunks)
        sum = std::rotl(sum, 1) ^ chunk;
    return sum;
}

} // namespace ternbench
