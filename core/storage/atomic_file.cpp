#include "core/storage/atomic_file.h"

#include "core/error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <optional>
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

fs::path folderOf(const fs::path& file)
{
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

std::string suffixOf(pid_t process, unsigned number)
{
    return ".tmp-" + std::to_string(process) + "-" + std::to_string(number);
}

/// The process that gave `name` to a temporary sibling of `file`; nothing for any other name.
std::optional<pid_t> writerOf(const std::string& name, const std::string& file)
{
    const std::string start = file + ".tmp-";
    if (!name.starts_with(start))
        return std::nullopt;
    pid_t process = 0;
    unsigned number = 0;
    const char* const end = name.data() + name.size();
    const auto dash = std::from_chars(name.data() + start.size(), end, process);
    if (dash.ptr == end || *dash.ptr != '-')
        return std::nullopt;
    std::from_chars(dash.ptr + 1, end, number);
    return process > 0 && name == file + suffixOf(process, number) ? std::optional(process) : std::nullopt;
}

/// Unless somebody holds it: a writer on another host or in another container, whose processes are not ours
/// to ask for, has it locked.
void removeUnlocked(const fs::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return;
    struct stat found
    {};
    if (::fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode) &&
        ::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        ::unlink(file.c_str());
    ::close(descriptor);
}

/// Temporary siblings of `target` whose process was killed while it wrote.
void removeAbandoned(const fs::path& target)
{
    const std::string name = target.filename().string();
    std::error_code error;
    for (fs::directory_iterator entry(folderOf(target), error), end; !error && entry != end;
         entry.increment(error)) {
        const auto process = writerOf(entry->path().filename().string(), name);
        if (process && ::kill(*process, 0) != 0 && errno == ESRCH)
            removeUnlocked(entry->path());
    }
}

/// The rename is durable only once the folder is. Some file systems cannot sync one: then nothing is lost
/// that could be saved.
void syncFolder(const fs::path& file)
{
    const int descriptor = ::open(folderOf(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
    sibling += suffixOf(::getpid(), count++);
    return sibling;
}

FileReplacement::FileReplacement(fs::path file) : m_file(std::move(file)), m_target(linkTarget(m_file))
{
    removeAbandoned(m_target);
    do { // a name that is taken was left by a process of the same number that was killed
        m_temporary = temporarySibling(m_file);
        m_descriptor = ::open(m_temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (m_descriptor < 0 && errno == EEXIST);
    if (m_descriptor < 0)
        fail(errno);
    ::flock(m_descriptor, LOCK_EX | LOCK_NB); // see removeUnlocked(); some file systems have no locks
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
    // The HDF5 library refuses to read what is locked. Until it is renamed the file could be taken for
    // abandoned by a writer on another host, which knows no process of this number; this one would then fail.
    ::flock(m_descriptor, LOCK_UN);
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
