#pragma once

#include <QByteArray>

#include <hdf5.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// Edits of HDF5 files through the C API alone, so that what is tested has no part in the damage done.
namespace ternbench::edits {

/// A file open for writing, closed at the end of its scope.
class EditedFile
{
public:
    explicit EditedFile(const std::filesystem::path& path)
        : m_id(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT))
    {}
    ~EditedFile() { H5Fclose(m_id); }
    EditedFile(const EditedFile&) = delete;
    EditedFile& operator=(const EditedFile&) = delete;
    hid_t id() const { return m_id; }

private:
    hid_t m_id;
};

/// Paths of all datasets, or of all groups ("/" first), such as "/layers/00_fc1/codes".
inline std::vector<std::string> objects(const std::filesystem::path& path, H5O_type_t wanted)
{
    struct Found
    {
        H5O_type_t wanted;
        std::vector<std::string> paths;
    } found{wanted, {}};
    const EditedFile file(path);
    const auto visit = [](hid_t, const char* name, const H5O_info_t* info, void* out) -> herr_t {
        auto& result = *static_cast<Found*>(out);
        if (info->type == result.wanted)
            result.paths.push_back(std::string(name) == "." ? "/" : "/" + std::string(name));
        return 0;
    };
    H5Ovisit2(file.id(), H5_INDEX_NAME, H5_ITER_INC, visit, &found, H5O_INFO_BASIC);
    return found.paths;
}

inline QByteArray readBytes(hid_t file, const std::string& dataset)
{
    const hid_t id = H5Dopen2(file, dataset.c_str(), H5P_DEFAULT);
    const hid_t type = H5Dget_type(id);
    const hid_t space = H5Dget_space(id);
    QByteArray bytes(qsizetype(H5Sget_simple_extent_npoints(space)) * qsizetype(H5Tget_size(type)), '\0');
    H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(id);
    return bytes;
}

inline bool writeBytes(hid_t file, const std::string& dataset, const QByteArray& bytes)
{
    const hid_t id = H5Dopen2(file, dataset.c_str(), H5P_DEFAULT);
    const hid_t type = H5Dget_type(id);
    const bool written = H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) >= 0;
    H5Tclose(type);
    H5Dclose(id);
    return written;
}

/// Flips one bit of a dataset's values; false where that could not be done (it has none).
inline bool flipBit(const std::filesystem::path& path, const std::string& dataset, qsizetype bit)
{
    const EditedFile file(path);
    QByteArray bytes = readBytes(file.id(), dataset);
    if (bit / 8 >= bytes.size())
        return false;
    bytes[bit / 8] = char(bytes[bit / 8] ^ (1 << (bit % 8)));
    return writeBytes(file.id(), dataset, bytes) && readBytes(file.id(), dataset) == bytes;
}

/// Puts a dataset of another type and shape (all zeros) in the place of one.
inline void replaceDataset(const std::filesystem::path& path, const std::string& dataset, hid_t type,
                           const std::vector<hsize_t>& shape)
{
    const EditedFile file(path);
    H5Ldelete(file.id(), dataset.c_str(), H5P_DEFAULT);
    const hid_t space = H5Screate_simple(int(shape.size()), shape.data(), nullptr);
    const hid_t id =
        H5Dcreate2(file.id(), dataset.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hsize_t count = 1;
    for (const hsize_t dimension : shape)
        count *= dimension;
    const QByteArray zeros(qsizetype(count * H5Tget_size(type)), '\0');
    H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros.data());
    H5Dclose(id);
    H5Sclose(space);
}

inline void removeLink(const std::filesystem::path& path, const std::string& object)
{
    const EditedFile file(path);
    H5Ldelete(file.id(), object.c_str(), H5P_DEFAULT);
}

inline std::vector<std::string> attributesOf(const std::filesystem::path& path, const std::string& object)
{
    std::vector<std::string> names;
    const EditedFile file(path);
    const auto visit = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->emplace_back(name);
        return 0;
    };
    H5Aiterate_by_name(file.id(), object.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &names,
                       H5P_DEFAULT);
    return names;
}

/// What the attributes of an object hold: numbers and texts, digests left out.
inline std::uint64_t attributeBytes(const std::filesystem::path& path, const std::string& object)
{
    std::uint64_t bytes = 0;
    for (const std::string& name : attributesOf(path, object)) {
        if (name.ends_with("sha256"))
            continue;
        const EditedFile file(path);
        const hid_t id = H5Aopen_by_name(file.id(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
        const hid_t type = H5Aget_type(id);
        if (H5Tget_class(type) == H5T_INTEGER) {
            bytes += H5Aget_storage_size(id);
        } else {
            char* text = nullptr; // one
            H5Aread(id, type, &text);
            bytes += std::string(text).size();
            H5free_memory(text);
        }
        H5Tclose(type);
        H5Aclose(id);
    }
    return bytes;
}

/// A number becomes one more, a text gets another last character.
inline void changeAttribute(const std::filesystem::path& path, const std::string& object,
                            const std::string& name)
{
    const EditedFile file(path);
    const hid_t owner = H5Oopen(file.id(), object.c_str(), H5P_DEFAULT);
    const hid_t id = H5Aopen(owner, name.c_str(), H5P_DEFAULT);
    const hid_t type = H5Aget_type(id);
    const hid_t space = H5Aget_space(id);
    const auto count = std::size_t(H5Sget_simple_extent_npoints(space));
    if (H5Tget_class(type) == H5T_INTEGER) {
        std::vector<std::int64_t> values(count);
        H5Aread(id, H5T_NATIVE_INT64, values.data());
        ++values.back();
        H5Awrite(id, H5T_NATIVE_INT64, values.data());
    } else {
        std::vector<char*> texts(count, nullptr);
        H5Aread(id, type, texts.data());
        std::string text = texts.front();
        text.back() = text.back() == 'x' ? 'y' : 'x';
        std::vector<const char*> changed(texts.begin(), texts.end());
        changed.front() = text.c_str();
        H5Awrite(id, type, changed.data());
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts.data());
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(id);
    H5Oclose(owner);
}

inline void setInteger(const std::filesystem::path& path, const std::string& object, const std::string& name,
                       std::int64_t value)
{
    const EditedFile file(path);
    const hid_t id = H5Aopen_by_name(file.id(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(id, H5T_NATIVE_INT64, &value);
    H5Aclose(id);
}

inline void removeAttribute(const std::filesystem::path& path, const std::string& object,
                            const std::string& name)
{
    const EditedFile file(path);
    H5Adelete_by_name(file.id(), object.c_str(), name.c_str(), H5P_DEFAULT);
}

} // namespace ternbench::edits
