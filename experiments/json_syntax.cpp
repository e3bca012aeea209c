#include "experiments/json_syntax.h"

#include "core/error.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

namespace ternbench {

namespace {

using nlohmann::json;

constexpr std::size_t maxNesting = 64;
constexpr std::size_t maxShown = 80; // bytes of a value in a message

/// Cuts at a character's boundary, since a message must stay UTF-8.
std::string shortened(std::string text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U)
        --limit;
    return text.substr(0, limit) + "...";
}

/// "line 3, column 5" of the character at `offset`; both count from 1, columns in bytes.
std::string position(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t lineStart = before.rfind('\n') + 1; // npos + 1 == 0: the first line
    return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - lineStart + 1);
}

/// Reads characters and tells through a counter how far the parser has come.
class CountingIterator
{
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, std::size_t* count) : m_at(at), m_count(count) {}
    reference operator*() const { return *m_at; }
    CountingIterator& operator++()
    {
        ++m_at;
        ++*m_count;
        return *this;
    }
    CountingIterator operator++(int)
    {
        const CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return m_at == other.m_at; }
    bool operator!=(const CountingIterator& other) const { return m_at != other.m_at; }

private:
    const char* m_at;
    std::size_t* m_count;
};

/// Offset of the opening quote of the string literal whose closing quote is the last character before `end`.
std::size_t literalStart(std::string_view text, std::size_t end)
{
    for (std::size_t at = end >= 2 ? end - 2 : 0; at > 0; --at) {
        if (text[at] != '"')
            continue;
        std::size_t backslashes = 0;
        while (backslashes < at && text[at - 1 - backslashes] == '\\')
            ++backslashes;
        if (backslashes % 2 == 0) // not an escaped quote inside the literal
            return at;
    }
    return 0;
}

/// Follows the parser's events and fails on what the tree could not show any more.
class SyntaxCheck final : public nlohmann::json_sax<json>
{
public:
    SyntaxCheck(std::string_view text, const std::size_t& consumed) : m_text(text), m_consumed(consumed) {}

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override
    {
        if (m_keys.back().insert(name).second)
            return true;
        throw InputError(position(m_text, literalStart(m_text, m_consumed)) + ": the key " + inQuotes(name) +
                         " is given twice: must be given once");
    }

    bool parse_error(std::size_t offset, const std::string&, const json::exception& error) override
    {
        throw InputError(position(m_text, offset > 0 ? offset - 1 : 0) +
                         ": not valid JSON: " + shortened(plainReason(error.what()), 200));
    }

private:
    bool open()
    {
        m_keys.emplace_back();
        if (m_keys.size() > maxNesting)
            throw InputError(position(m_text, m_consumed) + ": nested too deeply: at most " +
                             std::to_string(maxNesting) + " levels are allowed");
        return true;
    }
    bool close()
    {
        m_keys.pop_back();
        return true;
    }

    /// The library's message without its exception id and its own line and column.
    static std::string plainReason(std::string reason)
    {
        if (const auto idEnd = reason.find("] "); idEnd != std::string::npos)
            reason.erase(0, idEnd + 2);
        if (const auto at = reason.find("parse error at "); at == 0)
            if (const auto end = reason.find(": "); end != std::string::npos)
                reason.erase(0, end + 2);
        return reason;
    }

    std::string_view m_text;
    const std::size_t& m_consumed;
    std::vector<std::set<std::string>> m_keys; // keys seen in each open object (arrays: empty)
};

} // namespace

bool isUtf8(std::string_view text)
{
    try {
        return !json(text).dump().empty();
    } catch (const json::type_error&) {
        return false; // the library's answer to an invalid byte
    }
}

std::string inQuotes(std::string_view text)
{
    return shortText(json(text));
}

std::string shortText(const json& value)
{
    return shortened(value.dump(-1, ' ', false, json::error_handler_t::replace), maxShown);
}

json parseStrictJson(std::string_view text)
{
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        throw InputError("empty: must hold a JSON object");
    if (!isUtf8(text))
        throw InputError("not UTF-8 text: must be a JSON document in UTF-8");
    std::size_t consumed = 0;
    SyntaxCheck check(text, consumed);
    json::sax_parse(CountingIterator(text.data(), &consumed),
                    CountingIterator(text.data() + text.size(), &consumed), &check);
    return json::parse(text);
}

} // namespace ternbench
