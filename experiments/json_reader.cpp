#include "experiments/json_reader.h"

#include "experiments/json_syntax.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace ternbench {

namespace {

using nlohmann::json;

/// A number without a fractional part as an integer, whether written 1000 or 1e3.
template <class Integer>
std::optional<Integer> wholeNumber(const json& value)
{
    using Limits = std::numeric_limits<Integer>;
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number <= std::uint64_t(Limits::max()))
            return Integer(number);
    } else if (value.is_number_integer()) { // negative
        const auto number = value.get<std::int64_t>();
        if (Limits::is_signed && number >= std::int64_t(Limits::min()))
            return Integer(number);
    } else if (value.is_number_float()) {
        // Beyond 2^53 a double no longer tells which integer was meant.
        const auto number = value.get<double>();
        if (std::abs(number) <= 9007199254740992.0 && number == std::trunc(number) &&
            number >= double(Limits::min()) && number <= double(Limits::max()))
            return Integer(number);
    }
    return std::nullopt;
}

std::string listed(std::span<const std::string_view> names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0)
            text += i + 1 == names.size() ? " or " : ", ";
        text += inQuotes(names[i]);
    }
    return text;
}

/// Levenshtein distance; row[j] holds the one between the first letters of `a` and the first j + 1 of `b`.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size());
    std::iota(row.begin(), row.end(), std::size_t{1});
    std::size_t distance = b.size();
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = i;
        distance = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j];
            distance = row[j] = std::min({replaced, diagonal + 1, distance + 1});
        }
    }
    return distance;
}

/// Case and '_' or '-' are what people most often get wrong in a key.
std::string plainWord(std::string_view word)
{
    std::string plain;
    for (const char c : word)
        if (c != '_' && c != '-' && c != ' ')
            plain += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return plain;
}

/// A key as it stands in a path: quoted where it is not a plain word.
std::string keyText(const std::string& key)
{
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    return !key.empty() && key.size() <= 64 && std::all_of(key.begin(), key.end(), plain) ? key
                                                                                          : inQuotes(key);
}

} // namespace

std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates)
{
    if (word.size() > 64) // nobody meant a key of ours; and the distance costs the product of the lengths
        return {};
    const std::string wanted = plainWord(word);
    std::string nearest;
    std::size_t least = (wanted.size() + 2) / 3 + 1; // swapped letters count twice
    for (const std::string& candidate : candidates) {
        const std::size_t distance = editDistance(wanted, plainWord(candidate));
        if (distance < least) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

ObjectReader::ObjectReader(const json& object, std::string path, Problems& problems)
    : m_object(object), m_path(std::move(path)), m_problems(problems)
{}

void ObjectReader::read(const json& value, const std::string& path, Problems& problems, const Fields& fields)
{
    if (!value.is_object()) {
        problems.push_back({path.empty() ? "document" : path,
                            shortText(value) + " is not allowed: must be a JSON object {...}"});
        return;
    }
    ObjectReader reader(value, path, problems);
    fields(reader);
    reader.reportUnknownKeys();
}

std::string ObjectReader::pathOf(std::string_view key) const
{
    return m_path.empty() ? std::string(key) : m_path + "." + std::string(key);
}

const json* ObjectReader::find(std::string_view key)
{
    m_known.emplace_back(key);
    const auto found = m_object.find(key);
    return found == m_object.end() ? nullptr : &*found;
}

void ObjectReader::notAllowed(std::string_view key, const json& value, const std::string& allowed)
{
    m_problems.push_back({pathOf(key), shortText(value) + " is not allowed: must be " + allowed});
}

void ObjectReader::missing(std::string_view key, const std::string& allowed)
{
    m_problems.push_back({pathOf(key), "is missing: must be " + allowed});
}

void ObjectReader::text(std::string_view key, std::string& value)
{
    const json* found = find(key);
    if (found && !found->is_string())
        notAllowed(key, *found, "text in quotes");
    else if (found)
        value = found->get<std::string>();
}

void ObjectReader::flag(std::string_view key, bool& value)
{
    const json* found = find(key);
    if (found && !found->is_boolean())
        notAllowed(key, *found, "true or false");
    else if (found)
        value = found->get<bool>();
}

void ObjectReader::integer(std::string_view key, int& value, IntRange allowed)
{
    const json* found = find(key);
    if (!found)
        return;
    if (const auto number = wholeNumber<int>(*found))
        value = *number;
    else
        notAllowed(key, *found, "a whole number, " + toString(allowed));
}

void ObjectReader::unsignedInteger(std::string_view key, std::uint64_t& value)
{
    const json* found = find(key);
    if (!found)
        return;
    if (const auto number = wholeNumber<std::uint64_t>(*found))
        value = *number;
    else
        notAllowed(key, *found, "a whole number, 0..18446744073709551615");
}

void ObjectReader::number(std::string_view key, double& value, RealRange allowed)
{
    const json* found = find(key);
    if (found && !found->is_number())
        notAllowed(key, *found, "a number, " + toString(allowed));
    else if (found)
        value = found->get<double>();
}

int ObjectReader::choiceIndex(std::string_view key, std::span<const std::string_view> names)
{
    const json* found = find(key);
    if (!found)
        return -1;
    if (found->is_string()) {
        const auto name = std::find(names.begin(), names.end(), found->get_ref<const std::string&>());
        if (name != names.end())
            return int(name - names.begin());
    }
    notAllowed(key, *found, listed(names));
    return -1;
}

void ObjectReader::object(std::string_view key, const Fields& fields)
{
    if (const json* found = find(key))
        read(*found, pathOf(key), m_problems, fields);
}

void ObjectReader::requiredArray(std::string_view key, const std::function<void(std::size_t)>& size,
                                 const Element& element)
{
    const json* found = find(key);
    if (!found)
        return missing(key, "an array [...]");
    if (!found->is_array())
        return notAllowed(key, *found, "an array [...]");
    size(found->size());
    for (std::size_t i = 0; i < found->size(); ++i)
        element((*found)[i], pathOf(key) + "[" + std::to_string(i) + "]", i);
}

void ObjectReader::reportUnknownKeys()
{
    for (const auto& item : m_object.items()) {
        if (std::find(m_known.begin(), m_known.end(), item.key()) != m_known.end())
            continue;
        const std::string nearest = nearestWord(item.key(), m_known);
        std::string allowed;
        if (nearest.empty())
            for (const std::string& known : m_known)
                allowed += (allowed.empty() ? "allowed are " : ", ") + known;
        else
            allowed = "did you mean " + inQuotes(nearest) + "?";
        m_problems.push_back({pathOf(keyText(item.key())),
                              "unknown key with the value " + shortText(item.value()) + ": " + allowed});
    }
}

} // namespace ternbench
