#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutation.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

// A driver for compilers without libFuzzer: fuzz_standalone TARGET RUNS [SEED]. The input under way lies in
// fuzz_standalone.input, so that one that ends the process is left there.

int main(int argc, char** argv)
{
    using namespace ternbench;
    const fuzz::Target* target = argc >= 3 ? fuzz::findTarget(argv[1]) : nullptr;
    if (!target) {
        std::fputs("usage: fuzz_standalone TARGET RUNS [SEED]\n", stderr);
        return 2;
    }
    const long long runs = std::atoll(argv[2]);
    Random random(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1, 0);
    const std::vector<std::string> seeds = target->seeds();
    for (long long run = 0; run < runs; ++run) {
        const std::string input =
            run < std::ssize(seeds) ? seeds[std::size_t(run)] : fuzz::mutated(seeds, random);
        std::ofstream("fuzz_standalone.input", std::ios::binary) << input;
        const auto start = std::chrono::steady_clock::now();
        target->run(fuzz::bytesOf(input));
        if (std::chrono::steady_clock::now() - start > std::chrono::seconds(2)) {
            std::fprintf(stderr, "run %lld took more than 2 s\n", run);
            return 1;
        }
    }
    std::printf("%s: %lld runs\n", argv[1], runs);
    return 0;
}
