#pragma once

#include "core/integer/integer_model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ternbench {

/// Outcome for one layer (or for "input", "ledger", ... which have no outputs to compare).
struct LayerVerification
{
    std::string name;
    std::uint64_t compared = 0;  ///< output values compared over the test set
    std::uint64_t different = 0; ///< of these, different from the golden ones where known (on export); else 0
    std::string goldenSha256;    ///< as stored in the file; empty for a part without outputs
    std::string computedSha256;  ///< of the outputs computed from the file alone
    std::vector<std::string> problems; ///< in words: "codes: SHA-256 differs ...", "outputs differ ..."

    bool passed() const { return problems.empty() && different == 0 && goldenSha256 == computedSha256; }
};

struct VerificationReport
{
    std::vector<LayerVerification> parts; ///< input, each layer, ledger, verification: in the file's order
    IntegerModel model = IntegerModel::Packed; ///< what computed the outputs
    std::uint64_t images = 0;
    std::uint64_t classErrors = 0;       ///< computed from the file alone
    std::uint64_t goldenClassErrors = 0; ///< as stored in the file
    std::vector<std::string> problems;   ///< of the file as a whole

    bool passed() const;
    double hardwareError() const { return images ? double(classErrors) / double(images) : 0.0; }
    /// The first part that failed; empty when all passed.
    std::string firstFailure() const;
};

} // namespace ternbench
