#include "core/packed/packed_file.h"
#include "core/packed/verify.h"
#include "core/storage/run_file.h"
#include "tests/fuzz/edit_program.h"
#include "tests/fuzz/hdf5_file.h"
#include "tests/fuzz/network_seeds.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/target_list.h"

namespace ternbench::fuzz {

namespace {

void readPackedFile(const std::filesystem::path& path)
{
    static ThreadPool pool(1);
    accepted([&] { verifyPacked(path, smallImages(), pool); });
    checkNothingOpen();
}

void readRun(const std::filesystem::path& path)
{
    accepted([&] { readRunFile(path); });
    checkNothingOpen();
}

} // namespace

void runPacked(Bytes input)
{
    static const EditProgram oneLayer(smallPackedFile(PackedSeed::OneLayer));
    static const EditProgram twoLayers(smallPackedFile(PackedSeed::TwoLayers));
    static const EditProgram withReport(smallPackedFile(PackedSeed::WithReport));
    const std::uint8_t choice = input.empty() ? 0 : input.front() % 16; // the larger, the more seldom
    const EditProgram& edits = choice == 15 ? withReport : choice >= 13 ? twoLayers : oneLayer;
    readPackedFile(fileWith(bytesOf(edits.apply(withoutFirst(input)))).path());
}

std::vector<std::string> packedSeeds()
{
    return programsFor({0, 13, 15});
}

void runPackedBytes(Bytes input)
{
    readPackedFile(fileWith(input).path());
}

std::vector<std::string> packedBytesSeeds()
{
    return {smallPackedFile(PackedSeed::OneLayer), smallPackedFile(PackedSeed::WithReport)};
}

void runRun(Bytes input)
{
    static const EditProgram checkpoint(smallRunFile(RunSeed::Checkpoint));
    static const EditProgram history(smallRunFile(RunSeed::History));
    static const EditProgram whole(smallRunFile(RunSeed::Whole));
    const std::uint8_t choice = input.empty() ? 0 : input.front() % 16;
    const EditProgram& edits = choice == 15 ? whole : choice >= 8 ? history : checkpoint;
    readRun(fileWith(bytesOf(edits.apply(withoutFirst(input)))).path());
}

std::vector<std::string> runSeeds()
{
    return programsFor({0, 8, 15});
}

void runRunBytes(Bytes input)
{
    const std::filesystem::path path = fileWith(input).path();
    readRun(path);
    formatOf(path);
}

std::vector<std::string> runBytesSeeds()
{
    return {smallRunFile(RunSeed::Whole)};
}

} // namespace ternbench::fuzz
