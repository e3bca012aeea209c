#include "core/data/sha256.h"
#include "core/storage/hdf5.h"
#include "core/storage/hdf5_types.h"

#include <algorithm>

// Digests of what a file holds; seal.h says what for.
namespace ternbench::h5 {

namespace {

std::string typeText(hid_t type)
{
    return std::to_string(H5Tget_class(type)) + ":" + std::to_string(H5Tget_size(type)) + ":" +
           std::to_string(H5Tget_class(type) == H5T_INTEGER ? H5Tget_sign(type) : 0) + ";";
}

void updateText(Sha256& sha, const std::string& text)
{
    sha.update(std::as_bytes(std::span(text)));
}

/// Names of an object's attributes, sorted; nothing where they cannot be listed.
std::optional<std::vector<std::string>> attributeNames(hid_t object)
{
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->emplace_back(name);
        return 0;
    };
    if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names) < 0)
        return std::nullopt;
    std::ranges::sort(names);
    return names;
}

/// Hashes an attribute and returns its value, up to the first null.
std::string updateAttribute(Sha256& sha, hid_t object, const std::string& name)
{
    const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
    const Handle type(H5Aget_type(attribute.id()), H5Tclose);
    const std::string bytes = attributeBytes(attribute.id()).value_or("");
    updateText(sha, name + "=" + typeText(type.id()) + bytes + "\n");
    return bytes.c_str();
}

} // namespace

std::string Group::digestOf(const std::string& name, const Handle& dataset) const
{
    const Handle type(H5Dget_type(dataset.id()), H5Tclose);
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    const hssize_t count = H5Sget_simple_extent_npoints(space.id());
    if (count < 0 || !isPlainType(type.id()) || H5Tis_variable_str(type.id()) > 0)
        fail(name, "holds neither numbers nor texts of fixed length: not as this program writes it");
    checkStored(name, dataset, H5Tget_size(type.id()));
    std::string bytes(std::size_t(count) * H5Tget_size(type.id()), '\0');
    if (count > 0 && H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
        fail(name, "cannot be read: the file is damaged");
    Sha256 sha;
    updateText(sha, typeText(type.id()));
    for (const std::uint64_t dimension : shapeOfSpace(space.id()))
        updateText(sha, std::to_string(dimension) + ",");
    updateText(sha, bytes);
    return sha.hex();
}

std::string Group::digestOfDataset(const std::string& name) const
{
    return digestOf(name, openDataset(name));
}

std::string Group::digestOfAttributes(const std::string& except, const DatasetVisitor& visit) const
{
    const auto namesOf = [this](hid_t object, const std::string& name) {
        auto names = attributeNames(object);
        if (!names)
            fail(name, "attributes cannot be listed: the file is damaged");
        return *std::move(names);
    };
    Sha256 sha;
    for (const std::string& attribute : namesOf(id(), ""))
        if (attribute != except)
            updateAttribute(sha, id(), attribute);
    for (const std::string& name : datasetNames()) {
        const Handle dataset = openDataset(name);
        updateText(sha, name + ":\n");
        std::map<std::string, std::string> values;
        for (const std::string& attribute : namesOf(dataset.id(), name))
            values[attribute] = updateAttribute(sha, dataset.id(), attribute);
        if (visit)
            visit(name, dataset, values);
    }
    return sha.hex();
}

std::string Group::digestOfAttributes(const std::string& except) const
{
    return digestOfAttributes(except, {});
}

GroupDigests Group::digests(const std::string& claims, const std::string& except) const
{
    GroupDigests digests;
    digests.attributes =
        digestOfAttributes(except, [&](const std::string& name, const Handle& dataset, const auto& values) {
            const auto claimed = values.find(claims);
            digests.datasets.push_back(
                {name, claimed == values.end() ? std::string() : claimed->second, digestOf(name, dataset)});
        });
    return digests;
}

} // namespace ternbench::h5
