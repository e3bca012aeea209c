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

std::vector<PartProblem> checkPacked(const std::filesystem::path& file)
{
    const h5::File source = h5::File::open(file);
    const h5::Group root = source.root();
    checkHeader(root);
    std::vector<PartProblem> problems;
    for (const h5::BrokenSeal& broken : h5::brokenSeals(root))
        problems.push_back({partOf(broken.group), broken.what});
    return problems;
}

PackedNetwork readSoundPacked(const std::filesystem::path& file)
{
    PackedNetwork packed = readPacked(file);
    if (const auto problems = checkPacked(file); !problems.empty())
        throw InputError(file.string() + ": " + problems.front().part + ": " + problems.front().text +
                         ": the file was damaged or changed since it was written; `verify` names all of it");
    return packed;
}

std::vector<PartProblem> checkReport(const std::filesystem::path& file, const PackedNetwork& packed)
{
    if (!packed.design)
        return {};
    const h5::File source = h5::File::open(file);
    std::vector<PartProblem> problems;
    const HardwareReport expected = makeReport(packed.network, *packed.design);
    for (const std::string& problem : compareReport(source.root().openGroup("report"), expected))
        problems.push_back({"report", problem});
    return problems;
}

} // namespace ternbench
