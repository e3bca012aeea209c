#include "app/cli/file_checks.h"

#include "core/error.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace ternbench {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& option, const fs::path& file, const std::string& why)
{
    throw InputError(option + ": " + (file.empty() ? "\"\"" : file.string()) + " " + why);
}

bool isSameFile(const fs::path& a, const fs::path& b)
{
    std::error_code error;
    return fs::weakly_canonical(a, error) == fs::weakly_canonical(b, error) || fs::equivalent(a, b, error);
}

} // namespace

void requireWritable(const std::string& option, const fs::path& file, bool force)
{
    if (file.empty() || !file.has_filename())
        refuse(option, file, "is not allowed: must name a file");
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (fs::is_directory(status))
        refuse(option, file, "is a folder: must name a file");
    if (fs::exists(status) && !fs::is_regular_file(status))
        refuse(option, file, "is not a regular file");
    if (fs::exists(status) && !force)
        refuse(option, file, "exists already: choose another name, or overwrite it with --force");
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        refuse(option, file,
               "cannot be written: folder " + folder.string() + ": " +
                   std::generic_category().message(errno));
}

void requireDistinct(const std::string& option, const fs::path& file, const std::string& otherOption,
                     const fs::path& other)
{
    if (isSameFile(file, other))
        refuse(option, file, "is also " + otherOption + ": must be another file");
}

fs::path packedSibling(const fs::path& runFile)
{
    std::string name = runFile.filename().string();
    for (const std::string_view ending : {".run.h5", ".h5"})
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.resize(name.size() - ending.size());
            break;
        }
    return runFile.parent_path() / (name + ".packed.h5");
}

} // namespace ternbench
