#include "core/kernels/kernels.h"

namespace ternbench {
namespace portable {
namespace {
#include "core/kernels/kernels_impl.h"
} // namespace
} // namespace portable

const Kernels& portableKernels()
{
    static const Kernels table = portable::makeKernels("portable");
    return table;
}

} // namespace ternbench
