#pragma once

#include "core/kernels/aligned.h"
#include "core/parallel/thread_pool.h"

#include <cstdint>
#include <vector>

namespace ternbench {

/// Reads memory as fast as it comes: the limit of anything that must read a matrix.
class MemoryReader
{
public:
    /// Each read() is of `bytes` bytes; they come in turn from a buffer of at least `spread` bytes.
    MemoryReader(std::size_t bytes, std::size_t spread);

    /// Cut among the pool's threads.
    void read(ThreadPool& pool);

private:
    using Words = std::vector<std::uint64_t, CacheLineAllocator<std::uint64_t>>;

    std::size_t m_words; ///< of one read()
    Words m_memory;
    std::size_t m_next = 0;
    std::vector<std::uint64_t> m_sums; ///< per thread: kept, so that reading cannot be optimized away
};

} // namespace ternbench
