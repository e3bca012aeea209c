#include "core/rtl/rtl_sources.h"

#include <algorithm>
#include <stdexcept>

namespace ternbench {

namespace {

std::string_view sourceText(std::string_view path)
{
    const auto found = std::ranges::find(rtlSources(), path, &RtlSource::path);
    if (found == rtlSources().end())
        throw std::logic_error("no embedded file " + std::string(path));
    return found->text;
}

bool isKey(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

} // namespace

std::string fillTemplate(std::string_view path, const RtlFields& fields)
{
    std::string_view rest = sourceText(path);
    std::string filled;
    for (;;) {
        const std::size_t open = rest.find('@');
        const std::size_t close = open == rest.npos ? rest.npos : rest.find('@', open + 1);
        if (close == rest.npos)
            return filled.append(rest);
        const std::string_view key = rest.substr(open + 1, close - open - 1);
        if (!isKey(key)) { // an @ of the text's own
            filled.append(rest.substr(0, open + 1));
            rest.remove_prefix(open + 1);
            continue;
        }
        const auto field = fields.find(key);
        if (field == fields.end())
            throw std::logic_error(std::string(path) + " has no value for " + std::string(key));
        filled.append(rest.substr(0, open)).append(field->second);
        rest.remove_prefix(close + 1);
    }
}

} // namespace ternbench
