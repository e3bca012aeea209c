#include "core/error.h"
#include "core/hardware/report_storage.h"
#include "core/packed/packed_file.h"
#include "core/packed/packed_layout.h"
#include "core/storage/hdf5.h"
#include "core/storage/seal.h"

namespace ternbench {

using namespace packed_layout;

namespace {

/// "fc1" of "/layers/00_fc1", "ledger" of "/ledger/00_fc1", "file" of "/".
std::string partOf(const std::string& group)
{
    if (group == "/")
        return "file";
    const std::size_t slash = group.find('/', 1);
    const std::string outer = group.substr(1, slash - 1);
    return outer == "layers" && slash != std::string::npos ? h5::nameWithoutNumber(group.substr(slash + 1))
                                                           : outer;
}

} // namespace

std::vector<PartProblem> PackedFile::brokenDigests() const
{
    std::vector<PartProblem> problems;
    for (const h5::BrokenSeal& broken : h5::brokenSeals(m_source.root()))
        problems.push_back({partOf(broken.group), broken.what});
    return problems;
}

std::vector<PartProblem> PackedFile::reportProblems(const PackedNetwork& packed) const
{
    if (!packed.design)
        return {};
    std::vector<PartProblem> problems;
    const HardwareReport expected = makeReport(packed.network, *packed.design);
    const bool comparedUnits = packed.formatVersion >= allUnitsVersion;
    for (const std::string& problem :
         compareReport(m_source.root().openGroup("report"), expected, comparedUnits))
        problems.push_back({"report", problem});
    return problems;
}

PackedNetwork readSoundPacked(const std::filesystem::path& file)
{
    const PackedFile source(file);
    PackedNetwork packed = source.read();
    if (const auto problems = source.brokenDigests(); !problems.empty())
        throw InputError(file.string() + ": " + problems.front().part + ": " + problems.front().text +
                         ": the file was damaged or changed since it was written; `verify` names all of it");
    return packed;
}

} // namespace ternbench
