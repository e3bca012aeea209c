#pragma once

#include "core/packed/golden.h"
#include "core/packed/packed_file.h"
#include "core/packed/verification.h"
#include "datasets/dataset.h"

#include <filesystem>
#include <string>

/// From a run file to a verified packed file. Both functions block: call them from a thread of your own. The
/// observer is called on that thread with the share done; returning false cancels (RunError "cancelled").
namespace ternbench {

struct ExportResult
{
    Ledger ledger;
    VerificationReport verification; ///< of the written file, opened anew; `different` counted side by side
    double testError = 0.0;          ///< of the coded float network at the end of its last epoch
    std::uint64_t fileBytes = 0;     ///< whole file, HDF5 structure included
};

/// Folds the run's checkpoint, writes `packedFile` (atomic), opens it again, and compares every output over
/// the test set with the folded network in memory. `dataFolder` overrides the experiment's. `threads` 0: one
/// per core. Where the file read back differs, `verification` says so. Throws InputError for bad input.
ExportResult exportPacked(const std::filesystem::path& runFile, const std::filesystem::path& packedFile,
                          const std::string& dataFolder = {}, int threads = 0,
                          const ShareObserver& progress = {});

/// The data set that the experiment in a packed file names. `dataFolder` overrides its folder unless empty.
Dataset packedDataset(const std::filesystem::path& packedFile, const std::string& dataFolder = {});

/// verifyPacked() of core on the test set that the file's experiment names.
VerificationReport verifyPackedFile(const std::filesystem::path& packedFile,
                                    const std::string& dataFolder = {}, int threads = 0,
                                    const ShareObserver& progress = {},
                                    IntegerModel model = IntegerModel::Packed);

} // namespace ternbench
