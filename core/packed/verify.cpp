#include "core/packed/verify.h"

#include "core/code/codebook.h"
#include "core/error.h"
#include "core/packed/packed_inference.h"

#include <algorithm>

namespace ternbench {

namespace {

/// The report with its parts in the file's order, found by name.
class Findings
{
public:
    explicit Findings(VerificationReport& report) : m_report(report) {}

    LayerVerification& part(const std::string& name)
    {
        const auto found = std::ranges::find(m_report.parts, name, &LayerVerification::name);
        if (found != m_report.parts.end())
            return *found;
        m_report.parts.emplace_back().name = name;
        return m_report.parts.back();
    }
    void add(const std::string& name, const std::string& text) { part(name).problems.push_back(text); }

private:
    VerificationReport& m_report;
};

/// A table is not free: it must be the code's own, or hardware built from the code decodes something else.
void checkTables(const PackedNetwork& packed, Findings& findings)
{
    for (const IntegerLayer& layer : packed.network.layers)
        if (layer.hasWeights() && layer.table != Codebook(layer.code).table())
            findings.add(layer.name, "table: is not the table of " + toString(layer.code));
}

void checkAccumulators(const PackedNetwork& packed, Findings& findings)
{
    IntegerNetwork again = packed.network;
    setAccumulatorBits(again);
    for (std::size_t l = 0; l < again.layers.size(); ++l)
        if (again.layers[l].accumulatorBits != packed.network.layers[l].accumulatorBits)
            findings.add(again.layers[l].name, "accumulator_bits: the file says " +
                                                   std::to_string(packed.network.layers[l].accumulatorBits) +
                                                   ", its weights need " +
                                                   std::to_string(again.layers[l].accumulatorBits));
}

void checkLedger(const PackedNetwork& packed, Findings& findings)
{
    const Ledger expected = ledgerOf(packed.network, packed.formatVersion);
    if (expected.entries.size() != packed.ledger.entries.size())
        return findings.add("ledger", "has " + std::to_string(packed.ledger.entries.size()) +
                                          " entries, the network gives " +
                                          std::to_string(expected.entries.size()));
    for (std::size_t i = 0; i < expected.entries.size(); ++i) {
        const LedgerEntry& want = expected.entries[i];
        const LedgerEntry& have = packed.ledger.entries[i];
        if (want.layer != have.layer || want.item != have.item || want.bytes != have.bytes)
            findings.add("ledger", "entry " + std::to_string(i) + " says " + have.layer + " " + have.item +
                                       " " + std::to_string(have.bytes) + " bytes, the network gives " +
                                       want.layer + " " + want.item + " " + std::to_string(want.bytes) +
                                       " bytes");
    }
}

void compareWithGolden(const PackedNetwork& packed, const GoldenOutputs& computed, VerificationReport& report,
                       Findings& findings)
{
    for (std::size_t l = 0; l < packed.network.layers.size(); ++l) {
        const IntegerLayer& layer = packed.network.layers[l];
        LayerVerification& part = findings.part(layer.name);
        part.compared = computed.images * std::uint64_t(layer.outputs());
        part.different = packed.different[l];
        part.goldenSha256 = packed.golden.layerSha256[l];
        part.computedSha256 = computed.layerSha256[l];
        if (part.goldenSha256 != part.computedSha256)
            part.problems.push_back("outputs over the test set differ from the golden ones");
        if (packed.compared[l] != part.compared)
            part.problems.push_back("compared: the file says " + std::to_string(packed.compared[l]) +
                                    ", the test set gives " + std::to_string(part.compared));
        if (packed.different[l] != 0)
            part.problems.push_back("different: " + std::to_string(packed.different[l]) +
                                    " outputs differed when the file was written");
    }
    report.images = computed.images;
    report.classErrors = computed.classErrors;
    report.goldenClassErrors = packed.golden.classErrors;
    if (packed.golden.images != computed.images)
        findings.add("verification", "images: the file says " + std::to_string(packed.golden.images) +
                                         ", the test set has " + std::to_string(computed.images));
    if (packed.golden.classErrors != computed.classErrors)
        findings.add("verification", "class_errors: the file says " +
                                         std::to_string(packed.golden.classErrors) + ", computed " +
                                         std::to_string(computed.classErrors));
}

} // namespace

bool VerificationReport::passed() const
{
    return problems.empty() && classErrors == goldenClassErrors &&
           std::ranges::all_of(parts, &LayerVerification::passed);
}

std::string VerificationReport::firstFailure() const
{
    // What is wrong with the file as a whole (its experiment, say) explains what differs in the layers.
    const auto failedFile = [](const LayerVerification& part) {
        return part.name == "file" && !part.passed();
    };
    if (std::ranges::any_of(parts, failedFile))
        return "file";
    const auto failed = std::ranges::find_if_not(parts, &LayerVerification::passed);
    if (failed != parts.end())
        return failed->name;
    return problems.empty() ? std::string() : "file";
}

void requireInputs(const PackedNetwork& packed, const LabelledImages& images,
                   const std::filesystem::path& file)
{
    if (packed.network.input.inputs != images.inputs)
        throw InputError(file.string() + ": /input: the network takes " +
                         std::to_string(packed.network.input.inputs) + " values, the test images have " +
                         std::to_string(images.inputs));
}

VerificationReport verifyPacked(const std::filesystem::path& file, const LabelledImages& images,
                                ThreadPool& pool, const ShareObserver& progress, IntegerModel model)
{
    VerificationReport report;
    Findings findings(report);
    const PackedFile source(file);
    const std::vector<PartProblem> sealProblems = source.brokenDigests();
    findings.part("input");
    for (const std::string& layer : source.layerNames())
        findings.part(layer);
    for (const char* part : {"ledger", "verification"})
        findings.part(part);
    for (const PartProblem& problem : sealProblems)
        findings.add(problem.part, problem.text);
    PackedNetwork packed;
    try {
        packed = source.read();
    } catch (const InputError& error) {
        // A digest has named the part already; the reader's message says what exactly cannot be decoded.
        if (sealProblems.empty())
            throw;
        report.problems.push_back(error.what());
        return report;
    }
    requireInputs(packed, images, file);
    checkTables(packed, findings);
    checkAccumulators(packed, findings);
    checkLedger(packed, findings);
    if (packed.design)
        findings.part("report");
    for (const PartProblem& problem : source.reportProblems(packed))
        findings.add(problem.part, problem.text);
    report.model = PackedRuntime::takes(packed.network) ? model : IntegerModel::Reference;
    // The packed runtime takes the file's indexes, so that it shares no decoded weights with the other
    // checks.
    compareWithGolden(packed,
                      report.model == IntegerModel::Packed
                          ? computeGolden(runtimeOf(packed), images, pool, progress)
                          : computeGolden(packed.network, images, pool, progress),
                      report, findings);
    return report;
}

} // namespace ternbench
