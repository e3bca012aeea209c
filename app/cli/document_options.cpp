#include "app/cli/document_options.h"

#include "app/cli/code_option.h"
#include "experiments/document.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace ternbench {

namespace {

/// --code as overrides of every layer that has weights.
std::vector<std::string> codeOverrides(const std::string& text, const Experiment& experiment)
{
    const Code code = codeFrom(text);
    const nlohmann::json value{
        {"N", code.groupSize}, {"K", code.maxNonZeros}, {"family", familyName(code.family)}};
    std::vector<std::string> overrides;
    const std::vector<LayerSpec>& layers = experiment.network.layers;
    for (std::size_t l = 0; l < layers.size(); ++l)
        if (layers[l].hasWeights())
            overrides.push_back("layers[" + std::to_string(l) + "].code=" + value.dump());
    return overrides;
}

} // namespace

void declareDocumentOptions(CLI::App& app, DocumentOptions& options)
{
    app.add_option("--code", options.code,
                   "Final code of every layer in place of the document's; codes of its stages stay")
        ->type_name("N,K[,FAMILY]");
    app.add_option("--set", options.overrides, "Override any one value, e.g. layers[2].code.K=3; repeatable")
        ->type_name("PATH=VALUE")
        ->allow_extra_args(false);
}

Experiment requestedExperiment(const std::string& document, const DocumentOptions& options,
                               const std::vector<std::string>& last)
{
    std::vector<std::string> overrides;
    if (!options.code.empty())
        overrides = codeOverrides(options.code, readExperiment(document));
    overrides.insert(overrides.end(), options.overrides.begin(), options.overrides.end());
    overrides.insert(overrides.end(), last.begin(), last.end());
    return loadExperiment(document, overrides);
}

} // namespace ternbench
