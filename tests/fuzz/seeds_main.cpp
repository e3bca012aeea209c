#include "tests/fuzz/fuzz.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

// fuzz_seeds FOLDER: writes the seeds of every target to FOLDER/TARGET/00, 01, ...

int main(int argc, char** argv)
{
    using namespace ternbench;
    if (argc != 2) {
        std::fputs("usage: fuzz_seeds FOLDER\n", stderr);
        return 2;
    }
    for (const fuzz::Target& target : fuzz::targets()) {
        const std::filesystem::path folder = std::filesystem::path(argv[1]) / target.name;
        std::filesystem::create_directories(folder);
        const std::vector<std::string> seeds = target.seeds();
        for (std::size_t i = 0; i < seeds.size(); ++i)
            std::ofstream(folder / ((i < 10 ? "0" : "") + std::to_string(i)), std::ios::binary) << seeds[i];
    }
    return 0;
}
