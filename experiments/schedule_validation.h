#pragma once

#include "experiments/checker.h"
#include "experiments/experiment.h"
#include "experiments/layer_validation.h"

#include <vector>

namespace ternbench {

/// Each stage's values, their order, and whether the layers can hold the stages' codes; `inputs` as
/// checkLayers() gives them.
void checkSchedule(Checker& check, const Experiment& experiment, const std::vector<KnownInput>& inputs);

} // namespace ternbench
