#pragma once

#include "core/network/layer_state.h"
#include "core/network/spec.h"

#include <optional>
#include <span>
#include <vector>

/// From a coded row's integer sum to the next layer's integers: what requantization approximates.
namespace ternbench {

/// Before rounding, the next layer's integer is slope·acc + offset.
struct OutputFactor
{
    double slope = 0.0, offset = 0.0;
    double bias = 0.0; ///< the part of the offset that does not go with the slope

    /// With another slope in training: the running mean that is taken off goes along.
    OutputFactor times(double factor) const
    {
        return {slope * factor, bias + (offset - bias) * factor, bias};
    }
};

/// Of each row of a coded layer whose inputs have the step `inputScale`. `nextColumn`: the column normalizers
/// of the next layer with weights, one for each row; empty for the last layer, whose scores keep their own
/// unit. `outputScale`: step of the outputs, 1 for the last layer.
std::vector<OutputFactor> outputFactors(const LayerState& layer, double inputScale,
                                        std::span<const float> nextColumn, double outputScale);

/// e of the power of two nearest to |slope| in ratio; nothing for 0 and what is not finite.
std::optional<int> powerOfTwoExponent(double slope);

/// What each slope is to be multiplied by so that it becomes ±2^e times `unit`; 1 where it has no exponent.
double powerOfTwoCorrection(double slope, double unit);

/// The largest |slope|: what scores are compared by, the unit of the last layer's powers of two; 1 where all
/// are 0.
double largestSlope(const std::vector<OutputFactor>& factors);

} // namespace ternbench
