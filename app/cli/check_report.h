#pragma once

#include "app/cli/commands.h"
#include "core/packed/packed_file.h"
#include "core/packed/verification.h"

#include <filesystem>

namespace ternbench {

/// Tells what a verification of `packed` found: a line per layer, the ledger, the hardware error, and the
/// first failure. Returns failed unless everything passed.
ExitStatus reportCheck(const std::filesystem::path& packed, const VerificationReport& report,
                       Console& console, nlohmann::ordered_json& result);

/// The ledger as a table with totals and compression.
std::string ledgerText(const Ledger& ledger);
nlohmann::ordered_json ledgerJson(const Ledger& ledger);

} // namespace ternbench
