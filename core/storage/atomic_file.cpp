#include "core/storage/atomic_file.h"

#include "core/error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

namespace ternbench {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, int error)
{
    throw InputError(file.string() +
                     ": cannot be written: " + std::error_code(error, std::generic_category()).message());
}

/// An open file descriptor, closed at the end of its scope.
class Descriptor
{
public:
    Descriptor(const fs::path& path, int flags) : m_number(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    bool isOpen() const { return m_number >= 0; }
    int number() const { return m_number; }

private:
    int m_number;
};

/// Removes a temporary file unless it was given its final name.
class TemporaryFile
{
public:
    explicit TemporaryFile(fs::path path) : m_path(std::move(path)) {}
    ~TemporaryFile()
    {
        if (!m_path.empty())
            ::unlink(m_path.c_str());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    void release() { m_path.clear(); }
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

void writeAll(int descriptor, std::string_view content, const fs::path& file)
{
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            fail(file, errno);
        content.remove_prefix(std::size_t(written));
    }
}

/// Where a rename must go, so that a symbolic link stays one.
fs::path linkTarget(const fs::path& file)
{
    std::error_code error;
    fs::path target = fs::weakly_canonical(file, error);
    return error || !fs::is_symlink(file, error) ? file : target;
}

/// The rename is durable only once the folder is. Some file systems cannot sync one: then nothing is lost
/// that could be saved.
void syncFolder(const fs::path& file)
{
    const Descriptor folder(file.has_parent_path() ? file.parent_path() : fs::path("."),
                            O_RDONLY | O_DIRECTORY);
    if (folder.isOpen())
        ::fsync(folder.number());
}

} // namespace

fs::path temporarySibling(const fs::path& file)
{
    static std::atomic<unsigned> count{0};
    fs::path sibling = linkTarget(file);
    sibling += ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
    return sibling;
}

void replaceFile(const fs::path& temporary, const fs::path& file)
{
    TemporaryFile guard(temporary);
    const fs::path target = linkTarget(file);
    {
        const Descriptor written(temporary, O_RDONLY);
        struct stat existing
        {};
        if (!written.isOpen())
            fail(file, errno);
        if (::stat(target.c_str(), &existing) == 0 &&
            ::fchmod(written.number(), existing.st_mode & 07777U) != 0)
            fail(file, errno);
        if (::fsync(written.number()) != 0)
            fail(file, errno);
    }
    if (::rename(temporary.c_str(), target.c_str()) != 0)
        fail(file, errno);
    guard.release();
    syncFolder(target);
}

void writeFileAtomically(const fs::path& file, std::string_view content)
{
    const fs::path temporary = temporarySibling(file);
    TemporaryFile guard(temporary);
    {
        const Descriptor written(temporary, O_WRONLY | O_CREAT | O_EXCL);
        if (!written.isOpen())
            fail(file, errno);
        writeAll(written.number(), content, file);
    }
    guard.release(); // from here on replaceFile() removes it
    replaceFile(temporary, file);
}

} // namespace ternbench
