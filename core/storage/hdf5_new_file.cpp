#include "core/storage/hdf5_new_file.h"

#include "core/error.h"

#include <hdf5.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <limits>
#include <new>

namespace ternbench::h5 {

namespace {

/// pread or pwrite of all `size` bytes. Returns 0 or errno; reading beyond the end is EIO.
template <class Transfer, class Byte>
int transferAll(Transfer transfer, int descriptor, Byte* bytes, std::size_t size, std::uint64_t position)
{
    while (size > 0) {
        const ssize_t done = transfer(descriptor, bytes, size, off_t(position));
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return done < 0 ? errno : EIO;
        bytes += done;
        size -= std::size_t(done);
        position += std::uint64_t(done);
    }
    return 0;
}

// A driver of HDF5's virtual file layer ("HDF5 Virtual File Layer", The HDF Group): C functions over a
// NewFile.

/// What the library keeps of an open file.
struct Opened
{
    H5FD_t common; ///< first: the library's part
    NewFile* file;
    haddr_t allocated; ///< "eoa", the end of the addresses in use
};

Opened& opened(H5FD_t* file)
{
    return *reinterpret_cast<Opened*>(file);
}

const Opened& opened(const H5FD_t* file)
{
    return *reinterpret_cast<const Opened*>(file);
}

H5FD_t* openFile(const char*, unsigned, hid_t access, haddr_t)
{
    const void* file = H5Pget_driver_info(access);
    if (!file)
        return nullptr;
    auto* result = new (std::nothrow) Opened{};
    if (!result)
        return nullptr;
    result->file = *static_cast<NewFile* const*>(file);
    return &result->common;
}

herr_t closeFile(H5FD_t* file)
{
    delete &opened(file);
    return 0;
}

int compareFiles(const H5FD_t* a, const H5FD_t* b)
{
    const std::less<> before;
    const NewFile* first = opened(a).file;
    const NewFile* second = opened(b).file;
    return before(first, second) ? -1 : before(second, first) ? 1 : 0;
}

herr_t queryFeatures(const H5FD_t*, unsigned long* features)
{
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

haddr_t allocatedEnd(const H5FD_t* file, H5FD_mem_t)
{
    return opened(file).allocated;
}

herr_t setAllocatedEnd(H5FD_t* file, H5FD_mem_t, haddr_t end)
{
    opened(file).allocated = end;
    return 0;
}

haddr_t writtenEnd(const H5FD_t* file, H5FD_mem_t)
{
    return opened(file).file->end();
}

/// Runs `action`; -1 where memory ran out.
template <class Action>
herr_t guarded(Action action)
{
    try {
        action();
        return 0;
    } catch (const std::exception&) {
        return -1;
    }
}

herr_t readBytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t position, std::size_t size, void* target)
{
    return guarded(
        [&] { opened(file).file->read(position, std::span(static_cast<std::byte*>(target), size)); });
}

herr_t writeBytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t position, std::size_t size, const void* bytes)
{
    return guarded(
        [&] { opened(file).file->write(position, std::span(static_cast<const std::byte*>(bytes), size)); });
}

herr_t truncateFile(H5FD_t* file, hid_t, hbool_t)
{
    return guarded([&] { opened(file).file->resize(opened(file).allocated); });
}

H5FD_class_t describeDriver()
{
    H5FD_class_t driver{};
    driver.name = "ternbench_new_file";
    driver.maxaddr = std::numeric_limits<off_t>::max();
    driver.fc_degree = H5F_CLOSE_STRONG;
    driver.fapl_size = sizeof(NewFile*);
    driver.open = openFile;
    driver.close = closeFile;
    driver.cmp = compareFiles;
    driver.query = queryFeatures;
    driver.get_eoa = allocatedEnd;
    driver.set_eoa = setAllocatedEnd;
    driver.get_eof = writtenEnd;
    driver.read = readBytes;
    driver.write = writeBytes;
    driver.truncate = truncateFile;
    constexpr std::array<H5FD_mem_t, H5FD_MEM_NTYPES> freeLists = H5FD_FLMAP_DICHOTOMY;
    std::ranges::copy(freeLists, driver.fl_map);
    return driver;
}

/// Registered once, for as long as the library lives.
hid_t driver()
{
    static const H5FD_class_t description = describeDriver();
    static const hid_t id = H5FDregister(&description);
    return id;
}

} // namespace

Handle NewFile::create()
{
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    NewFile* self = this;
    const std::filesystem::path& file = m_replacement.file();
    // Without its driver the library would write over the file itself.
    const bool ours = H5Pset_driver(access.id(), driver(), &self) >= 0;
    const hid_t id = ours ? H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()) : -1;
    if (id < 0)
        throw InputError(file.string() + ": cannot be created (out of memory?)");
    return {id, H5Fclose};
}

void NewFile::commit()
{
    if (m_error != 0)
        m_replacement.fail(m_error);
    m_replacement.commit();
}

void NewFile::read(std::uint64_t position, std::span<std::byte> target)
{
    const auto partUpTo = [&](std::uint64_t end) {
        return target.first(position < end ? std::min<std::uint64_t>(target.size(), end - position) : 0);
    };
    const std::span<std::byte> there = partUpTo(m_end);
    std::ranges::fill(target.subspan(there.size()), std::byte{0});
    if (m_error == 0)
        if (const int error =
                transferAll(::pread, m_replacement.descriptor(), there.data(), there.size(), position))
            goOnInMemory(error);
    if (m_error == 0)
        return;
    std::ranges::fill(there, std::byte{0});
    if (const std::span<std::byte> kept = partUpTo(m_memory.size()); !kept.empty())
        std::copy_n(m_memory.begin() + std::ptrdiff_t(position), kept.size(), kept.begin());
}

void NewFile::write(std::uint64_t position, std::span<const std::byte> bytes)
{
    if (m_error == 0)
        if (const int error =
                transferAll(::pwrite, m_replacement.descriptor(), bytes.data(), bytes.size(), position))
            goOnInMemory(error);
    const std::uint64_t end = std::max(m_end, position + bytes.size());
    if (m_error != 0) {
        m_memory.resize(end);
        std::ranges::copy(bytes, m_memory.begin() + std::ptrdiff_t(position));
    }
    m_end = end;
}

void NewFile::resize(std::uint64_t end)
{
    if (m_error == 0 && ::ftruncate(m_replacement.descriptor(), off_t(end)) != 0)
        goOnInMemory(errno);
    if (m_error != 0)
        m_memory.resize(end);
    m_end = end;
}

void NewFile::goOnInMemory(int error)
{
    m_error = error; // first: where memory runs out as well, commit() must still refuse
    m_memory.resize(m_end);
    // What cannot be read stays 0: the file comes to nothing anyway.
    transferAll(::pread, m_replacement.descriptor(), m_memory.data(), m_memory.size(), 0);
}

} // namespace ternbench::h5
