#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace ternbench {

/// Allocates at cache-line boundaries, so that vector loads never straddle two lines.
template <class T>
struct CacheLineAllocator
{
    using value_type = T;
    static constexpr std::align_val_t alignment{64};

    CacheLineAllocator() = default;
    template <class U>
    CacheLineAllocator(const CacheLineAllocator<U>&)
    {}

    T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), alignment)); }
    void deallocate(T* pointer, std::size_t) { ::operator delete(pointer, alignment); }
    bool operator==(const CacheLineAllocator&) const = default;
};

using FloatBuffer = std::vector<float, CacheLineAllocator<float>>;

} // namespace ternbench
