#pragma once

#include "tests/fuzz/fuzz.h"

/// What targets.cpp lists. For the sources of this folder alone.
namespace ternbench::fuzz {

void runDocument(Bytes input); ///< experimentFromJson(), readExperiment()
std::vector<std::string> documentSeeds();
void runOverrides(Bytes input); ///< withOverrides(): overrides separated by null bytes
std::vector<std::string> overrideSeeds();
void runEvidence(Bytes input); ///< evidenceFromJson(), and a report with it
std::vector<std::string> evidenceSeeds();
void runCellCount(Bytes input); ///< parseCellCount()
std::vector<std::string> cellCountSeeds();

void runIdx(Bytes input); ///< all readers of IDX files, plain and gzip
std::vector<std::string> idxSeeds();
void runCifar10(Bytes input); ///< all readers of CIFAR-10, one of whose files is the input
std::vector<std::string> cifar10Seeds();
void runHdf5Set(Bytes input); ///< all readers of HDF5 sets over an edit program (edit_program.h)
std::vector<std::string> hdf5SetSeeds();
void runHdf5SetBytes(Bytes input); ///< the same over the bytes of a file
std::vector<std::string> hdf5SetBytesSeeds();

void runPacked(Bytes input); ///< readPacked(), verifyPacked() over an edit program
std::vector<std::string> packedSeeds();
void runPackedBytes(Bytes input); ///< the same over the bytes of a file
std::vector<std::string> packedBytesSeeds();
void runRun(Bytes input); ///< readRunFile() over an edit program
std::vector<std::string> runSeeds();
void runRunBytes(Bytes input); ///< the same over the bytes of a file
std::vector<std::string> runBytesSeeds();

} // namespace ternbench::fuzz
