#pragma once

#include "tests/fuzz/memory_file.h"

#include <initializer_list>

/// What the targets of HDF5 readers share.
namespace ternbench::fuzz {

/// The one file that they read, with this content.
MemoryFile& fileWith(Bytes content);

/// Whatever was read or refused, nothing stays open: an editor that tries file after file must not run out.
void checkNothingOpen();

/// Edit programs (edit_program.h) to start from, each behind each of the bytes that choose a file.
std::vector<std::string> programsFor(std::initializer_list<char> choices);

inline Bytes withoutFirst(Bytes input)
{
    return input.empty() ? input : input.subspan(1);
}

} // namespace ternbench::fuzz
