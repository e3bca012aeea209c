#include "core/error.h"
#include "core/storage/hdf5_types.h"

#include <algorithm>

namespace ternbench::h5 {

namespace {

NumberArray::Kind kindOf(hid_t type)
{
    if (H5Tget_class(type) == H5T_FLOAT)
        return NumberArray::Kind::Float;
    return H5Tget_sign(type) == H5T_SGN_NONE ? NumberArray::Kind::Unsigned : NumberArray::Kind::Signed;
}

} // namespace

std::string NumberArray::typeName() const
{
    const char* const name = kind == Kind::Float ? "float" : kind == Kind::Signed ? "int" : "uint";
    return name + std::to_string(bits);
}

NumberArray Group::numbersOf(const std::string& name) const
{
    const Handle dataset = openDataset(name);
    const Handle type(H5Dget_type(dataset.id()), H5Tclose);
    const H5T_class_t kind = H5Tget_class(type.id());
    if (kind != H5T_INTEGER && kind != H5T_FLOAT)
        fail(name, "holds neither integers nor floats");
    const std::size_t size = H5Tget_size(type.id());
    checkStored(name, dataset, size);
    return {kindOf(type.id()), int(8 * size), shapeOf(name)};
}

template <class T>
void Group::readEntries(const std::string& name, std::uint64_t first, std::span<T> target) const
{
    const Handle dataset = openDataset(name);
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    const Shape shape = shapeOf(name);
    std::vector<hsize_t> start(shape.size(), 0), count(shape.begin(), shape.end());
    std::uint64_t entry = 1; // values of one
    for (std::size_t d = 1; d < shape.size(); ++d)
        entry *= shape[d];
    if (shape.empty() || entry == 0 || target.size() % entry != 0)
        fail(name, "has shape " + toString(shape) + ": no whole entries to read");
    start[0] = first;
    count[0] = target.size() / entry;
    const hsize_t values = target.size();
    const Handle memory(H5Screate_simple(1, &values, nullptr), H5Sclose);
    if (first > shape[0] || count[0] > shape[0] - first ||
        H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
        H5Dread(dataset.id(), nativeType<T>(), memory.id(), space.id(), H5P_DEFAULT, target.data()) < 0)
        fail(name, "cannot be read: the file is damaged");
}

template void Group::readEntries<std::uint8_t>(const std::string&, std::uint64_t,
                                               std::span<std::uint8_t>) const;
template void Group::readEntries<std::int64_t>(const std::string&, std::uint64_t,
                                               std::span<std::int64_t>) const;
template void Group::readEntries<double>(const std::string&, std::uint64_t, std::span<double>) const;

} // namespace ternbench::h5
