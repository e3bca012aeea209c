#include "experiments/run_output.h"

#include "core/error.h"
#include "core/storage/atomic_file.h"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace ternbench {

void requireRunOutput(const std::filesystem::path& output)
{
    if (output.empty())
        return;
    const std::filesystem::path folder = output.has_parent_path() ? output.parent_path() : ".";
    std::error_code error;
    if (std::filesystem::is_directory(output, error))
        throw InputError(output.string() + ": is a folder; the run file needs a file name");
    if (!std::filesystem::is_directory(folder, error))
        throw InputError(output.string() + ": cannot be written: the folder " + folder.string() +
                         " does not exist");
    // Tried, not asked for: permissions do not tell of a read-only or special file system.
    const std::filesystem::path trial = temporarySibling(output);
    const bool created = std::ofstream(trial).is_open();
    const int reason = errno;
    std::filesystem::remove(trial, error);
    if (!created)
        throw InputError(output.string() + ": cannot be written: no file can be made in " + folder.string() +
                         ": " + std::error_code(reason, std::generic_category()).message());
}

RunOutput::RunOutput(std::filesystem::path file) : m_file(std::move(file)) {}

std::filesystem::path RunOutput::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_file;
}

void RunOutput::redirect(const std::filesystem::path& file)
{
    const std::lock_guard lock(m_mutex);
    m_file = file;
}

} // namespace ternbench
