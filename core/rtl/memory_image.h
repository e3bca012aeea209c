#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ternbench {

/// The content of a memory of the RTL: words of any width, as $readmemh reads them (one word a line,
/// hexadecimal, most significant digit first).
class MemoryImage
{
public:
    explicit MemoryImage(int wordBits);

    /// Appends a word of zeros.
    void addWord();
    /// Writes the lowest `bits` <= 64 of `value` (negative ones in two's complement) to the last word, from
    /// bit `at` upwards.
    void put(int at, int bits, std::int64_t value);
    /// One field that is the whole word.
    void addValue(std::int64_t value);

    int wordBits() const { return m_wordBits; }
    int words() const { return m_words; }
    std::string text() const;
    /// What sv/rom.sv computes: for each word, for each 32 bits of it from the lowest, rotate left by one and
    /// exclusive-or. Any one changed bit changes it.
    std::uint32_t checksum() const;

private:
    int m_wordBits;
    int m_words = 0;
    std::size_t m_chunksPerWord;
    std::vector<std::uint32_t> m_chunks; ///< (words, chunksPerWord), lowest bits first
};

} // namespace ternbench
