#pragma once

#include "core/hardware/design_point.h"
#include "core/integer/integer_network.h"

#include <cstdint>
#include <string>
#include <vector>

/// The exact cycle model of the exported RTL (core/rtl/sv): what its test bench counts from the cycle of the
/// start pulse to the cycle of the done pulse, image source never waiting, all weights on chip.
///
///   input    ceil(inputs / inputBytesPerCycle) + inputLatency
///   linear   rowBlocks · steps + layerLatency,  rowBlocks = ceil(rows / parallelRows),
///                                               steps = ceil(groupsPerRow / lanes)
///   argmax   rows of the last layer + argmaxLatency
///
/// One part starts when the one before has written its last output, so the total is their sum.
///
/// The RTL has neither convolution nor pooling. Theirs are estimates for the same datapath with an address
/// generator that knows the window, which nothing checks:
///
///   conv2d   positions · rowBlocks · steps + layerLatency: at each place of the window a row is what it is
///            in a linear layer, and one place follows the other without a gap. groupsPerRow is kernel area ·
///            ceil(channels / N) with group axis "channels", ceil(fan-in / N) with "flattened".
///   pooling  positions · rowBlocks · steps + layerLatency,  rowBlocks = ceil(channels / parallelRows),
///            steps = kernel area: each of the rows' outputs has a comparator (maximum) or adder (average),
///            which takes one value of one channel's window a cycle.
namespace ternbench {

/// Start pulse taken; the last values pass the table, then the write into the activation buffer.
inline constexpr int inputLatency = 2;
/// Start pulse taken, then six registers behind the last address (index word, decoded group, group sums,
/// accumulator, scaled sum, output), the last output's write into the next buffer.
inline constexpr int layerLatency = 7;
inline constexpr int argmaxLatency = 1; ///< start pulse taken

/// One part of an inference: the input table, a layer, or the argmax.
struct LayerCycles
{
    enum class Part { Input, Layer, Argmax };
    Part part = Part::Layer;
    std::string name;                   ///< the layer's; "input", "argmax"
    LayerKind kind = LayerKind::Linear; ///< of a layer
    std::int64_t cycles = 0;
    /// Layers only (0 otherwise):
    std::int64_t positions = 0;    ///< places of the window; 1 of a linear layer
    std::int64_t groupsPerRow = 0; ///< tail groups included; 0 of pooling
    std::int64_t steps = 0;        ///< cycles for one row block at one position
    std::int64_t rowBlocks = 0;
    std::int64_t groups = 0;  ///< groups decoded, positions · rows · groupsPerRow: the useful work
    double utilisation = 0.0; ///< groups / (cycles · lanes · parallelRows), 0..1

    /// Why the RTL has no such part, so that its cycles are an estimate that nothing checks; empty: it has.
    std::string notInRtl;
};

/// What of a layer the RTL does not have, as what follows its name: "is of kind conv2d, which the RTL does
/// not have"; empty where the RTL has all of it.
std::string notInRtl(const IntegerLayer& layer);

/// The parts in order: input, each layer, argmax.
std::vector<LayerCycles> cyclesOf(const IntegerNetwork& network, const DesignPoint& design);

/// Start pulse to done pulse; utilisation over all cycles.
LayerCycles totalOf(const std::vector<LayerCycles>& parts, const DesignPoint& design);

} // namespace ternbench
