#pragma once

#include "experiments/limits.h"
#include "experiments/names.h"
#include "experiments/validation.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ternbench {

/// Reads the fields of one JSON object into plain variables. A missing key leaves its variable as it is;
/// anything wrong becomes a Problem with the field's path. Only types are checked here: whether a value of
/// the right type is possible is validate()'s matter, the ranges given serve the messages.
class ObjectReader
{
public:
    using Problems = std::vector<Problem>;
    using Fields = std::function<void(ObjectReader&)>;
    using Element =
        std::function<void(const nlohmann::json& value, const std::string& path, std::size_t index)>;

    /// Calls `fields` with a reader of `value`, then reports the keys that `fields` did not ask for. A value
    /// that is not an object is reported instead.
    static void read(const nlohmann::json& value, const std::string& path, Problems& problems,
                     const Fields& fields);

    void text(std::string_view key, std::string& value);
    void flag(std::string_view key, bool& value);
    /// Accepts 1e3 for 1000, not 2.5.
    void integer(std::string_view key, int& value, IntRange allowed);
    void unsignedInteger(std::string_view key, std::uint64_t& value);
    void number(std::string_view key, double& value, RealRange allowed);
    template <class Choice>
    void choice(std::string_view key, Choice& value)
    {
        const auto table = ChoiceNames<Choice>::table();
        std::vector<std::string_view> names;
        for (const auto& named : table)
            names.push_back(named.name);
        if (const int index = choiceIndex(key, names); index >= 0)
            value = table[std::size_t(index)].value;
    }
    /// A key that exists in one spelling only, for example "kind":"linear".
    void constant(std::string_view key, std::string_view only) { choiceIndex(key, std::span(&only, 1)); }
    void object(std::string_view key, const Fields& fields);
    /// A missing array is a problem; `size` is told before the elements.
    void requiredArray(std::string_view key, const std::function<void(std::size_t size)>& size,
                       const Element& element);

    /// The raw value of a key, or null; the key counts as known from now on.
    const nlohmann::json* find(std::string_view key);
    std::string pathOf(std::string_view key) const;
    /// "VALUE is not allowed: must be ALLOWED" at the key's path.
    void notAllowed(std::string_view key, const nlohmann::json& value, const std::string& allowed);
    void missing(std::string_view key, const std::string& allowed);
    Problems& problems() { return m_problems; }

private:
    ObjectReader(const nlohmann::json& object, std::string path, Problems& problems);
    int choiceIndex(std::string_view key, std::span<const std::string_view> names);
    void reportUnknownKeys();

    const nlohmann::json& m_object;
    std::string m_path;
    Problems& m_problems;
    std::vector<std::string> m_known;
};

/// The candidate that `word` was most likely meant to be, or nothing when none is near.
std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates);

} // namespace ternbench
