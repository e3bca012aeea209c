#pragma once

#include "core/data/labelled_images.h"
#include "core/network/spec.h"

#include <cstdint>
#include <span>

namespace ternbench {

/// Writes image number `image` of `images`, shifted and flipped, to `to` (inputs). What is drawn depends on
/// the augmentation's seed, the epoch and the image alone: a run that goes on draws the same. Pixels that a
/// shift brings in are 0.
void augment(const AugmentationSpec& augmentation, const LabelledImages& images, std::size_t image, int epoch,
             std::span<std::uint8_t> to);

} // namespace ternbench
