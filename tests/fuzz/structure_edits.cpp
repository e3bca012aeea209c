#include "tests/fuzz/structure_edits.h"

namespace ternbench::fuzz {

namespace {

constexpr hssize_t mostValues = 1 << 16; ///< that are written

/// Types that our files use, and some that they must never be taken for.
h5::Handle someType(ByteSource& source)
{
    const auto copyOf = [](hid_t type) { return h5::Handle(H5Tcopy(type), H5Tclose); };
    switch (source.below(14)) {
    case 0:
        return copyOf(H5T_STD_I8LE);
    case 1:
        return copyOf(H5T_STD_U8LE);
    case 2:
        return copyOf(H5T_STD_I16BE);
    case 3:
        return copyOf(H5T_STD_I32LE);
    case 4:
        return copyOf(H5T_STD_I64LE);
    case 5:
        return copyOf(H5T_STD_U64LE);
    case 6:
        return copyOf(H5T_IEEE_F32LE);
    case 7:
        return copyOf(H5T_IEEE_F64LE);
    case 8: {
        h5::Handle text = copyOf(H5T_C_S1);
        H5Tset_size(text.id(), 1 + source.below(80));
        return text;
    }
    case 9: {
        h5::Handle text = copyOf(H5T_C_S1);
        H5Tset_size(text.id(), H5T_VARIABLE);
        return text;
    }
    case 10:
        return {H5Tvlen_create(H5T_STD_I32LE), H5Tclose};
    case 11: {
        h5::Handle wide = copyOf(H5T_STD_I64LE);
        H5Tset_size(wide.id(), 1 + source.below(40));
        return wide;
    }
    case 12: {
        h5::Handle compound(H5Tcreate(H5T_COMPOUND, 24), H5Tclose);
        const h5::Handle list(H5Tvlen_create(H5T_STD_I32LE), H5Tclose);
        H5Tinsert(compound.id(), "a", 0, H5T_STD_I64LE);
        H5Tinsert(compound.id(), "b", 8, list.id());
        return compound;
    }
    default:
        return copyOf(H5T_STD_REF_OBJ);
    }
}

h5::Handle someSpace(ByteSource& source)
{
    const std::size_t rank = source.below(6);
    if (rank >= 4)
        return {H5Screate(rank == 4 ? H5S_NULL : H5S_SCALAR), H5Sclose};
    std::vector<hsize_t> extents;
    for (std::size_t i = 0; i < rank; ++i)
        extents.push_back(source.below(8) == 0 ? source.interesting() : source.below(24));
    return {rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(int(rank), extents.data(), nullptr),
            H5Sclose};
}

/// Bytes that hold enough for any value that is written: zeros, so that lists are empty and texts null.
/// Nothing where there are too many.
std::vector<char> valuesFor(hid_t type, hid_t space, hssize_t most, ByteSource& source)
{
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (count < 0 || count > most)
        return {};
    std::vector<char> values(std::size_t(count) * H5Tget_size(type) + 1, '\0');
    const H5T_class_t kind = H5Tget_class(type);
    if (kind == H5T_INTEGER || kind == H5T_FLOAT || (kind == H5T_STRING && H5Tis_variable_str(type) == 0))
        for (std::size_t i = 0; i < std::min<std::size_t>(values.size(), 16); ++i)
            values[i] = char(source.number(1));
    return values;
}

/// Contiguous, chunked (and compressed), compact, or in another file.
h5::Handle someLayout(hid_t space, ByteSource& source)
{
    h5::Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const int rank = H5Sget_simple_extent_ndims(space);
    const std::vector<hsize_t> chunk(std::size_t(std::max(rank, 1)), 1 + source.below(16));
    switch (source.below(6)) {
    case 0:
        H5Pset_layout(creation.id(), H5D_COMPACT);
        break;
    case 1:
        if (rank > 0)
            H5Pset_chunk(creation.id(), rank, chunk.data());
        break;
    case 2:
        if (rank > 0) {
            H5Pset_chunk(creation.id(), rank, chunk.data());
            H5Pset_deflate(creation.id(), 6);
        }
        break;
    case 3:
        H5Pset_external(creation.id(), "/proc/self/status", 0, H5F_UNLIMITED);
        break;
    default:
        break;
    }
    return creation;
}

void replaceDataset(const h5::Handle& file, const std::string& path, ByteSource& source)
{
    const h5::Handle type = someType(source);
    const h5::Handle space = someSpace(source);
    const h5::Handle creation = someLayout(space.id(), source);
    H5Ldelete(file.id(), path.c_str(), H5P_DEFAULT);
    const h5::Handle dataset(
        H5Dcreate2(file.id(), path.c_str(), type.id(), space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT),
        H5Dclose);
    // In chunks of one value each, many take the library seconds to write.
    const hssize_t most = H5Pget_layout(creation.id()) == H5D_CHUNKED ? 1 << 10 : mostValues;
    const std::vector<char> values = valuesFor(type.id(), space.id(), most, source);
    if (dataset.id() >= 0 && !values.empty() && H5Pget_external_count(creation.id()) == 0)
        H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
}

void replaceAttribute(const h5::Handle& file, const std::string& path, ByteSource& source)
{
    const h5::Handle object(H5Oopen(file.id(), path.c_str(), H5P_DEFAULT), H5Oclose);
    const std::vector<std::string> names = attributesOf(file, path);
    if (names.empty())
        return;
    const std::string& name = names[source.below(names.size())];
    H5Adelete(object.id(), name.c_str());
    const std::size_t choice = source.below(8);
    if (choice == 0)
        return; // removed
    const auto write = [&](hid_t type, hid_t space, const void* values) {
        const h5::Handle attribute(
            H5Acreate2(object.id(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
        if (attribute.id() >= 0 && values)
            H5Awrite(attribute.id(), type, values);
    };
    const h5::Handle scalar(H5Screate(H5S_SCALAR), H5Sclose);
    if (choice < 4) {
        const std::uint64_t value = source.interesting();
        return write(H5T_STD_I64LE, scalar.id(), &value);
    }
    if (choice < 6) {
        static constexpr std::array<const char*, 8> words{"",         "linear", "at-most-k",        "trimmed",
                                                          "finished", "logic",  "ternbench.packed", "\xFF{"};
        const h5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
        H5Tset_size(type.id(), H5T_VARIABLE);
        const char* word = words[source.below(words.size())];
        return write(type.id(), scalar.id(), &word);
    }
    const h5::Handle type = someType(source);
    const h5::Handle space = someSpace(source);
    const std::vector<char> values = valuesFor(type.id(), space.id(), mostValues, source);
    write(type.id(), space.id(), values.empty() ? nullptr : values.data());
}

void editLink(const h5::Handle& file, const FileObjects& objects, ByteSource& source)
{
    const std::string from = objects.any(source);
    const std::string to = objects.any(source);
    if (from == "/")
        return;
    const std::size_t choice = source.below(6);
    if (choice == 5) { // one more name: "/layers/00_fc1x"
        H5Lcreate_hard(file.id(), to.c_str(), file.id(), (from + "x").c_str(), H5P_DEFAULT, H5P_DEFAULT);
        return;
    }
    H5Ldelete(file.id(), from.c_str(), H5P_DEFAULT);
    if (choice == 1)
        H5Lcreate_hard(file.id(), to.c_str(), file.id(), from.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    else if (choice == 2)
        H5Lcreate_soft(to.c_str(), file.id(), from.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    else if (choice == 3)
        H5Lcreate_external("/proc/self/status", "/", file.id(), from.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    else if (choice == 4) {
        const h5::Handle group(H5Gcreate2(file.id(), from.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                               H5Gclose);
    }
}

} // namespace

void editStructure(const h5::Handle& file, const FileObjects& objects, ByteSource& source)
{
    switch (source.below(4)) {
    case 0:
        return replaceDataset(file, objects.datasets[source.below(objects.datasets.size())], source);
    case 1:
    case 2:
        return replaceAttribute(file, objects.any(source), source);
    default:
        return editLink(file, objects, source);
    }
}

} // namespace ternbench::fuzz
