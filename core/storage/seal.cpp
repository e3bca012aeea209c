#include "core/storage/seal.h"

namespace ternbench::h5 {

namespace {

constexpr const char* datasetDigest = "sha256";
constexpr const char* attributesDigest = "attributes_sha256";
constexpr std::size_t shownDigits = 12;

void collect(const Group& group, std::vector<BrokenSeal>& broken)
{
    const auto check = [&](const std::string& what, const std::string& stored, const std::string& found) {
        if (stored != found)
            broken.push_back(
                {group.path(), what + ": its SHA-256 is " + found.substr(0, shownDigits) +
                                   "..., the file says " +
                                   (stored.empty() ? "none" : stored.substr(0, shownDigits) + "...")});
    };
    const GroupDigests digests = group.digests(datasetDigest, attributesDigest);
    for (const auto& dataset : digests.datasets)
        check(dataset.name, dataset.claimed, dataset.found);
    check("attributes", isSealed(group) ? group.stringAttribute(attributesDigest) : std::string(),
          digests.attributes);
    for (const std::string& name : group.groupNames())
        collect(group.openGroup(name), broken);
}

} // namespace

void seal(const Group& group)
{
    for (const std::string& name : group.datasetNames())
        group.setAttributeOf(name, datasetDigest, group.digestOfDataset(name));
    for (const std::string& name : group.groupNames())
        seal(group.openGroup(name));
    group.setAttribute(attributesDigest, group.digestOfAttributes(attributesDigest));
}

bool isSealed(const Group& group)
{
    return group.hasAttribute(attributesDigest);
}

std::vector<BrokenSeal> brokenSeals(const Group& group)
{
    std::vector<BrokenSeal> broken;
    collect(group, broken);
    return broken;
}

} // namespace ternbench::h5
