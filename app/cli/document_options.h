#pragma once

#include "experiments/experiment.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ternbench {

/// What replaces values of an experiment document before it is used.
struct DocumentOptions
{
    std::string code;                   ///< of all layers; empty: the document's
    std::vector<std::string> overrides; ///< path=value

    bool none() const { return code.empty() && overrides.empty(); }
};

/// Declares --code and --set.
void declareDocumentOptions(CLI::App& app, DocumentOptions& options);

/// The experiment of `document` under the options; --set and `last` come after --code, so that they can still
/// give one layer another. Throws InputError.
Experiment requestedExperiment(const std::string& document, const DocumentOptions& options,
                               const std::vector<std::string>& last = {});

} // namespace ternbench
