#include "tests/fuzz/memory_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace ternbench::fuzz {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

/// Where a name is to be made up.
std::string pattern()
{
    const fs::path folder = fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    return (folder / "ternbench-fuzz-XXXXXX").string();
}

} // namespace

// Not memfd_create(): HDF5 wants to know a path that is no symbolic link.
MemoryFile::MemoryFile() : m_descriptor(-1)
{
    std::string path = pattern();
    m_descriptor = mkstemp(path.data());
    if (m_descriptor < 0)
        fail("mkstemp");
    m_path = path;
}

MemoryFile::~MemoryFile()
{
    close(m_descriptor);
    unlink(m_path.c_str());
}

void MemoryFile::write(Bytes content)
{
    if (ftruncate(m_descriptor, 0) != 0)
        fail("ftruncate");
    for (std::size_t done = 0; done < content.size();) {
        const ssize_t wrote = pwrite(m_descriptor, content.data() + done, content.size() - done, off_t(done));
        if (wrote <= 0)
            fail("pwrite");
        done += std::size_t(wrote);
    }
}

MemoryFolder::MemoryFolder()
{
    std::string path = pattern();
    if (!mkdtemp(path.data()))
        fail("mkdtemp");
    m_path = path;
}

MemoryFolder::~MemoryFolder()
{
    std::error_code error; // what cannot be removed stays behind
    fs::remove_all(m_path, error);
}

std::string contentOf(void (*write)(const fs::path& path))
{
    const MemoryFolder folder;
    const fs::path file = folder.path() / "seed";
    write(file);
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace ternbench::fuzz
