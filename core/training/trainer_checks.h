#pragma once

#include "core/data/labelled_images.h"
#include "core/network/layer_state.h"
#include "core/network/spec.h"
#include "core/network/weight_layer.h"

#include <span>

/// What must hold before a trainer starts or goes on. Each throws InputError that names the field, its value
/// and what is allowed.
namespace ternbench {

/// Returns `network` where data and network fit: a mini-batch of images, images of one size, windows within
/// the images, a score for every label, and no code that asks for more non-zeros than a tail group has
/// weights (its padding is always zero).
const NetworkSpec& checkedNetwork(const NetworkSpec& network, const TrainingSpec& training,
                                  const LabelledImages& train, const LabelledImages& test);

/// A stored state has the layers' shapes and a position within the schedule.
void checkRestorable(const EngineState& state, std::span<WeightLayer* const> layers,
                     const TrainingSpec& training, int stepsPerEpoch);

} // namespace ternbench
