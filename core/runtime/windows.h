#pragma once

#include "core/integer/integer_network.h"

#include <cstdint>
#include <span>
#include <vector>

/// What the packed runtime does around the products of a convolution, and pooling. Images are (y, x,
/// channel).
namespace ternbench {

/// What the layer's window sees at each of its places, (places, ky, kx, channel); padding is 0.
void gatherWindows(const IntegerLayer& layer, std::span<const std::int16_t> image,
                   std::vector<std::int16_t>& seen);

/// Of the windows of a pooling layer over one image, (places, channels): the largest values, or the sums.
void maximaOfWindows(const IntegerLayer& layer, std::span<const std::int16_t> image,
                     std::span<std::int32_t> maxima);
void sumsOfWindows(const IntegerLayer& layer, std::span<const std::int16_t> image,
                   std::span<std::int32_t> sums);

} // namespace ternbench
