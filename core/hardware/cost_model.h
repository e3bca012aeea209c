#pragma once

#include "core/hardware/cycles.h"
#include "core/hardware/design_point.h"
#include "core/integer/integer_network.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What one inference costs in hardware: counted operations and accesses, and an estimate of their energy.
///
/// The coded datapath is that of the exported RTL (core/rtl/sv). The dense ones beside it cover as many
/// weights per cycle (lanes · N per row, as many rows), so that they take the same cycles; they differ in the
/// bits they fetch, in their arithmetic units, and in whether their weights fit on the chip.
///
/// A convolution is on each of them what a linear layer is, once for each position of its window (cycles.h):
///
///   - It goes through its row blocks one after the other, and for each through all positions. Every cycle
///     reads a word of weights and one of the activation buffer, at the padding as well: pixels are not kept
///     for the next position. A group's N activations count as one word even where the group axis takes them
///     from several pixels.
///   - The words of weights come from a buffer that holds those of one row block, of 8 kB or as large as
///     need be. It is filled once for an image, from the weight memory or, where the weights stream, from
///     off the chip.
///   - Additions, look-ups, activation writes and requantization are those of a linear layer times the
///     positions. Its groups, tail groups at each kernel position included, are those of the dense ones, too.
///   - A buffer of activations holds the widest image, of all channels, that a layer reads.
///
/// Pooling decodes nothing. Its unit beside the datapath reads words of parallelRows values and compares
/// (maximum) or adds (average) each value once; an average also adds its rounding offset and, where its area
/// is no power of two or the numbers are floats, multiplies. Integer datapaths differ in nothing there.
namespace ternbench {

enum class Datapath {
    Coded,        ///< (N,K) indexes through a table, K add/subtract units a group
    DenseTernary, ///< 2 bits a weight, one add/subtract unit a weight
    DenseInt8,    ///< 8 bits a weight, one 8-bit multiplier and 32-bit adder a weight
    DenseFloat32, ///< weights and activations in float32, one multiplier and adder a weight
};
inline constexpr int datapathCount = 4;

std::string_view datapathName(Datapath datapath); ///< "dense 8-bit": for people
std::string_view datapathKey(Datapath datapath);  ///< "dense_int8": for files and programs

/// Picojoules of one inference, by where they go.
struct EnergyBreakdown
{
    double weights = 0.0;         ///< reading the weight memory, and the buffer of a convolution
    double table = 0.0;           ///< decoding the indexes
    double activations = 0.0;     ///< reading and writing the activation buffers; the input table
    double additions = 0.0;       ///< with the comparisons of maxima and argmax
    double multiplications = 0.0; ///< of weights (dense only) and of requantization
    double offChip = 0.0;         ///< image, and weights where they do not fit on the chip

    double total() const { return weights + table + activations + additions + multiplications + offChip; }
    EnergyBreakdown& operator+=(const EnergyBreakdown& other);
};

/// One part of an inference (cycles.h): the input, a layer, the argmax; or their sum.
struct PartCost
{
    LayerCycles cycles; ///< name, cycles, utilisation

    std::int64_t weightBits = 0; ///< that the weights take, tail groups included
    /// Bits read from the weight memory: whole words of lanes · rows groups, so that idle lanes and rows are
    /// paid for as well; of a convolution from its buffer, anew at each position.
    std::int64_t weightBitsFetched = 0;
    int activationBits = 0;           ///< width of an activation read
    std::int64_t activationReads = 0; ///< values: words of lanes · N, shared by a row block; pooling: of rows
    std::int64_t activationWrites = 0; ///< values
    /// Slots summed: K a group (coded), one a weight (dense), one a value (average); offsets; comparisons.
    std::int64_t additions = 0;
    std::int64_t usefulAdditions = 0; ///< of these, of non-zero weights
    std::int64_t weightMultiplications = 0;
    std::int64_t requantMultiplications = 0; ///< 0 where every multiplier of the layer is a power of two
    int accumulatorBits = 0;
    std::string accumulatorReason;   ///< a sentence
    std::int64_t tableBits = 0;      ///< of one decoder's table
    std::int64_t tableCopies = 0;    ///< decoders: lanes · rows for each layer
    std::int64_t transferCycles = 0; ///< of the off-chip port, for the weights; 0 where they are on the chip
    std::int64_t boundCycles = 0;    ///< max(cycles, transferCycles): transfer overlaps with computing
    EnergyBreakdown energy;
};

/// What has to be on the chip, bytes.
struct MemoryNeed
{
    std::int64_t weights = 0;
    std::int64_t tables = 0;      ///< ROM copies; 0 where the table is logic
    std::int64_t parameters = 0;  ///< requantization: multiplier, offset, shift of each row (average: one)
    std::int64_t activations = 0; ///< two buffers of the widest layer
    std::int64_t inputTable = 0;

    std::int64_t total() const { return weights + tables + parameters + activations + inputTable; }
};

/// One datapath on one network.
struct DatapathCost
{
    Datapath datapath{};
    std::vector<PartCost> parts; ///< input, each layer, argmax
    PartCost total;
    MemoryNeed memory;
    bool fitsOnChip = true; ///< else all weights stream through the off-chip port for each image
    /// Of all layers, each with hardware of its own, as in the RTL; requantization and pooling left out.
    std::int64_t adders = 0, multipliers = 0;

    double microseconds(const DesignPoint& design) const
    {
        return double(total.boundCycles) / design.clockMhz;
    }
};

/// Throws InputError where designPointProblem() names a problem or the network has no layer.
DatapathCost costOf(const IntegerNetwork& network, const DesignPoint& design, Datapath datapath);

} // namespace ternbench
