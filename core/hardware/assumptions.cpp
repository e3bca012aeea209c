#include "core/hardware/assumptions.h"

#include "core/hardware/accumulator.h"

#include <algorithm>

namespace ternbench {

namespace {

using Sentences = std::vector<std::string>;

bool has(const IntegerNetwork& network, LayerKind kind)
{
    return std::ranges::find(network.layers, kind, &IntegerLayer::kind) != network.layers.end();
}

void assumeCycles(const IntegerNetwork& network, Sentences& all)
{
    all.emplace_back(
        network.fullyConnected()
            ? "Figures are for one image; cycles are those of the exported RTL from its start pulse to its "
              "done pulse, the image source never waiting."
            : "Figures are for one image, from a start pulse to a done pulse, the image source never "
              "waiting. The RTL has neither convolution nor pooling, so that nothing of this network can be "
              "simulated; its linear layers are counted like those that the RTL has.");
    all.emplace_back(
        "Dense hardware covers as many weights per cycle (lanes x N of a row, as many rows), so its "
        "cycles are the same; it needs more arithmetic units and memory.");
    all.emplace_back(
        "Each layer has hardware of its own, so that units and tables add up over the layers; they work one "
        "after the other.");
    all.emplace_back(
        "The weight memory is read in whole words of lanes x rows groups; lanes beyond a row's end and "
        "rows beyond the last one are read, but do not add.");
}

void assumeBalancedGrouping(const IntegerNetwork& network, Sentences& all)
{
    if (std::ranges::any_of(network.layers, [](const IntegerLayer& l) { return !l.permutation.empty(); }))
        all.emplace_back(
            "Balanced grouping: the RTL has no permutation of inputs, so that nothing of this network can be "
            "simulated; the permutation is taken to be a fixed wiring that costs neither cycles nor energy.");
}

void assumeEightBits(const IntegerNetwork& network, Sentences& all)
{
    if (std::ranges::any_of(network.layers,
                            [](const IntegerLayer& l) { return l.hasWeights() && !l.code.isTernary(); }))
        all.emplace_back("Layers with 8-bit weights: a weight is a group of its own, so that lanes x rows "
                         "weights are taken a "
                         "cycle, each multiplied by an 8-bit multiplier, without a table; dense ternary "
                         "hardware holds them in "
                         "8 bits, too. The RTL does not have them.");
}

void assumeConvolution(Sentences& all)
{
    all.emplace_back(
        "Convolution: for each block of rows the window goes through all its positions, and each position"
        " takes the steps of a linear layer of the same rows: positions x row blocks x steps cycles and "
        "the latency of a layer, estimated. The steps follow the group axis, with a tail group at each "
        "kernel position along channels; dense hardware has the same groups, tails filled with zeros.");
    all.emplace_back(
        "Convolution: the weights of a row block are kept in a buffer of 8 kB, or as large as need be, "
        "that is filled once for an image, from the weight memory or from off the chip, and read at each "
        "position; its size is not counted.");
    all.emplace_back(
        "Convolution: activations are read anew at each position, padding included, and N activations of "
        "a group count as one word even where the group axis takes them from several pixels. Buffers of "
        "activations hold whole images.");
    all.emplace_back(
        "Convolution: additions and look-ups are those of a row times the positions, padding included; "
        "each output value is requantized once.");
}

void assumePooling(const IntegerNetwork& network, Sentences& all)
{
    all.emplace_back(
        "Pooling: a unit for each of the rows in parallel takes one value of the window a cycle: "
        "positions x ceil(channels / rows) x kernel area cycles and the latency of a layer, estimated; "
        "its units are not among the add/subtract units, and it uses no decoder, which utilisation shows.");
    if (has(network, LayerKind::MaxPool))
        all.emplace_back(
            "Max-pooling compares each value of a window once, which is counted as an addition; floats are "
            "compared like integers of 32 bits.");
    if (has(network, LayerKind::AveragePool))
        all.emplace_back(
            "Average-pooling adds each value of a window once and its rounding offset, and multiplies once an"
            " output value unless the window's area is a power of two; floats always multiply.");
}

/// Layers that give more bits than the design point stores.
std::string widerLayers(const IntegerNetwork& network, int bits)
{
    const std::vector<InputRange> ranges = inputRanges(network);
    std::string names;
    for (std::size_t l = 1; l < ranges.size(); ++l)
        if (const int own = ranges[l].bits(); own > bits)
            names +=
                (names.empty() ? "" : ", ") + network.layers[l - 1].name + " (" + std::to_string(own) + ")";
    return names;
}

void assumeActivations(const IntegerNetwork& network, const DesignPoint& design, Sentences& all)
{
    all.emplace_back(
        "Coded: each of a group's K slots adds once, used or not. Dense: each weight adds once, zero or "
        "not.");
    const std::string shared = "Activations are read once for a block of rows and shared by it; ";
    if (!design.activationBits) {
        all.push_back(shared + "their widths are the network's own.");
        return;
    }
    const std::string bits = std::to_string(*design.activationBits);
    all.push_back(shared + "what layers give is stored and read with " + bits +
                  " bits (floats excepted). Inputs, accumulators and cycles, and whatever was simulated or "
                  "synthesized, have the network's own widths.");
    if (const std::string wider = widerLayers(network, *design.activationBits); !wider.empty())
        all.push_back("Activations of " + bits + " bits are fewer than these layers give: " + wider +
                      ". Traffic, buffers and energy are those of a network retrained with " + bits +
                      " bits, not of this one, whose class errors do not hold for it.");
}

void assumeMemories(const DesignPoint& design, Sentences& all)
{
    all.push_back(
        std::string("The pattern table is ") +
        (design.table == DesignPoint::Table::Rom
             ? "a ROM in each decoder, read like a memory of 8 kB, the smallest with a published figure."
             : "logic; an 8-bit addition stands for its energy, for which there is no published "
               "figure."));
    all.emplace_back(
        "Where weights, tables, requantization, activations and input table exceed the on-chip memory, "
        "all weights stream in for each image through a buffer of 8 kB, while the layer computes; else "
        "they are loaded once, which is not counted.");
}

} // namespace

std::vector<std::string> assumptionsOf(const IntegerNetwork& network, const DesignPoint& design)
{
    Sentences all;
    assumeCycles(network, all);
    assumeBalancedGrouping(network, all);
    assumeEightBits(network, all);
    if (has(network, LayerKind::Conv2d))
        assumeConvolution(all);
    if (has(network, LayerKind::MaxPool) || has(network, LayerKind::AveragePool))
        assumePooling(network, all);
    assumeActivations(network, design, all);
    assumeMemories(design, all);
    all.emplace_back(
        "Energy is dynamic energy of the listed operations: no leakage, clock tree, wires or control.");
    all.emplace_back("Dense float32 takes as many off-chip bits for the image as the others: 8 a value.");
    return all;
}

} // namespace ternbench
