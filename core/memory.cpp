#include "core/memory.h"

#include <malloc.h>

namespace ternbench {

void returnLargeBuffers()
{
    constexpr int mebibyte = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, mebibyte);
}

} // namespace ternbench
