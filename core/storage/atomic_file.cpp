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
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

} // namespace

fs::path temporarySibling(const fs::path& file)
{
    static std::atomic<unsigned> count{0};
    fs::path sibling = linkTarget(file);
    sibling += ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
    return sibling;
}

FileReplacement::FileReplacement(fs::path file) : m_file(std::move(file)), m_target(linkTarget(m_file))
{
    do { // a name that is taken was left by a process of the same number that was killed
        m_temporary = temporarySibling(m_file);
        m_descriptor = ::open(m_temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (m_descriptor < 0 && errno == EEXIST);
    if (m_descriptor < 0)
        fail(errno);
}

FileReplacement::~FileReplacement()
{
    ::close(m_descriptor);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

void FileReplacement::commit()
{
    struct stat existing
    {};
    if (::stat(m_target.c_str(), &existing) == 0 && ::fchmod(m_descriptor, existing.st_mode & 07777U) != 0)
        fail(errno);
    if (::fsync(m_descriptor) != 0)
        fail(errno);
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        fail(errno);
    m_temporary.clear();
    syncFolder(m_target);
}

void FileReplacement::fail(int error) const
{
    throw InputError(m_file.string() +
                     ": cannot be written: " + std::error_code(error, std::generic_category()).message());
}

void writeFileAtomically(const fs::path& file, std::string_view content)
{
    FileReplacement replacement(file);
    while (!content.empty()) {
        const ssize_t written = ::write(replacement.descriptor(), content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            replacement.fail(errno);
        content.remove_prefix(std::size_t(written));
    }
    replacement.commit();
}

} // namespace ternbench
