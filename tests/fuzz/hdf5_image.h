#pragma once

#include "core/storage/hdf5.h"

#include <hdf5.h>

#include <string>
#include <vector>

/// HDF5 files in memory, through the C API alone.
namespace ternbench::fuzz {

/// Opens `bytes` for writing. The file has no path.
inline h5::Handle openImage(const std::string& bytes)
{
    const h5::Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(access.id(), std::size_t{1} << 16, false);
    H5Pset_file_image(access.id(), const_cast<char*>(bytes.data()), bytes.size());
    return {H5Fopen("image", H5F_ACC_RDWR, access.id()), H5Fclose};
}

/// The file's bytes as they are now.
inline std::string imageOf(const h5::Handle& file)
{
    H5Fflush(file.id(), H5F_SCOPE_GLOBAL);
    const ssize_t size = H5Fget_file_image(file.id(), nullptr, 0);
    std::string bytes(std::size_t(size > 0 ? size : 0), '\0');
    H5Fget_file_image(file.id(), bytes.data(), bytes.size());
    return bytes;
}

/// Paths of all objects of a kind: "/", "/layers/00_fc1/codes".
inline std::vector<std::string> objectsOf(const h5::Handle& file, H5O_type_t wanted)
{
    struct Found
    {
        H5O_type_t wanted;
        std::vector<std::string> paths;
    } found{wanted, {}};
    const auto visit = [](hid_t, const char* name, const H5O_info_t* info, void* out) -> herr_t {
        auto& result = *static_cast<Found*>(out);
        if (info->type == result.wanted)
            result.paths.push_back(std::string(name) == "." ? "/" : "/" + std::string(name));
        return 0;
    };
    H5Ovisit2(file.id(), H5_INDEX_NAME, H5_ITER_INC, visit, &found, H5O_INFO_BASIC);
    return found.paths;
}

inline std::vector<std::string> attributesOf(const h5::Handle& file, const std::string& object)
{
    std::vector<std::string> names;
    const auto visit = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->emplace_back(name);
        return 0;
    };
    H5Aiterate_by_name(file.id(), object.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &names,
                       H5P_DEFAULT);
    return names;
}

} // namespace ternbench::fuzz
