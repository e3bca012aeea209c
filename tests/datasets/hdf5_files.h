#pragma once

#include "core/storage/hdf5.h"
#include "datasets/source.h"

#include <hdf5.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

/// Makes HDF5 files through the C API, right and wrong ones, for the tests of their reader. Values are given
/// as the bytes of the file's own type, so that the library converts nothing when it writes.
namespace ternbench::testing {

using Extents = std::vector<hsize_t>;

inline hsize_t productOf(const Extents& shape)
{
    hsize_t product = 1;
    for (const hsize_t extent : shape)
        product *= extent;
    return product;
}

/// The values as they lie in memory, or each with its bytes reversed.
template <class T>
std::vector<char> bytesOf(const std::vector<T>& values, bool bigEndian = false)
{
    static_assert(std::endian::native == std::endian::little);
    const char* const first = reinterpret_cast<const char*>(values.data());
    std::vector<char> bytes(first, first + values.size() * sizeof(T));
    for (std::size_t at = 0; bigEndian && at < bytes.size(); at += sizeof(T))
        std::reverse(bytes.begin() + std::ptrdiff_t(at), bytes.begin() + std::ptrdiff_t(at + sizeof(T)));
    return bytes;
}

/// IEEE 754 half precision, which the library has no name for.
inline h5::Handle halfType(bool bigEndian = false)
{
    h5::Handle type(H5Tcopy(bigEndian ? H5T_IEEE_F32BE : H5T_IEEE_F32LE), H5Tclose);
    H5Tset_fields(type.id(), 15, 10, 5, 0, 10);
    H5Tset_size(type.id(), 2);
    H5Tset_ebias(type.id(), 15);
    return type;
}

inline h5::Handle newFile(const std::string& path)
{
    return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose};
}

inline h5::Handle spaceOf(const Extents& shape)
{
    return {shape.empty() ? H5Screate(H5S_SCALAR)
                          : H5Screate_simple(int(shape.size()), shape.data(), nullptr),
            H5Sclose};
}

/// In the place of a dataset of that name, if there is one; without values where `bytes` is empty.
inline void put(const h5::Handle& file, const std::string& name, hid_t type, const Extents& shape,
                const std::vector<char>& bytes, hid_t creation = H5P_DEFAULT)
{
    if (H5Lexists(file.id(), name.c_str(), H5P_DEFAULT) > 0)
        H5Ldelete(file.id(), name.c_str(), H5P_DEFAULT);
    const h5::Handle space = spaceOf(shape);
    const h5::Handle dataset(
        H5Dcreate2(file.id(), name.c_str(), type, space.id(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
    if (!bytes.empty())
        H5Dwrite(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
}

template <class T>
void putValues(const h5::Handle& file, const std::string& name, hid_t type, const Extents& shape,
               const std::vector<T>& values)
{
    put(file, name, type, shape, bytesOf(values));
}

/// The byte that value i of a part stands for: unlike its neighbours' in every dimension.
inline std::uint8_t byteAt(std::size_t i, bool test)
{
    return std::uint8_t((i * 37 + (test ? 11 : 0)) % 256);
}

/// Those bytes as values of another type; `unit`: a 255th of each.
template <class T>
std::vector<T> valuesOf(std::size_t count, bool test, double unit = 1.0)
{
    std::vector<T> values;
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(T(byteAt(i, test) * unit));
    return values;
}

inline void put64(const h5::Handle& file, const std::string& name, const Extents& shape,
                  const std::vector<double>& values)
{
    putValues(file, name, H5T_IEEE_F64LE, shape, values);
}

inline void putLabels(const h5::Handle& file, const std::string& name, const Extents& shape,
                      const std::vector<std::int64_t>& labels)
{
    putValues(file, name, H5T_STD_I64LE, shape, labels);
}

/// A change of an open file.
using Edit = std::function<void(const h5::Handle& file)>;

/// A file of three training and two test images of 2 x 2 bytes, labels 0..2, and edits of it.
class SmallSet
{
public:
    explicit SmallSet(std::string path) : m_path(std::move(path)) { write(); }

    void write() const
    {
        const h5::Handle file = newFile(m_path);
        putValues(file, "x_train", H5T_STD_U8LE, {3, 2, 2}, valuesOf<std::uint8_t>(12, false));
        putValues(file, "x_test", H5T_STD_U8LE, {2, 2, 2}, valuesOf<std::uint8_t>(8, true));
        putLabels(file, "y_train", {3}, {2, 0, 1});
        putLabels(file, "y_test", {2}, {1, 0});
    }
    void edit(const Edit& change) const
    {
        const h5::Handle file(H5Fopen(m_path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
        change(file);
    }
    const std::string& path() const { return m_path; }
    DataSpec spec() const { return {DataKind::Hdf5, m_path}; }

private:
    std::string m_path;
};

} // namespace ternbench::testing
