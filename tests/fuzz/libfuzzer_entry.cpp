#include "tests/fuzz/fuzz.h"

#include <cstdio>
#include <cstdlib>

// What libFuzzer calls; standalone_main.cpp calls the same where there is no libFuzzer.

namespace {

const ternbench::fuzz::Target* chosen = nullptr;

} // namespace

/// Chooses the target of the environment variable TERNBENCH_FUZZ_TARGET.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/)
{
    const char* name = std::getenv("TERNBENCH_FUZZ_TARGET");
    chosen = ternbench::fuzz::findTarget(name ? name : "");
    if (chosen)
        return 0;
    std::fputs("TERNBENCH_FUZZ_TARGET must be one of:", stderr);
    for (const auto& target : ternbench::fuzz::targets())
        std::fprintf(stderr, " %s", std::string(target.name).c_str());
    std::fputs("\n", stderr);
    std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    chosen->run({data, size});
    return 0;
}
