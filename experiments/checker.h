#pragma once

#include "core/code/code.h"
#include "experiments/json_syntax.h"
#include "experiments/limits.h"
#include "experiments/validation.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ternbench {

/// Collects problems; every check copes with any value whatsoever.
class Checker
{
public:
    void notAllowed(const std::string& path, const std::string& value, const std::string& allowed)
    {
        problems.push_back({path, value + " is not allowed: must be " + allowed});
    }
    bool range(const std::string& path, std::int64_t value, IntRange allowed)
    {
        if (!allowed.contains(value))
            notAllowed(path, std::to_string(value), toString(allowed));
        return allowed.contains(value);
    }
    void range(const std::string& path, double value, RealRange allowed)
    {
        if (!allowed.contains(value))
            notAllowed(path, realText(value), toString(allowed));
    }
    bool utf8(const std::string& path, const std::string& text)
    {
        if (!isUtf8(text))
            problems.push_back({path, "is not allowed: must be UTF-8 text"});
        return isUtf8(text);
    }
    void code(const std::string& path, const Code& code)
    {
        const auto problem = codeProblem(code);
        if (!problem)
            return;
        // The problem begins "N = 40 is not allowed" or "K = ...": the path says the field already.
        const std::size_t equals = problem->find(" = ");
        problems.push_back({path + "." + problem->substr(0, equals), problem->substr(equals + 3)});
    }

    std::vector<Problem> problems;
};

/// "layers[3]"
inline std::string entry(const char* array, std::size_t index)
{
    return array + ("[" + std::to_string(index) + "]");
}

} // namespace ternbench
