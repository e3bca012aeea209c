#include "app/cli/code_option.h"

#include "core/error.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace ternbench {

namespace {

/// An int that is all of `text`.
std::optional<int> integerIn(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

} // namespace

Code codeFrom(const std::string& text)
{
    const auto refuse = [&](const std::string& allowed) -> InputError {
        return InputError("--code: " + text + " is not allowed: must be " + allowed);
    };
    const std::string_view all = text;
    const std::size_t comma = all.find(',');
    const std::size_t second = comma == all.npos ? all.npos : all.find(',', comma + 1);
    const auto n = integerIn(all.substr(0, comma));
    const auto k = comma == all.npos ? std::nullopt : integerIn(all.substr(comma + 1, second - comma - 1));
    if (!n || !k)
        throw refuse("N,K or N,K,FAMILY, for example 8,2 or 8,2,trimmed");
    Code code{*n, *k, CodeFamily::AtMostK};
    if (second != all.npos) {
        const auto family = familyFromName(all.substr(second + 1));
        if (!family || !Code{1, 1, *family}.isTernary())
            throw refuse("N,K,FAMILY with the family at-most-k, exactly-k or trimmed");
        code.family = *family;
    }
    if (const auto problem = codeProblem(code))
        throw InputError("--code: " + *problem);
    return code;
}

} // namespace ternbench
