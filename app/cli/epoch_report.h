#pragma once

#include "core/training/snapshot.h"
#include "experiments/experiment.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <vector>

/// What `run` and `info` tell of a run's epochs, and of each layer at their ends.
namespace ternbench {

using EpochList = std::vector<std::shared_ptr<const EpochSnapshot>>;

/// The numbers of an epoch without histograms, patterns and masks, which of a long run take much memory.
std::shared_ptr<const EpochSnapshot> figuresOf(const EpochSnapshot& epoch);

/// The label of a stage of the schedule; "?" of a stage that it does not have.
std::string stageText(const Experiment& experiment, int stage);

/// An array with an object for each epoch; its keys are in app/README.md. Without an experiment the labels of
/// its stages are null.
nlohmann::ordered_json epochsJson(const EpochList& epochs, const Experiment* experiment);

/// What coding did to each layer in the last epoch, under a heading; empty where no layer had a code.
std::string lastLayersText(const EpochList& epochs);

} // namespace ternbench
