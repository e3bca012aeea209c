#pragma once

#include "experiments/experiment.h"
#include "experiments/validation.h"

#include <nlohmann/json_fwd.hpp>

#include <vector>

/// An experiment as a JSON tree and back: what document.h does to text.
namespace ternbench {

/// The experiment that a document's tree describes. Wrong types, unknown and missing keys go to `problems`;
/// values are not checked against their ranges. Throws InputError for another format or a newer version.
Experiment experimentFromTree(const nlohmann::json& tree, std::vector<Problem>& problems);

/// Every value written out, in the order of the document.
nlohmann::ordered_json treeFromExperiment(const Experiment& experiment);

} // namespace ternbench
