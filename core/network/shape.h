#pragma once

#include "core/code/grouping.h"
#include "core/network/spec.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ternbench {

/// What one image is between two layers: (height, width, channels), channels last in memory. A vector of n
/// values is (1, 1, n).
struct TensorShape
{
    int height = 1, width = 1, channels = 0;

    int positions() const { return height * width; }
    int size() const { return height * width * channels; }
    bool operator==(const TensorShape&) const = default;
};

inline TensorShape vectorShape(int size)
{
    return {1, 1, size};
}

/// "28 x 28 x 1", or "512" for a vector.
std::string toString(const TensorShape& shape);

/// The shape of a layer's output. Requires !shapeProblem().
TensorShape outputShape(const LayerSpec& layer, const TensorShape& input);
TensorShape outputShape(LayerKind kind, const Window& window, int outputs, const TensorShape& input);

/// Why a layer cannot work on inputs of this shape: "kernel: 5 is not allowed ..."; nothing where it can.
std::optional<std::string> shapeProblem(const LayerSpec& layer, const TensorShape& input);

/// Weights of a row: all inputs of a linear layer, kernel x kernel x channels of a convolution, 0 without.
int fanInOf(const LayerSpec& layer, const TensorShape& input);

/// How rows of the layer's weights are cut into groups.
Grouping groupingOf(const LayerSpec& layer, const TensorShape& input);

/// Why a code asks for more non-zeros than the tail group has weights, whose padding is always zero: what K
/// must be, "at most 4 for exactly-k: ..."; nothing where it does not.
std::optional<std::string> tailProblem(const Code& code, const Grouping& grouping);

} // namespace ternbench
