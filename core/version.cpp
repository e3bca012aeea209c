#include "core/version.h"

namespace ternbench {

std::string programVersion()
{
    return "Ternbench " TERNBENCH_VERSION;
}

} // namespace ternbench
