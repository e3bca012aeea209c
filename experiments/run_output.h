#pragma once

#include <filesystem>
#include <mutex>

namespace ternbench {

/// Throws InputError where no file can be made beside `output`: a run that could not save its result after
/// hours of work is the worst way to learn of a wrong path. Empty: nothing is to be written.
void requireRunOutput(const std::filesystem::path& output);

/// Where a run's file goes; may be changed from another thread while the run goes on.
class RunOutput
{
public:
    explicit RunOutput(std::filesystem::path file);

    std::filesystem::path current() const;
    void redirect(const std::filesystem::path& file);

private:
    mutable std::mutex m_mutex;
    std::filesystem::path m_file;
};

} // namespace ternbench
