#pragma once

#include "core/data/labelled_images.h"
#include "core/kernels/aligned.h"
#include "core/network/spec.h"

#include <cstdint>
#include <span>

namespace ternbench {

/// Bits of the quantized inputs: what 8-bit data sets bring.
inline constexpr int inputBits = 8;

/// How stored bytes become the first layer's inputs: x = (byte - zero)·gain; in coded stages
/// q_j = clamp(round(x·column_j / scale), lo, hi) and x_j = q_j·scale/column_j, with the column normalizer of
/// the first layer, so that its products see integers on one common scale.
struct InputStage
{
    double zero = 0.0, gain = 1.0 / 255.0;
    int lo = 0, hi = 255;   ///< range of q: unsigned for Unit, signed for Standardize
    double largest = 1.0;   ///< largest |x| that a byte can give
    double scale = 0.0;     ///< 0: not quantized
    FloatBuffer a, z, step; ///< (inputs) q_j = byte·a_j + z_j before rounding; x_j = q_j·step_j

    InputStage(InputNormalization normalization, const LabelledImages& train);

    /// Fills a, z and step for `column` (the first layer's column normalizer) at `newScale`.
    void quantize(std::span<const float> column, double newScale);
    /// The scale at which no input of any column is clipped.
    double scaleFor(std::span<const float> column) const;
    void stopQuantizing() { scale = 0.0; }

    /// x (inputs) of one image.
    void convert(const std::uint8_t* bytes, int inputs, float* x) const;
};

} // namespace ternbench
