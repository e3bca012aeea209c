#pragma once

#include "core/network/shape.h"
#include "experiments/experiment.h"

#include <optional>
#include <string>
#include <vector>

namespace ternbench {

/// One thing that is wrong with an experiment.
struct Problem
{
    std::string path;    ///< in the document: "layers[2].code.K"
    std::string message; ///< the value and what is allowed, e.g. "9 is not allowed: must be 1..8 (N)"

    bool operator==(const Problem&) const = default;
};

/// Everything wrong with the values of an experiment, in document order; empty when it can be run. The
/// paths are those of the document (experiments/document.h) and the same in the window and on the command
/// line. `images`: their shape, for whoever has seen the files; else what the kind of data says of it.
std::vector<Problem> validate(const Experiment& experiment, const std::optional<TensorShape>& images = {});

/// All problems, one a line, "path: message".
std::string toString(const std::vector<Problem>& problems);

} // namespace ternbench
