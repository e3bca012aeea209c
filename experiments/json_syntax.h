#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

/// JSON as strict as a document needs it: the library's parser keeps the last of two equal keys in silence.
namespace ternbench {

/// The tree of `text`. Throws InputError with line and column for broken JSON, a key given twice, text that
/// is not UTF-8, nesting deeper than 64, and an empty text.
nlohmann::json parseStrictJson(std::string_view text);

/// The value as compact JSON, shortened to fit a message.
std::string shortText(const nlohmann::json& value);

/// Text quoted for a message: control characters escaped, shortened.
std::string inQuotes(std::string_view text);

/// Whether `text` is well-formed UTF-8.
bool isUtf8(std::string_view text);

} // namespace ternbench
