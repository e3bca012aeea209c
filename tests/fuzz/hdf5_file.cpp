#include "tests/fuzz/hdf5_file.h"

#include "tests/fuzz/refusal.h"

#include <hdf5.h>

namespace ternbench::fuzz {

namespace {

using namespace std::string_literals;

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

} // namespace

MemoryFile& fileWith(Bytes content)
{
    static MemoryFile file;
    static const herr_t keptLists = H5set_free_list_limits(-1, -1, -1, -1, -1, -1); // twice as fast
    if (keptLists < 0)
        throw Defect("HDF5 keeps no lists of free memory");
    file.write(content);
    return file;
}

void checkNothingOpen()
{
    if (H5Fget_obj_count(hid_t(H5F_OBJ_ALL), H5F_OBJ_FILE | H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_ATTR) !=
        0)
        throw Defect("an HDF5 object was left open");
}

std::vector<std::string> programsFor(std::initializer_list<char> choices)
{
    std::vector<std::string> seeds;
    for (const std::string& program : programs())
        for (const char choice : choices)
            seeds.push_back(choice + program);
    return seeds;
}

} // namespace ternbench::fuzz
