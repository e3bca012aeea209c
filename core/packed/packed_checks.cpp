#include "core/hardware/report_storage.h"
#include "core/packed/packed_file.h"
#include "core/packed/packed_layout.h"
#include "core/storage/hdf5.h"

namespace ternbench {

using namespace packed_layout;

namespace {

void checkSeal(const h5::Group& group, const std::string& part, std::vector<PartProblem>& problems)
{
    const auto check = [&](const std::string& what, const std::string& stored, const std::string& found) {
        if (stored != found)
            problems.push_back({part, what + ": its SHA-256 is " + found.substr(0, 12) +
                                          "..., the file says " +
                                          (stored.empty() ? "none" : stored.substr(0, 12) + "...")});
    };
    for (const std::string& name : group.datasetNames())
        check(name, group.stringAttributeOf(name, "sha256").value_or(""), group.digestOfDataset(name));
    check("attributes",
          group.hasAttribute(attributesDigest) ? group.stringAttribute(attributesDigest) : std::string(),
          group.digestOfAttributes(attributesDigest));
}

} // namespace

std::vector<PartProblem> checkPacked(const std::filesystem::path& file)
{
    const h5::File source = h5::File::open(file);
    const h5::Group root = source.root();
    checkHeader(root);
    std::vector<PartProblem> problems;
    checkSeal(root, "file", problems);
    for (const std::string& name : root.groupNames()) {
        const h5::Group group = root.openGroup(name);
        checkSeal(group, name, problems);
        for (const std::string& inner : group.groupNames())
            checkSeal(group.openGroup(inner), name == "layers" ? h5::nameWithoutNumber(inner) : name,
                      problems);
    }
    return problems;
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
