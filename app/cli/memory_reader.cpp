#include "app/cli/memory_reader.h"

#include <algorithm>

namespace ternbench {

namespace {

#if defined(__x86_64__)
[[gnu::target_clones("avx512f", "avx2", "default")]]
#endif
std::uint64_t
sumOf(const std::uint64_t* words, std::size_t count)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += words[i];
    return sum;
}

} // namespace

MemoryReader::MemoryReader(std::size_t bytes, std::size_t spread)
    : m_words(std::max<std::size_t>(1, bytes / sizeof(std::uint64_t))),
      m_memory(std::max<std::size_t>(1, spread / sizeof(std::uint64_t) / m_words + 1) * m_words, 1)
{}

void MemoryReader::read(ThreadPool& pool)
{
    const auto threads = std::size_t(pool.threads());
    m_sums.resize(threads);
    const std::uint64_t* from = m_memory.data() + m_next;
    pool.run(int(threads), [&](int task, int) {
        const std::size_t first = m_words * std::size_t(task) / threads;
        const std::size_t last = m_words * (std::size_t(task) + 1) / threads;
        m_sums[std::size_t(task)] += sumOf(from + first, last - first);
    });
    m_next = m_next + 2 * m_words <= m_memory.size() ? m_next + m_words : 0;
}

} // namespace ternbench
