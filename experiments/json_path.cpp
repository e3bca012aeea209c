#include "experiments/json_path.h"

#include "core/error.h"
#include "experiments/json_reader.h"
#include "experiments/json_syntax.h"

#include <charconv>

namespace ternbench {

namespace {

using nlohmann::json;

[[noreturn]] void fail(std::string_view path, const std::string& why)
{
    throw InputError((path.empty() ? std::string("\"\"") : std::string(path.substr(0, 200))) + ": " + why);
}

json& member(json& value, std::string_view key, std::string_view done, std::string_view path)
{
    const std::string where = done.empty() ? "the document" : std::string(done);
    if (!value.is_object())
        fail(path,
             "does not exist: " + where + " is " + shortText(value) + " and has no key " + inQuotes(key));
    if (const auto found = value.find(key); found != value.end())
        return *found;
    std::vector<std::string> known;
    std::string all;
    for (const auto& item : value.items()) {
        known.push_back(item.key());
        all += (all.empty() ? "" : ", ") + item.key();
    }
    const std::string nearest = nearestWord(key, known);
    fail(path, "does not exist: " + where + " has no key " + inQuotes(key) +
                   (nearest.empty() ? "; it has " + all : "; did you mean " + inQuotes(nearest) + "?"));
}

json& element(json& value, std::string_view index, std::string_view done, std::string_view path)
{
    const std::string where(done);
    if (!value.is_array())
        fail(path, "does not exist: " + where + " is " + shortText(value) + ", not an array");
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), number);
    const std::string entries =
        where + " has " + std::to_string(value.size()) + (value.size() == 1 ? " entry" : " entries");
    if (index.empty() || error != std::errc{} || end != index.data() + index.size())
        fail(path, "[" + std::string(index.substr(0, 40)) + "] is not an index: must be a whole number; " +
                       entries + ", counted from 0");
    if (number >= value.size())
        fail(path, "does not exist: " + entries + ", counted from 0");
    return value[number];
}

} // namespace

json& valueAtPath(json& tree, std::string_view path)
{
    json* value = &tree;
    std::size_t at = 0;
    if (path.empty())
        fail(path, "is no path: must be like layers[2].code.K");
    while (at < path.size()) {
        const std::string_view done = path.substr(0, at);
        if (path[at] == '[') {
            const std::size_t close = path.find(']', at);
            if (close == std::string_view::npos)
                fail(path, "is no path: a ']' is missing; must be like layers[2].code.K");
            value = &element(*value, path.substr(at + 1, close - at - 1), done, path);
            at = close + 1;
        } else {
            if (at > 0 && path[at] != '.')
                fail(path, "is no path: after " + inQuotes(done) + " must come '.' or '['");
            const std::size_t start = at > 0 ? at + 1 : 0;
            const std::size_t end = std::min(path.find_first_of(".[", start), path.size());
            value = &member(*value, path.substr(start, end - start), done, path);
            at = end;
        }
    }
    return *value;
}

} // namespace ternbench
