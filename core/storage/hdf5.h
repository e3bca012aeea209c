#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// A thin, typed layer over the HDF5 C API: handles that close themselves, errors as InputError that name
/// file and object. Datasets are written contiguous and unfiltered, so that any reader and a hex dump agree.
namespace ternbench::h5 {

/// An HDF5 identifier that closes itself. (hid_t is int64_t; hdf5.h stays out of our headers.)
class Handle
{
public:
    using Close = int (*)(std::int64_t);

    Handle() = default;
    Handle(std::int64_t id, Close close) : m_id(id), m_close(close) {}
    Handle(Handle&& other) noexcept : m_id(std::exchange(other.m_id, -1)), m_close(other.m_close) {}
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    ~Handle()
    {
        if (m_id >= 0)
            m_close(m_id);
    }
    std::int64_t id() const { return m_id; }

private:
    std::int64_t m_id = -1;
    Close m_close = nullptr;
};

using Shape = std::vector<std::uint64_t>; ///< empty: a scalar

/// "[60000, 28, 28]".
std::string toString(const Shape& shape);

/// What a dataset of numbers says about itself.
struct NumberArray
{
    enum class Kind { Unsigned, Signed, Float };
    Kind kind = Kind::Unsigned;
    int bits = 8;
    Shape shape;

    std::string typeName() const; ///< "uint8", "float32"
};

struct GroupDigests
{
    struct OfDataset
    {
        std::string name;
        std::string claimed; ///< what the file says it is; empty: nothing
        std::string found;   ///< SHA-256 over type, shape and bytes
    };
    std::vector<OfDataset> datasets; ///< by name
    /// SHA-256 over names, types and values of the attributes of the group, by name, and of its datasets, by
    /// name.
    std::string attributes;
};

/// Who wrote a file: what its refusal says depends on it.
enum class Maker { Ternbench, AnyProgram };

/// Element types in use: float, double, std::int8_t, std::uint8_t, std::int16_t, std::int32_t, std::int64_t,
/// std::uint32_t, std::uint64_t, in their native little-endian form.
class Group
{
public:
    Group(Handle handle, std::string file, std::string path);

    const std::string& path() const { return m_path; }

    Group createGroup(const std::string& name) const;
    Group openGroup(const std::string& name) const;
    bool has(const std::string& name) const;
    std::vector<std::string> groupNames() const;   ///< of direct children, by name
    std::vector<std::string> datasetNames() const; ///< of direct children, by name

    template <class T>
    void write(const std::string& name, std::span<const T> values, const Shape& shape) const;
    template <class T>
    void write(const std::string& name, const std::vector<T>& values) const
    {
        write(name, std::span<const T>(values), {values.size()});
    }
    template <class T>
    void writeScalar(const std::string& name, T value) const
    {
        write(name, std::span<const T>(&value, 1), {});
    }
    /// Fixed-length, null-padded UTF-8 strings.
    void writeStrings(const std::string& name, const std::vector<std::string>& values) const;

    Shape shapeOf(const std::string& name) const;
    /// Throws InputError where the dataset is missing, of another type, or not of `shape` elements.
    template <class T>
    std::vector<T> read(const std::string& name, const Shape& shape) const;
    /// A list of any length.
    template <class T>
    std::vector<T> readList(const std::string& name) const;
    template <class T>
    T readScalar(const std::string& name) const
    {
        return read<T>(name, Shape{}).front();
    }
    std::vector<std::string> readStrings(const std::string& name) const;

    /// Throws InputError where the dataset is missing, of anything but integers or floats, or not there in
    /// full.
    NumberArray numbersOf(const std::string& name) const;
    /// Entries first, first + 1, ... of the first dimension, as many as fill `target`, from any type of
    /// numbers; T is std::uint8_t, std::int64_t or double, and what is beyond it becomes its nearest value.
    template <class T>
    void readEntries(const std::string& name, std::uint64_t first, std::span<T> target) const;

    void setAttribute(const std::string& name, const std::string& value) const;
    void setAttribute(const std::string& name, const char* value) const
    {
        setAttribute(name, std::string(value));
    }
    void setAttribute(const std::string& name, const std::vector<std::string>& values) const;
    void setAttribute(const std::string& name, std::int64_t value) const;
    void setAttribute(const std::string& name, int value) const { setAttribute(name, std::int64_t{value}); }
    void setAttribute(const std::string& name, double value) const;
    void setAttribute(const std::string& name, const std::vector<std::int64_t>& values) const;
    /// The attribute of a dataset in this group.
    void setAttributeOf(const std::string& dataset, const std::string& name, const std::string& value) const;

    bool hasAttribute(const std::string& name) const;
    std::string stringAttribute(const std::string& name) const;
    std::int64_t intAttribute(const std::string& name) const;
    double doubleAttribute(const std::string& name) const;
    /// Of at most 64 integers.
    std::vector<std::int64_t> intListAttribute(const std::string& name) const;
    std::optional<std::string> stringAttributeOf(const std::string& dataset, const std::string& name) const;

    /// SHA-256 over type, shape and bytes of a dataset.
    std::string digestOfDataset(const std::string& name) const;
    /// As GroupDigests::attributes, without the group's attribute `except`.
    std::string digestOfAttributes(const std::string& except) const;
    /// Of this group and all of its datasets, each opened once. `claims` is the attribute of a dataset that
    /// should say its digest; `except` the attribute of the group that is not part of its own digest.
    GroupDigests digests(const std::string& claims, const std::string& except) const;

    std::int64_t id() const { return m_handle.id(); }
    /// Throws InputError "FILE: PATH/name: what".
    [[noreturn]] void fail(const std::string& name, const std::string& what) const;

private:
    Handle openDataset(const std::string& name) const;
    /// Whether there is an object of that name here, not a link to another place or file.
    bool isOwn(const std::string& name) const;
    std::vector<std::string> childNames(int kind) const;
    std::string digestOf(const std::string& name, const Handle& dataset) const;
    using DatasetVisitor = std::function<void(const std::string& name, const Handle& dataset,
                                              const std::map<std::string, std::string>& attributes)>;
    std::string digestOfAttributes(const std::string& except, const DatasetVisitor& visit) const;
    /// Throws InputError unless the dataset's values lie in the file, all of them, in one piece.
    void checkStored(const std::string& name, const Handle& dataset, std::size_t elementSize) const;
    template <class T>
    std::vector<T> readChecked(const std::string& name, const Shape* shape) const;

    Handle m_handle;
    std::string m_file, m_path;
};

class NewFile;

class File
{
public:
    /// A new file, which takes its name with close(). Throws InputError where none can be made there.
    static File create(const std::filesystem::path& path);
    /// Opens read-only. Throws InputError where it is missing, unreadable, no HDF5 file, or truncated.
    static File open(const std::filesystem::path& path, Maker maker = Maker::Ternbench);
    File(File&& other) noexcept;
    ~File();

    Group root() const;
    /// Completes a file made by create(), atomically (atomic_file.h); no group of it may be used after that.
    /// Throws InputError where the file could not be written (disk full); the old one is untouched then.
    void close();

private:
    File(std::unique_ptr<NewFile> target, Handle handle, std::string path);
    std::unique_ptr<NewFile> m_target; ///< of create(); outlives the handle
    Handle m_handle;
    std::string m_path;
};

/// "00_fc1": the group of a layer, so that listing by name keeps the layers' order (up to 100 layers).
std::string numberedName(std::size_t index, const std::string& name);
/// "fc1" of "00_fc1".
std::string nameWithoutNumber(const std::string& groupName);

std::string libraryVersion();

} // namespace ternbench::h5
