#include "experiments/document.h"

#include "core/error.h"
#include "core/storage/atomic_file.h"
#include "experiments/document_tree.h"
#include "experiments/json_path.h"
#include "experiments/json_syntax.h"
#include "experiments/validation.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace ternbench {

namespace {

using nlohmann::json;

constexpr std::size_t maxDocumentBytes = std::size_t{16} << 20;

void throwIfAny(const std::vector<Problem>& problems)
{
    if (!problems.empty())
        throw InputError(toString(problems));
}

json parseDocument(std::string_view text)
{
    if (text.size() > maxDocumentBytes)
        throw InputError("document: more than 16 MiB long: not an experiment document");
    try {
        return parseStrictJson(text);
    } catch (const InputError& error) {
        throw InputError(std::string("document: ") + error.what());
    }
}

/// Types checked, values not: an override may mend a value that is not allowed.
Experiment readTypes(const json& tree)
{
    std::vector<Problem> problems;
    Experiment experiment = experimentFromTree(tree, problems);
    throwIfAny(problems);
    return experiment;
}

/// The value of an override where `present` stands now: JSON, or else a bare string. Where a text stands a
/// number is that text too, so that name=2024 needs no quotes inside quotes.
json overrideValue(std::string_view path, std::string_view text, const json& present)
{
    const json value = json::parse(text, nullptr, false);
    const bool keepsType = !present.is_string() || value.is_string() || value.is_object();
    if (value.is_discarded() || !keepsType)
        return json(text);
    try {
        return parseStrictJson(text); // finds keys given twice
    } catch (const InputError& error) {
        throw InputError(std::string(path) + ": " + error.what());
    }
}

std::string readLimited(const std::filesystem::path& file)
{
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
        throw InputError(file.string() + ": is a folder: must be an experiment document (*.json)");
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw InputError(file.string() +
                         ": cannot be opened: " + std::error_code(errno, std::generic_category()).message());
    // Memory grows with what is really there; what is too long stays too long.
    std::string text;
    std::array<char, 65536> part{};
    while (text.size() <= maxDocumentBytes && stream) {
        stream.read(part.data(), std::streamsize(part.size()));
        text.append(part.data(), std::size_t(stream.gcount()));
    }
    if (stream.bad())
        throw InputError(file.string() + ": cannot be read");
    return text;
}

} // namespace

Experiment experimentFromJson(std::string_view text)
{
    Experiment experiment = readTypes(parseDocument(text));
    throwIfAny(validate(experiment));
    return experiment;
}

std::string withOverrides(std::string_view text, const std::vector<std::string>& overrides)
{
    Experiment experiment = readTypes(parseDocument(text));
    for (const std::string& each : overrides) {
        const std::size_t equals = each.find('=');
        if (equals == std::string::npos)
            throw InputError(inQuotes(each) +
                             " is not allowed: must be path=value, for example layers[2].code.K=3");
        const std::string_view path = std::string_view(each).substr(0, equals);
        // Written out in full, so that values the document leaves to their defaults have a place.
        json tree = json::parse(toJson(experiment));
        json& place = valueAtPath(tree, path);
        place = overrideValue(path, std::string_view(each).substr(equals + 1), place);
        experiment = readTypes(tree);
    }
    return toJson(experiment);
}

Experiment loadExperiment(const std::filesystem::path& file, const std::vector<std::string>& overrides)
{
    const std::string text = readLimited(file);
    try {
        return experimentFromJson(overrides.empty() ? text : withOverrides(text, overrides));
    } catch (const InputError& error) {
        throw InputError(file.string() + ":\n" + error.what());
    }
}

Experiment readExperiment(const std::filesystem::path& file)
{
    const std::string text = readLimited(file);
    try {
        return readTypes(parseDocument(text));
    } catch (const InputError& error) {
        throw InputError(file.string() + ":\n" + error.what());
    }
}

void saveExperiment(const Experiment& experiment, const std::filesystem::path& file)
{
    writeFileAtomically(file, toJson(experiment));
}

} // namespace ternbench
