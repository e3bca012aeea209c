#pragma once

#include "core/network/shape.h"
#include "core/packed/ledger.h"
#include "experiments/experiment.h"

#include <string>
#include <vector>

/// What an experiment will give, known before it runs: shared by the window's live figures, the schedule
/// strip and the command line.
namespace ternbench {

struct PlannedStage
{
    int firstEpoch = 0; ///< 0-based
    int epochs = 0;
    std::string label;          ///< "float", "(8,4)", "(8,2) cubic", "final"
    double bitsPerWeight = 0.0; ///< mean over all weights under the stage's codes; 32 in a float stage
    /// The same while no group is held to the stage's code yet; differs in a growing stage alone.
    double looseBitsPerWeight = 0.0;
    Growth growth = Growth::AtOnce;

    /// At `progress` in [0,1] of the stage: each group counts by the code that it is held to.
    double bitsPerWeightAt(double progress) const;
};

/// The stages in order, for images of shape `input`. Copes with an experiment under edit that validate()
/// would refuse: bits per weight is NaN where a code or width is impossible, and stages of impossible length
/// take no epochs.
std::vector<PlannedStage> planSchedule(const Experiment& experiment, const TensorShape& input);

/// The code each layer ends with: the code in force in the last stage; of a schedule that ends in float, the
/// layer's own. Requires possible codes.
Code finalCode(const Experiment& experiment, const LayerSpec& layer);

/// The ledger of the packed network under the layers' final codes; exact, since it follows from shapes. Empty
/// (0 weights) for codes or widths that validate() would refuse.
Ledger planLedger(const Experiment& experiment, const TensorShape& input);

} // namespace ternbench
