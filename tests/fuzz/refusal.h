#pragma once

#include "core/error.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace ternbench::fuzz {

/// A reader did something else than to read or to refuse; the message says what.
class Defect : public std::logic_error
{
    using std::logic_error::logic_error;
};

/// Prints the answers of readers where TERNBENCH_FUZZ_SHOW is set.
inline void show(const char* answer)
{
    static const bool wanted = std::getenv("TERNBENCH_FUZZ_SHOW") != nullptr;
    if (wanted)
        std::fprintf(stderr, "%s\n", answer);
}

/// Whether `read` accepted its input. A refusal must say something; any other exception passes.
template <class Read>
bool accepted(const Read& read)
{
    try {
        read();
        show("accepted");
        return true;
    } catch (const InputError& error) {
        show(error.what());
        if (std::string(error.what()).empty())
            throw Defect("refused without a message");
    } catch (const RunError& error) {
        show(error.what());
        if (std::string(error.what()).empty())
            throw Defect("failed without a message");
    }
    return false;
}

} // namespace ternbench::fuzz
