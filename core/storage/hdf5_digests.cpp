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

/// Hashes the values of a dataset that has some, some entries of its first dimension at a time, so that a
/// large one needs no memory of its size. False where they cannot be read.
bool updateValues(Sha256& sha, hid_t dataset, hid_t type, hid_t space)
{
    constexpr std::size_t pieceBytes = std::size_t{1} << 20;
    const Shape shape = shapeOfSpace(space);
    std::vector<hsize_t> count(shape.begin(), shape.end());
    const std::uint64_t entries = count.empty() ? 1 : count.front();
    const std::size_t entryBytes =
        std::size_t(H5Sget_simple_extent_npoints(space)) / entries * H5Tget_size(type);
    const std::uint64_t most = std::max<std::uint64_t>(1, pieceBytes / entryBytes);
    std::vector<hsize_t> start(count.size(), 0);
    std::string bytes;
    for (std::uint64_t first = 0; first < entries; first += most) {
        const std::uint64_t now = std::min(most, entries - first);
        if (!count.empty()) {
            start.front() = first;
            count.front() = now;
            if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0)
                return false;
        }
        bytes.resize(now * entryBytes);
        const auto values = hsize_t(H5Sget_select_npoints(space));
        const Handle memory(H5Screate_simple(1, &values, nullptr), H5Sclose);
        if (H5Dread(dataset, type, memory.id(), space, H5P_DEFAULT, bytes.data()) < 0)
            return false;
        updateText(sha, bytes);
    }
    return true;
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
    Sha256 sha;
    updateText(sha, typeText(type.id()));
    for (const std::uint64_t dimension : shapeOfSpace(space.id()))
        updateText(sha, std::to_string(dimension) + ",");
    if (count > 0 && !updateValues(sha, dataset.id(), type.id(), space.id()))
        fail(name, "cannot be read: the file is damaged");
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
