#include "core/storage/hdf5.h"

#include "core/error.h"
#include "core/storage/hdf5_new_file.h"
#include "core/storage/hdf5_screen.h"
#include "core/storage/hdf5_types.h"

#include <hdf5.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace ternbench::h5 {

namespace {

std::uint64_t elements(const Shape& shape)
{
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : shape)
        if (__builtin_mul_overflow(count, dimension, &count))
            return ~std::uint64_t{0};
    return count;
}

struct Children
{
    H5O_type_t wanted;
    std::vector<std::string> names;
};

/// Keeps the name of a child of the wanted kind. Links to other places and files are nobody's children.
herr_t addChild(hid_t group, const char* name, const H5L_info_t* link, void* out)
{
    auto& children = *static_cast<Children*>(out);
    H5O_info_t object{};
    if (link->type != H5L_TYPE_HARD)
        return 0;
    if (H5Oget_info_by_name2(group, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return -1;
    if (object.type == children.wanted)
        children.names.emplace_back(name);
    return 0;
}

/// The size of the file that an object lies in; 0 where that cannot be told.
std::uint64_t fileSizeOf(hid_t object)
{
    const Handle file(H5Iget_file_id(object), H5Fclose);
    hsize_t size = 0;
    return H5Fget_filesize(file.id(), &size) < 0 ? 0 : size;
}

/// Contiguous (or compact), unfiltered and in this very file, as all of ours are: no filter to be loaded, no
/// other file to be read, nothing to be made up.
bool isPlain(hid_t dataset)
{
    const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
    const H5D_layout_t layout = H5Pget_layout(creation.id());
    return (layout == H5D_CONTIGUOUS || layout == H5D_COMPACT) && H5Pget_nfilters(creation.id()) == 0 &&
           H5Pget_external_count(creation.id()) == 0;
}

/// Without the time of its making: the same content gives the same file, byte for byte.
Handle createDataset(hid_t parent, const std::string& name, hid_t type, hid_t space)
{
    const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_obj_track_times(creation.id(), false);
    return {H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, creation.id(), H5P_DEFAULT), H5Dclose};
}

} // namespace

Shape shapeOfSpace(hid_t space)
{
    const int rank = H5Sget_simple_extent_ndims(space);
    Shape shape(std::size_t(std::max(rank, 0)));
    std::vector<hsize_t> dimensions(shape.size());
    H5Sget_simple_extent_dims(space, dimensions.data(), nullptr);
    std::ranges::copy(dimensions, shape.begin());
    return shape;
}

std::string toString(const Shape& shape)
{
    std::string text = "[";
    for (const std::uint64_t dimension : shape)
        text += (text.size() > 1 ? ", " : "") + std::to_string(dimension);
    return text + "]";
}

Group::Group(Handle handle, std::string file, std::string path)
    : m_handle(std::move(handle)), m_file(std::move(file)), m_path(std::move(path))
{}

void Group::fail(const std::string& name, const std::string& what) const
{
    throw InputError(m_file + ": " + (m_path == "/" ? "" : m_path) + "/" + name + ": " + what);
}

Group Group::createGroup(const std::string& name) const
{
    const hid_t id = H5Gcreate2(m_handle.id(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0)
        fail(name, "cannot be written");
    return Group({id, H5Gclose}, m_file, (m_path == "/" ? "" : m_path) + "/" + name);
}

Group Group::openGroup(const std::string& name) const
{
    const hid_t id = isOwn(name) ? H5Gopen2(m_handle.id(), name.c_str(), H5P_DEFAULT) : hid_t{-1};
    if (id < 0)
        fail(name, "the group is missing");
    return Group({id, H5Gclose}, m_file, (m_path == "/" ? "" : m_path) + "/" + name);
}

bool Group::has(const std::string& name) const
{
    return H5Lexists(m_handle.id(), name.c_str(), H5P_DEFAULT) > 0;
}

bool Group::isOwn(const std::string& name) const
{
    H5L_info_t link{};
    return has(name) && H5Lget_info(m_handle.id(), name.c_str(), &link, H5P_DEFAULT) >= 0 &&
           link.type == H5L_TYPE_HARD;
}

std::vector<std::string> Group::childNames(int kind) const
{
    Children children{H5O_type_t(kind), {}};
    if (H5Literate(m_handle.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, addChild, &children) < 0)
        fail("", "cannot be listed: the file is damaged");
    return std::move(children.names);
}

std::vector<std::string> Group::groupNames() const
{
    return childNames(H5O_TYPE_GROUP);
}

std::vector<std::string> Group::datasetNames() const
{
    return childNames(H5O_TYPE_DATASET);
}

template <class T>
void Group::write(const std::string& name, std::span<const T> values, const Shape& shape) const
{
    const std::vector<hsize_t> dimensions(shape.begin(), shape.end());
    const Handle space(shape.empty() ? H5Screate(H5S_SCALAR)
                                     : H5Screate_simple(int(shape.size()), dimensions.data(), nullptr),
                       H5Sclose);
    const Handle dataset(createDataset(m_handle.id(), name, nativeType<T>(), space.id()));
    if (dataset.id() < 0 || (!values.empty() && H5Dwrite(dataset.id(), nativeType<T>(), H5S_ALL, H5S_ALL,
                                                         H5P_DEFAULT, values.data()) < 0))
        fail(name, "cannot be written (is the disk full?)");
}

Handle Group::openDataset(const std::string& name) const
{
    const hid_t id = isOwn(name) ? H5Dopen2(m_handle.id(), name.c_str(), H5P_DEFAULT) : hid_t{-1};
    if (id < 0)
        fail(name, "the dataset is missing");
    return {id, H5Dclose};
}

Shape Group::shapeOf(const std::string& name) const
{
    const Handle dataset = openDataset(name);
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    return shapeOfSpace(space.id());
}

void Group::checkStored(const std::string& name, const Handle& dataset, std::size_t elementSize) const
{
    if (!isPlain(dataset.id()))
        fail(name, "is not stored in one piece and unfiltered: not as this program writes it");
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    const Shape shape = shapeOfSpace(space.id());
    // A damaged header must not make us allocate what it claims: neither more than is stored, nor, since that
    // is a claim too, more than the file holds.
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(elements(shape), std::uint64_t{elementSize}, &bytes) ||
        H5Dget_storage_size(dataset.id()) < bytes || fileSizeOf(dataset.id()) < bytes)
        fail(name, "claims shape " + toString(shape) + " but its data is not there: the file is damaged");
}

template <class T>
std::vector<T> Group::readChecked(const std::string& name, const Shape* shape) const
{
    const Handle dataset = openDataset(name);
    const Handle type(H5Dget_type(dataset.id()), H5Tclose);
    if (H5Tequal(type.id(), nativeType<T>()) <= 0)
        fail(name, std::string("is not of type ") + typeName<T>());
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    const Shape found = shapeOfSpace(space.id());
    if (shape && found != *shape)
        fail(name, "has shape " + toString(found) + ", must be " + toString(*shape));
    if (!shape && found.size() != 1)
        fail(name, "has " + std::to_string(found.size()) + " dimensions, must be a list");
    checkStored(name, dataset, sizeof(T));
    const std::uint64_t count = elements(found);
    std::vector<T> values(count);
    if (count > 0 && H5Dread(dataset.id(), nativeType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        fail(name, "cannot be read: the file is damaged");
    return values;
}

template <class T>
std::vector<T> Group::read(const std::string& name, const Shape& shape) const
{
    return readChecked<T>(name, &shape);
}

template <class T>
std::vector<T> Group::readList(const std::string& name) const
{
    return readChecked<T>(name, nullptr);
}

#define TERNBENCH_INSTANTIATE(T)                                                                             \
    template void Group::write<T>(const std::string&, std::span<const T>, const Shape&) const;               \
    template std::vector<T> Group::read<T>(const std::string&, const Shape&) const;                          \
    template std::vector<T> Group::readList<T>(const std::string&) const;
TERNBENCH_INSTANTIATE(float)
TERNBENCH_INSTANTIATE(double)
TERNBENCH_INSTANTIATE(std::int8_t)
TERNBENCH_INSTANTIATE(std::uint8_t)
TERNBENCH_INSTANTIATE(std::int16_t)
TERNBENCH_INSTANTIATE(std::int32_t)
TERNBENCH_INSTANTIATE(std::int64_t)
TERNBENCH_INSTANTIATE(std::uint32_t)
TERNBENCH_INSTANTIATE(std::uint64_t)
#undef TERNBENCH_INSTANTIATE

void Group::writeStrings(const std::string& name, const std::vector<std::string>& values) const
{
    std::size_t width = 1;
    for (const std::string& value : values)
        width = std::max(width, value.size());
    std::string bytes;
    for (const std::string& value : values) {
        bytes += value;
        bytes.append(width - value.size(), '\0');
    }
    const Handle type = fixedStringType(width);
    const hsize_t count = values.size();
    const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Handle dataset(createDataset(m_handle.id(), name, type.id(), space.id()));
    if (dataset.id() < 0 ||
        (count > 0 && H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0))
        fail(name, "cannot be written (is the disk full?)");
}

std::vector<std::string> Group::readStrings(const std::string& name) const
{
    const Handle dataset = openDataset(name);
    const Handle type(H5Dget_type(dataset.id()), H5Tclose);
    if (H5Tget_class(type.id()) != H5T_STRING || H5Tis_variable_str(type.id()) > 0)
        fail(name, "is not of type fixed-length string");
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    const std::uint64_t count = elements(shapeOfSpace(space.id()));
    const std::size_t width = H5Tget_size(type.id());
    checkStored(name, dataset, width);
    std::string bytes(count * width, '\0');
    if (count > 0 && H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
        fail(name, "cannot be read: the file is damaged");
    std::vector<std::string> values;
    for (std::uint64_t i = 0; i < count; ++i)
        values.emplace_back(bytes.substr(i * width, width).c_str()); // up to the first null
    return values;
}

File::File(std::unique_ptr<NewFile> target, Handle handle, std::string path)
    : m_target(std::move(target)), m_handle(std::move(handle)), m_path(std::move(path))
{}

File::File(File&&) noexcept = default;

File::~File() = default;

File File::create(const std::filesystem::path& path)
{
    // Errors become exceptions, not prints; the setting is per thread.
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    auto target = std::make_unique<NewFile>(path);
    Handle handle = target->create();
    return {std::move(target), std::move(handle), path.string()};
}

File File::open(const std::filesystem::path& path, Maker maker)
{
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw InputError(path.string() + ": no such file");
    if (!std::filesystem::is_regular_file(path, error))
        throw InputError(path.string() + ": is not a file");
    if (!std::ifstream(path))
        throw InputError(path.string() + ": cannot be opened: " + std::generic_category().message(errno));
    if (H5Fis_hdf5(path.c_str()) <= 0)
        throw InputError(path.string() + ": is not an HDF5 file, or cannot be read");
    screenFile(path, maker);
    const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (id < 0)
        throw InputError(path.string() + ": is an HDF5 file but damaged or truncated");
    return {nullptr, {id, H5Fclose}, path.string()};
}

Group File::root() const
{
    return Group({H5Gopen2(m_handle.id(), "/", H5P_DEFAULT), H5Gclose}, m_path, "/");
}

void File::close()
{
    const bool whole = H5Fflush(m_handle.id(), H5F_SCOPE_GLOBAL) >= 0;
    m_handle = Handle();
    if (!whole)
        throw InputError(m_path + ": cannot be written (out of memory?)");
    m_target->commit();
}

std::string numberedName(std::size_t index, const std::string& name)
{
    return (index < 10 ? "0" : "") + std::to_string(index) + "_" + name;
}

std::string nameWithoutNumber(const std::string& groupName)
{
    const std::size_t underscore = groupName.find('_');
    return underscore == std::string::npos ? groupName : groupName.substr(underscore + 1);
}

std::string libraryVersion()
{
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

} // namespace ternbench::h5
