#include "core/network/output_factors.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

std::vector<OutputFactor> outputFactors(const LayerState& layer, double inputScale,
                                        std::span<const float> nextColumn, double outputScale)
{
    std::vector<OutputFactor> factors(std::size_t(layer.rows));
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const double z = layer.coding->scaleOf(i) * double(layer.coding->normalizer.row[i]) * inputScale;
        const double unit = nextColumn.empty() ? 1.0 : double(nextColumn[i]) / outputScale;
        const double bias = double(layer.beta.values[i]) * unit;
        if (layer.gamma.values.empty()) {
            factors[i] = {z * unit, bias, bias};
            continue;
        }
        const double deviation = std::sqrt(double(layer.runningVariance[i]) + batchNormEpsilon);
        const double gain = double(layer.gamma.values[i]) / deviation;
        factors[i] = {gain * z * unit,
                      (double(layer.beta.values[i]) - gain * double(layer.runningMean[i])) * unit, bias};
    }
    return factors;
}

std::optional<int> powerOfTwoExponent(double slope)
{
    const double magnitude = std::abs(slope);
    if (!(magnitude > 0.0) || !std::isfinite(magnitude))
        return std::nullopt;
    return int(std::lround(std::log2(magnitude)));
}

double powerOfTwoCorrection(double slope, double unit)
{
    const std::optional<int> exponent = powerOfTwoExponent(slope / unit);
    return exponent ? std::ldexp(unit, *exponent) / std::abs(slope) : 1.0;
}

double largestSlope(const std::vector<OutputFactor>& factors)
{
    double largest = 0.0;
    for (const OutputFactor& factor : factors)
        largest = std::max(largest, std::abs(factor.slope));
    return largest > 0.0 ? largest : 1.0;
}

} // namespace ternbench
