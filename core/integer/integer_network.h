#pragma once

#include "core/code/code.h"
#include "core/network/shape.h"
#include "core/network/spec.h"

#include <cstdint>
#include <string>
#include <vector>

/// The integer model: the meaning of "bit-exact". Everything after the input table is integer arithmetic;
/// every implementation must agree with the reference (reference_model.h) on every intermediate value.
namespace ternbench {

/// From the stored byte of input j to q: values[byte], or values[byte·inputs + j] where each input has its
/// own.
struct InputTable
{
    int inputs = 0;
    bool perInput = false;
    std::vector<std::int16_t> values;

    std::int16_t at(std::uint8_t byte, int input) const
    {
        return perInput ? values[std::size_t(byte) * std::size_t(inputs) + std::size_t(input)] : values[byte];
    }
};

/// acc_i = sum_j t_ij·q_j, of a convolution at each place of its window, with padding of 0; then
/// hidden layers: y_i = clamp((acc_i·multiplier_i + offset_i) >> shift_i, 0, 2^activationBits - 1),
/// arithmetic shift; the last layer: score_i = acc_i·multiplier_i + offset_i, all at one common shift (which
/// is not applied).
/// Max-pooling takes the largest q of each window; average-pooling has one multiplier, offset and shift for
/// the sum of each window, as if all its weights were 1.
struct IntegerLayer
{
    LayerKind kind = LayerKind::Linear;
    std::string name;
    TensorShape input; ///< of convolution and pooling: what the window moves over; unused by a linear layer
    Window window;     ///< of convolution and pooling
    GroupAxis groupAxis = GroupAxis::Channels; ///< of a convolution
    int rows = 0, fanIn = 0;                   ///< 0 of pooling
    Code code;
    /// With balanced grouping (fanIn): position p of the coded order holds what stands at permutation[p]
    /// without it; else empty. Computing knows nothing of it: `weights` stay in the order of the inputs.
    std::vector<std::int32_t> permutation;
    /// t (rows, fanIn), within ±code.largestValue(); of a convolution fanIn is (ky, kx, channel)
    std::vector<std::int8_t> weights;
    std::vector<std::int8_t> table;       ///< (M, N) as read from a file; empty in a network just folded
    std::vector<std::int32_t> multiplier; ///< (rows), each within 16 bits
    std::vector<std::int64_t> offset;     ///< (rows)
    std::vector<std::uint8_t> shift;      ///< (rows), 0..maxShift
    int activationBits = 8;
    int accumulatorBits = 0; ///< two's complement width that no input can overflow

    bool hasWeights() const { return kind == LayerKind::Linear || kind == LayerKind::Conv2d; }
    TensorShape inputShape() const { return kind == LayerKind::Linear ? TensorShape{1, 1, fanIn} : input; }
    TensorShape outputShape() const { return ternbench::outputShape(kind, window, rows, input); }
    /// Values that it gives for one image.
    int outputs() const { return outputShape().size(); }
    /// How its rows are cut into groups.
    Grouping grouping() const;
};

struct IntegerNetwork
{
    InputTable input;
    std::vector<IntegerLayer> layers;

    /// Whether all layers are linear.
    bool fullyConnected() const;
};

/// Whether each multiplier is 0 or ±2^e, so that no multiplier is needed in hardware.
bool usesPowersOfTwo(const IntegerLayer& layer);

inline constexpr int multiplierBits = 16;
inline constexpr int maxShift = 62;

/// Multiplier, offset and shift of an average over `area` values: round(sum / area), halves up. A power of
/// two needs no multiplier.
struct AverageRounding
{
    std::int32_t multiplier;
    std::int64_t offset;
    std::uint8_t shift;
};
AverageRounding averageRounding(int area);

/// Width of a two's complement integer that holds every acc_i of `layer` for inputs in [lo, hi]; of a vector
/// input j has entry j, of an image its channel's.
int accumulatorBitsFor(const IntegerLayer& layer, const std::vector<std::int32_t>& lo,
                       const std::vector<std::int32_t>& hi);

/// Sets accumulatorBits of every layer, from the input table and the activation bits.
void setAccumulatorBits(IntegerNetwork& network);

} // namespace ternbench
