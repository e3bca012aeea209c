#include "app/cli/check_report.h"

#include "app/cli/text_table.h"
#include "core/error.h"
#include "core/runtime/gemv_kernels.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>

namespace ternbench {

namespace {

constexpr std::size_t shownDigits = 12; // of a SHA-256: enough to compare by eye

using Codes = std::map<std::string, std::string>;

Codes codesOf(const IntegerNetwork& network)
{
    Codes codes;
    for (const IntegerLayer& layer : network.layers)
        codes[layer.name] = layer.hasWeights() ? toString(layer.code) : "";
    return codes;
}

/// Nothing for a file whose content cannot be decoded: the report says why.
std::optional<PackedNetwork> decoded(const std::filesystem::path& packed)
{
    try {
        return readPacked(packed);
    } catch (const InputError&) {
        return std::nullopt;
    }
}

std::string modelName(IntegerModel model)
{
    return model == IntegerModel::Packed ? std::string("packed runtime (") + gemvKernels().name + ")"
                                         : "reference model";
}

std::string verificationText(const VerificationReport& report, Codes codes)
{
    TextTable table({"part", "code", ">compared", ">different", "SHA-256", "result"});
    for (const LayerVerification& part : report.parts) {
        const bool outputs = !part.computedSha256.empty();
        table.add({part.name, codes[part.name], outputs ? withThousands(part.compared) : "",
                   outputs ? withThousands(part.different) : "", part.computedSha256.substr(0, shownDigits),
                   part.passed() ? "OK" : "FAILED"});
    }
    return table.toString();
}

nlohmann::ordered_json verificationJson(const VerificationReport& report, Codes codes)
{
    nlohmann::ordered_json parts = nlohmann::ordered_json::array();
    for (const LayerVerification& part : report.parts)
        parts.push_back({{"name", part.name},
                         {"code", codes[part.name]},
                         {"compared", part.compared},
                         {"different", part.different},
                         {"golden_sha256", part.goldenSha256},
                         {"computed_sha256", part.computedSha256},
                         {"problems", part.problems},
                         {"passed", part.passed()}});
    return {{"passed", report.passed()},
            {"first_failure", report.firstFailure()},
            {"images", report.images},
            {"class_errors", report.classErrors},
            {"golden_class_errors", report.goldenClassErrors},
            {"hardware_error", report.hardwareError()},
            {"problems", report.problems},
            {"parts", parts}};
}

void tellProblems(const VerificationReport& report, Console& console)
{
    for (const LayerVerification& part : report.parts)
        for (const std::string& problem : part.problems)
            console.line(part.name + ": " + problem);
    for (const std::string& problem : report.problems)
        console.line(problem);
}

} // namespace

std::string ledgerText(const Ledger& ledger)
{
    TextTable table({"layer", "item", ">bytes", "from"});
    for (const LedgerEntry& entry : ledger.entries)
        table.add({entry.layer, entry.item, withThousands(entry.bytes), entry.note});
    table.add({"total", "", withThousands(ledger.totalBytes), ""});
    return table.toString() + "\n" + withThousands(ledger.weights) + " weights, " +
           fixed(ledger.bitsPerWeight(), 3) + " bits per weight; against float32: indexes x" +
           fixed(ledger.indexCompression(), 1) + ", everything x" + fixed(ledger.totalCompression(), 1);
}

nlohmann::ordered_json ledgerJson(const Ledger& ledger)
{
    nlohmann::ordered_json entries = nlohmann::ordered_json::array();
    for (const LedgerEntry& entry : ledger.entries)
        entries.push_back(
            {{"layer", entry.layer}, {"item", entry.item}, {"bytes", entry.bytes}, {"note", entry.note}});
    return {{"weights", ledger.weights},
            {"index_bytes", ledger.indexBytes},
            {"total_bytes", ledger.totalBytes},
            {"bits_per_weight", ledger.bitsPerWeight()},
            {"index_compression", ledger.indexCompression()},
            {"total_compression", ledger.totalCompression()},
            {"entries", entries}};
}

ExitStatus reportCheck(const std::filesystem::path& packed, const VerificationReport& report,
                       Console& console, nlohmann::ordered_json& result)
{
    const auto file = decoded(packed);
    const Codes codes = file ? codesOf(file->network) : Codes{};
    result["file"] = packed.string();
    result["verification"] = verificationJson(report, codes);
    result["verification"]["computed_by"] = modelName(report.model);
    console.line(verificationText(report, codes));
    if (file) {
        result["ledger"] = ledgerJson(file->ledger);
        console.line("\n" + ledgerText(file->ledger));
    }
    if (report.images == 0)
        console.line("\nHardware error: not computed, since the file cannot be decoded");
    else
        console.line("\nHardware error " + percent(report.hardwareError()) + ": " +
                     withThousands(report.classErrors) + " of " + withThousands(report.images) +
                     " test images, computed by the " + modelName(report.model));
    if (report.passed()) {
        console.line("Verified: " + packed.string());
        return done;
    }
    tellProblems(report, console);
    const std::string where = report.firstFailure().empty() ? "the file" : report.firstFailure();
    console.error("verification FAILED at " + where + ": " + packed.string());
    result["error"] = "verification failed at " + where;
    return failed;
}

} // namespace ternbench
