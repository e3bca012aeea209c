#include "core/hardware/figures.h"

#include <array>

namespace ternbench {

namespace {

using Part = const PartCost&;
using Cost = const DatapathCost&;
using Design = const DesignPoint&;

constexpr double nanojoule = 1000.0; ///< picojoules

constexpr std::array<PartFigure, 23> ofParts{{
    {"weight_bits", "weight bits", "bit", true, "what the weights take, tail groups included",
     [](Part p) { return double(p.weightBits); }},
    {"weight_bits_fetched", "weight bits fetched", "bit", true,
     "whole words of lanes x rows groups read from the weight memory; convolution: from its buffer, at each "
     "position",
     [](Part p) { return double(p.weightBitsFetched); }},
    {"activation_bits", "activation width", "bit", true, "of a value read",
     [](Part p) { return double(p.activationBits); }},
    {"activation_reads", "activation reads", "value", true,
     "words of lanes x N values, shared by the rows of a block; pooling: words of rows values",
     [](Part p) { return double(p.activationReads); }},
    {"activation_writes", "activation writes", "value", true, "one a row, at each position of a window",
     [](Part p) { return double(p.activationWrites); }},
    {"additions", "additions", "operation", true,
     "K a group (coded) or one a weight (dense), with the offset of each row, at each position of a window; "
     "one a value of pooling; comparisons of the argmax",
     [](Part p) { return double(p.additions); }},
    {"useful_additions", "additions of non-zeros", "operation", true,
     "those that a zero weight does not make idle", [](Part p) { return double(p.usefulAdditions); }},
    {"weight_multiplications", "multiplications by weights", "operation", true, "none but in dense hardware",
     [](Part p) { return double(p.weightMultiplications); }},
    {"requantization_multiplications", "multiplications of requantization", "operation", true,
     "one a row, at each position of a window; none where all multipliers are powers of two",
     [](Part p) { return double(p.requantMultiplications); }},
    {"accumulator_bits", "accumulator width", "bit", true, "two's complement that no input can overflow",
     [](Part p) { return double(p.accumulatorBits); }},
    {"table_bits", "table bits", "bit", true, "of one decoder: K slots of position, sign and use a pattern",
     [](Part p) { return double(p.tableBits); }},
    {"table_copies", "decoders", "decoder", true, "lanes x rows, each with its table",
     [](Part p) { return double(p.tableCopies); }},
    {"cycles", "cycles", "cycle", true, "from start to done, weights on the chip",
     [](Part p) { return double(p.cycles.cycles); }},
    {"utilisation", "utilisation", "1", false, "groups decoded over cycles x lanes x rows",
     [](Part p) { return p.cycles.utilisation; }},
    {"transfer_cycles", "transfer cycles", "cycle", true,
     "of the off-chip port for weights that do not fit on the chip",
     [](Part p) { return double(p.transferCycles); }},
    {"bound_cycles", "cycles with transfer", "cycle", true, "the greater of both: they overlap",
     [](Part p) { return double(p.boundCycles); }},
    {"energy_weights", "energy: weights", "nJ", false, "reading the weight memory",
     [](Part p) { return p.energy.weights / nanojoule; }},
    {"energy_table", "energy: table", "nJ", false, "decoding indexes",
     [](Part p) { return p.energy.table / nanojoule; }},
    {"energy_activations", "energy: activations", "nJ", false, "reading and writing activations",
     [](Part p) { return p.energy.activations / nanojoule; }},
    {"energy_additions", "energy: additions", "nJ", false, "at the accumulator's width",
     [](Part p) { return p.energy.additions / nanojoule; }},
    {"energy_multiplications", "energy: multiplications", "nJ", false, "by weights and of requantization",
     [](Part p) { return p.energy.multiplications / nanojoule; }},
    {"energy_off_chip", "energy: off-chip", "nJ", false, "the image, and weights that stream",
     [](Part p) { return p.energy.offChip / nanojoule; }},
    {"energy", "energy", "nJ", false, "the sum", [](Part p) { return p.energy.total() / nanojoule; }},
}};

constexpr std::array<DatapathFigure, 10> ofDatapaths{{
    {"adders", "add/subtract units", "unit", true,
     "of all layers, each with its own: lanes x rows x K (coded) or x N (dense); pooling left out",
     [](Cost c, Design) { return double(c.adders); }},
    {"multipliers", "multipliers", "unit", true, "for weights, of all layers",
     [](Cost c, Design) { return double(c.multipliers); }},
    {"memory_weights", "memory: weights", "byte", true, "tail groups included",
     [](Cost c, Design) { return double(c.memory.weights); }},
    {"memory_tables", "memory: tables", "byte", true, "all decoders' ROMs; none where the table is logic",
     [](Cost c, Design) { return double(c.memory.tables); }},
    {"memory_parameters", "memory: requantization", "byte", true, "multiplier, offset and shift of each row",
     [](Cost c, Design) { return double(c.memory.parameters); }},
    {"memory_activations", "memory: activations", "byte", true,
     "two buffers, each of the widest image or vector that a layer reads",
     [](Cost c, Design) { return double(c.memory.activations); }},
    {"memory_input_table", "memory: input table", "byte", true, "stored byte to q",
     [](Cost c, Design) { return double(c.memory.inputTable); }},
    {"memory", "memory", "byte", true, "the sum", [](Cost c, Design) { return double(c.memory.total()); }},
    {"fits_on_chip", "fits on the chip", "1", true, "1: yes; 0: all weights stream in for each image",
     [](Cost c, Design) { return c.fitsOnChip ? 1.0 : 0.0; }},
    {"time", "time", "us", false, "an image, cycles with transfer over the clock",
     [](Cost c, Design d) { return c.microseconds(d); }},
}};

} // namespace

std::span<const PartFigure> partFigures()
{
    return ofParts;
}

bool hasFigure(const PartFigure& figure, const PartCost& part)
{
    const bool width = figure.key == "activation_bits" || figure.key == "accumulator_bits";
    return !width || figure.value(part) > 0.0;
}

std::span<const DatapathFigure> datapathFigures()
{
    return ofDatapaths;
}

} // namespace ternbench
