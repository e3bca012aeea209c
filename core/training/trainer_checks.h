#pragma once

#include "core/data/labelled_images.h"
#include "core/network/layer_state.h"
#include "core/network/linear_layer.h"
#include "core/network/spec.h"

#include <memory>
#include <span>

/// What must hold before a trainer starts or goes on. Each throws InputError that names the field, its value
/// and what is allowed.
namespace ternbench {

/// Data and network fit: a mini-batch of images, images of one size, a score for every label.
void checkFit(const NetworkSpec& network, const TrainingSpec& training, const LabelledImages& train,
              const LabelledImages& test);

/// No code asks for more non-zeros than a layer's tail group has weights: its padding is always zero.
void checkTails(const NetworkSpec& network, const TrainingSpec& training, int inputs);

/// A stored state has the layers' shapes and a position within the schedule.
void checkRestorable(const EngineState& state, std::span<const std::unique_ptr<LinearLayer>> layers,
                     const TrainingSpec& training, int stepsPerEpoch);

} // namespace ternbench
