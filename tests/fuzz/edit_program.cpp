#include "tests/fuzz/edit_program.h"

#include "tests/fuzz/structure_edits.h"

#include <cstring>

namespace ternbench::fuzz {

namespace {

constexpr int maxEdits = 12;
constexpr std::size_t firstStructural = 13; ///< of 16 beginnings of a program: 1 to 3 structural edits

/// Where a dataset's values lie in the file.
struct Extent
{
    std::size_t offset, size, elementSize;
};

std::vector<Extent> extentsOf(const h5::Handle& file, const std::vector<std::string>& datasets)
{
    std::vector<Extent> extents;
    for (const std::string& path : datasets) {
        const h5::Handle dataset(H5Dopen2(file.id(), path.c_str(), H5P_DEFAULT), H5Dclose);
        if (dataset.id() < 0)
            continue; // edited away
        const h5::Handle type(H5Dget_type(dataset.id()), H5Tclose);
        const haddr_t offset = H5Dget_offset(dataset.id());
        const hsize_t size = H5Dget_storage_size(dataset.id());
        if (offset != HADDR_UNDEF && size > 0)
            extents.push_back({std::size_t(offset), std::size_t(size), H5Tget_size(type.id())});
    }
    return extents;
}

/// Little-endian bytes of `value` at `offset`, as many as fit.
void put(std::string& bytes, std::size_t offset, std::uint64_t value, std::size_t size)
{
    for (std::size_t i = 0; i < size && offset + i < bytes.size(); ++i)
        bytes[offset + i] = char(value >> (i < 8 ? 8 * i : 63));
}

void editValue(std::string& bytes, const std::vector<Extent>& extents, ByteSource& source)
{
    if (extents.empty())
        return;
    const Extent& extent = extents[source.below(extents.size())];
    const std::size_t element = source.below(extent.size / extent.elementSize);
    const std::uint64_t value = source.interesting();
    put(bytes, extent.offset + element * extent.elementSize, value, extent.elementSize);
}

void editBytes(std::string& bytes, std::size_t kind, ByteSource& source)
{
    const std::size_t at = source.below(bytes.size());
    if (bytes.empty())
        return;
    if (kind == 0)
        bytes[at] = char(source.number(1));
    else if (kind == 1)
        put(bytes, at & ~std::size_t{3}, source.interesting(), 4);
    else if (kind == 2)
        put(bytes, at & ~std::size_t{7}, source.interesting(), 8);
    else
        bytes.resize(at);
}

} // namespace

struct EditProgram::Layout
{
    FileObjects objects;
    std::vector<Extent> extents;
};

EditProgram::EditProgram(std::string file) : m_file(std::move(file))
{
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const h5::Handle image = openImage(m_file);
    auto layout = std::make_unique<Layout>();
    layout->objects.groups = objectsOf(image, H5O_TYPE_GROUP);
    layout->objects.datasets = objectsOf(image, H5O_TYPE_DATASET);
    layout->extents = extentsOf(image, layout->objects.datasets);
    m_layout = std::move(layout);
}

EditProgram::~EditProgram() = default;

std::string EditProgram::apply(Bytes program) const
{
    ByteSource source(program);
    std::string bytes = m_file;
    std::vector<Extent> extents = m_layout->extents;
    const std::size_t structural = source.below(16);
    if (structural >= firstStructural) { // rarely, and few: the slow ones
        const h5::Handle file = openImage(m_file);
        for (std::size_t edit = firstStructural; edit <= structural; ++edit)
            editStructure(file, m_layout->objects, source);
        bytes = imageOf(file);
        if (!source.empty())
            extents = extentsOf(file, m_layout->objects.datasets);
    }
    for (int edit = 0; edit < maxEdits && !source.empty(); ++edit) {
        const std::size_t kind = source.below(8);
        if (kind < 4)
            editValue(bytes, extents, source);
        else
            editBytes(bytes, kind - 4, source);
    }
    return bytes;
}

} // namespace ternbench::fuzz
