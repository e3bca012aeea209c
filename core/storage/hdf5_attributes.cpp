#include "core/storage/hdf5.h"
#include "core/storage/hdf5_types.h"

// Attributes of groups and datasets.
namespace ternbench::h5 {

namespace {

/// Larger than any attribute of ours: they hold a value or a line of text (in variable length, which does not
/// count here).
constexpr std::uint64_t maxAttributeBytes = std::uint64_t{1} << 20;

void writeAttribute(const Group& group, hid_t object, const std::string& name, hid_t type, hid_t space,
                    const void* values)
{
    if (H5Aexists(object, name.c_str()) > 0)
        H5Adelete(object, name.c_str());
    const Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    if (attribute.id() < 0 || H5Awrite(attribute.id(), type, values) < 0)
        group.fail("@" + name, "cannot be written (is the disk full?)");
}

Handle scalarSpace()
{
    return {H5Screate(H5S_SCALAR), H5Sclose};
}

Handle vectorSpace(hsize_t count)
{
    return {H5Screate_simple(1, &count, nullptr), H5Sclose};
}

Handle openAttribute(const Group& group, const std::string& name)
{
    if (!group.hasAttribute(name))
        group.fail("@" + name, "the attribute is missing");
    return {H5Aopen(group.id(), name.c_str(), H5P_DEFAULT), H5Aclose};
}

/// One number of at most 64 bits, or one text.
bool isScalarOf(const Handle& attribute, H5T_class_t wanted)
{
    const Handle type(H5Aget_type(attribute.id()), H5Tclose);
    const Handle space(H5Aget_space(attribute.id()), H5Sclose);
    return H5Tget_class(type.id()) == wanted && H5Sget_simple_extent_npoints(space.id()) == 1 &&
           (wanted == H5T_STRING || H5Tget_size(type.id()) <= sizeof(std::int64_t));
}

} // namespace

bool isPlainType(hid_t type)
{
    const H5T_class_t kind = H5Tget_class(type);
    return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_STRING;
}

std::optional<std::string> attributeBytes(hid_t attribute)
{
    const Handle type(H5Aget_type(attribute), H5Tclose);
    const Handle space(H5Aget_space(attribute), H5Sclose);
    const hssize_t extent = H5Sget_simple_extent_npoints(space.id());
    const std::size_t size = H5Tget_size(type.id());
    std::uint64_t total = 0;
    if (extent < 0 || !isPlainType(type.id()) ||
        __builtin_mul_overflow(std::uint64_t(extent), std::uint64_t{size}, &total) ||
        total > maxAttributeBytes)
        return std::nullopt;
    const auto count = std::size_t(extent);
    std::string bytes;
    if (H5Tis_variable_str(type.id()) <= 0) {
        bytes.resize(count * size);
        if (count > 0 && H5Aread(attribute, type.id(), bytes.data()) < 0)
            return std::nullopt;
        return bytes;
    }
    std::vector<char*> texts(count, nullptr);
    if (count > 0 && H5Aread(attribute, type.id(), texts.data()) < 0)
        return std::nullopt;
    for (const char* text : texts)
        bytes.append(text ? text : "").push_back('\0');
    H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, texts.data());
    return bytes;
}

void Group::setAttribute(const std::string& name, const std::string& value) const
{
    const char* text = value.c_str();
    writeAttribute(*this, id(), name, variableStringType().id(), scalarSpace().id(), &text);
}

void Group::setAttribute(const std::string& name, const std::vector<std::string>& values) const
{
    std::vector<const char*> texts;
    for (const std::string& value : values)
        texts.push_back(value.c_str());
    writeAttribute(*this, id(), name, variableStringType().id(), vectorSpace(texts.size()).id(),
                   texts.data());
}

void Group::setAttribute(const std::string& name, std::int64_t value) const
{
    writeAttribute(*this, id(), name, nativeType<std::int64_t>(), scalarSpace().id(), &value);
}

void Group::setAttribute(const std::string& name, double value) const
{
    writeAttribute(*this, id(), name, nativeType<double>(), scalarSpace().id(), &value);
}

void Group::setAttribute(const std::string& name, const std::vector<std::int64_t>& values) const
{
    writeAttribute(*this, id(), name, nativeType<std::int64_t>(), vectorSpace(values.size()).id(),
                   values.data());
}

void Group::setAttributeOf(const std::string& dataset, const std::string& name,
                           const std::string& value) const
{
    const Handle object = openDataset(dataset);
    const char* text = value.c_str();
    writeAttribute(*this, object.id(), name, variableStringType().id(), scalarSpace().id(), &text);
}

bool Group::hasAttribute(const std::string& name) const
{
    return H5Aexists(id(), name.c_str()) > 0;
}

std::string Group::stringAttribute(const std::string& name) const
{
    const Handle attribute = openAttribute(*this, name);
    if (!isScalarOf(attribute, H5T_STRING))
        fail("@" + name, "is not a string");
    const auto bytes = attributeBytes(attribute.id());
    if (!bytes)
        fail("@" + name, "cannot be read: the file is damaged");
    return bytes->c_str();
}

std::int64_t Group::intAttribute(const std::string& name) const
{
    const Handle attribute = openAttribute(*this, name);
    std::int64_t value = 0;
    if (!isScalarOf(attribute, H5T_INTEGER) || H5Aread(attribute.id(), H5T_NATIVE_INT64, &value) < 0)
        fail("@" + name, "is not an integer");
    return value;
}

std::vector<std::int64_t> Group::intListAttribute(const std::string& name) const
{
    constexpr hssize_t most = 64;
    const Handle attribute = openAttribute(*this, name);
    const Handle type(H5Aget_type(attribute.id()), H5Tclose);
    const Handle space(H5Aget_space(attribute.id()), H5Sclose);
    const hssize_t count = H5Sget_simple_extent_npoints(space.id());
    if (H5Tget_class(type.id()) != H5T_INTEGER || H5Tget_size(type.id()) > sizeof(std::int64_t) ||
        count < 0 || count > most)
        fail("@" + name, "is not a short list of integers");
    std::vector<std::int64_t> values(std::size_t(count), 0);
    if (count > 0 && H5Aread(attribute.id(), H5T_NATIVE_INT64, values.data()) < 0)
        fail("@" + name, "cannot be read: the file is damaged");
    return values;
}

double Group::doubleAttribute(const std::string& name) const
{
    const Handle attribute = openAttribute(*this, name);
    double value = 0.0;
    if (!isScalarOf(attribute, H5T_FLOAT) || H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, &value) < 0)
        fail("@" + name, "is not a number");
    return value;
}

std::optional<std::string> Group::stringAttributeOf(const std::string& dataset, const std::string& name) const
{
    const Handle object = openDataset(dataset);
    if (H5Aexists(object.id(), name.c_str()) <= 0)
        return std::nullopt;
    const Handle attribute(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), H5Aclose);
    if (!isScalarOf(attribute, H5T_STRING))
        return std::nullopt;
    const auto bytes = attributeBytes(attribute.id());
    return bytes ? std::optional<std::string>(bytes->c_str()) : std::nullopt;
}

} // namespace ternbench::h5
