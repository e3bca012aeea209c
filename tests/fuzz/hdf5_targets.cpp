#include "core/packed/packed_file.h"
#include "core/packed/verify.h"
#include "core/storage/run_file.h"
#include "tests/fuzz/edit_program.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/network_seeds.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/target_list.h"

#include <hdf5.h>

namespace ternbench::fuzz {

namespace {

using namespace std::string_literals;

/// Whatever was read or refused, nothing stays open: an editor that tries file after file must not run out.
void checkNothingOpen()
{
    if (H5Fget_obj_count(hid_t(H5F_OBJ_ALL), H5F_OBJ_FILE | H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_ATTR) !=
        0)
        throw Defect("an HDF5 object was left open");
}

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

MemoryFile& fileWith(Bytes content)
{
    static MemoryFile file;
    static const herr_t keptLists = H5set_free_list_limits(-1, -1, -1, -1, -1, -1); // twice as fast
    if (keptLists < 0)
        throw Defect("HDF5 keeps no lists of free memory");
    file.write(content);
    return file;
}

/// Edit programs: nothing, a value, a structural edit, raw bytes, truncation.
std::vector<std::string> programs()
{
    return {""s,
            "\x00\x00\x01\x02\x03\x04\x05"s,
            "\x00\x04\x00\x20\x00\xFF"s,
            "\x00\x07\x00\x20\x00"s,
            "\x07\xFC\x10\x00\x60\x11\x00\x00\x00\x00\x00\x00\x00\x00\x00\xCD"s, // a group that stores values
            "\x0D\x00\x01\x03\x01\x05\x05"s,
            "\x0D\x01\x02\x03\x04\x05\x06"s,
            "\x0E\x03\x01\x02\x03\x03\x04\x05\x01"s,
            "\x0F\x01\x02\x03\x01\x04\x01\x00\x01\x01\x05\x02\x01\x03\x07\x03\x02\x06"s};
}

/// Each program for each of the files that the first byte chooses.
std::vector<std::string> programsFor(std::initializer_list<char> choices)
{
    std::vector<std::string> seeds;
    for (const std::string& program : programs())
        for (const char choice : choices)
            seeds.push_back(choice + program);
    return seeds;
}

Bytes withoutFirst(Bytes input)
{
    return input.empty() ? input : input.subspan(1);
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
