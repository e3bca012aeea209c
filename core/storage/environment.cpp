#include "core/kernels/blas.h"
#include "core/kernels/kernels.h"
#include "core/storage/hdf5.h"
#include "core/storage/run_record.h"
#include "core/version.h"

#include <fstream>

namespace ternbench {

namespace {

std::string cpuModel()
{
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name"))
            return line.substr(std::min(line.size(), line.find(':') + 2));
    return "unknown";
}

} // namespace

Environment currentEnvironment()
{
    Environment environment;
    environment.generator = programVersion();
    environment.cpu = cpuModel();
    environment.simd = kernels().name;
    environment.blas = blasVersion();
    environment.blasKernels = blasKernelSet();
    environment.hdf5 = h5::libraryVersion();
    return environment;
}

} // namespace ternbench
