#include "core/hardware/cost_model.h"

#include "core/error.h"
#include "core/hardware/accumulator.h"
#include "core/hardware/energy.h"

#include <algorithm>
#include <array>
#include <bit>

namespace ternbench {

namespace {

constexpr int offsetBits = 64, shiftBits = 6;
constexpr int floatBits = 32;
constexpr int conventionalAccumulatorBits = 32; ///< of an 8-bit datapath

struct Traits
{
    std::string_view name, key;
    int weightBits; ///< a weight; 0: by index
};

/// In the order of Datapath.
constexpr std::array<Traits, datapathCount> traits{{
    {"coded", "coded", 0},
    {"dense ternary", "dense_ternary", 2},
    {"dense 8-bit", "dense_int8", 8},
    {"dense float32", "dense_float32", 32},
}};

std::int64_t divideUp(std::int64_t value, std::int64_t by)
{
    return (value + by - 1) / by;
}

std::int64_t nonZerosOf(const IntegerLayer& layer)
{
    return std::ranges::count_if(layer.weights, [](std::int8_t t) { return t != 0; });
}

/// As the decoder holds it: for each pattern K slots of a position, a sign and "in use".
std::int64_t tableBitsOf(const Code& code)
{
    const int slotBits = std::bit_width(unsigned(code.groupSize - 1)) + 2;
    return std::int64_t(patternCount(code)) * code.maxNonZeros * slotBits;
}

class Model
{
public:
    Model(const IntegerNetwork& network, const DesignPoint& design, Datapath datapath)
        : m_network(network), m_design(design), m_cycles(cyclesOf(network, design)),
          m_ranges(inputRanges(network)), m_coded(datapath == Datapath::Coded),
          m_float(datapath == Datapath::DenseFloat32)
    {
        m_cost.datapath = datapath;
    }

    DatapathCost cost()
    {
        measureMemory();
        addInput();
        for (std::size_t l = 0; l < m_network.layers.size(); ++l)
            addLayer(m_network.layers[l], l);
        addArgmax();
        addUp();
        return m_cost;
    }

private:
    /// 8-bit weights take 8 bits where ternary ones take fewer.
    std::int64_t groupBits(const IntegerLayer& layer) const
    {
        return m_coded || (!layer.code.isTernary() && !m_float)
                   ? indexBits(layer.code)
                   : std::int64_t{layer.code.groupSize} * traits[std::size_t(m_cost.datapath)].weightBits;
    }

    /// Of the inputs of layer `l`, of its outputs for l + 1.
    int widthOf(std::size_t l) const
    {
        if (m_float)
            return floatBits;
        return l > 0 && m_design.activationBits ? *m_design.activationBits : m_ranges[l].bits();
    }

    std::int64_t parameterBits() const
    {
        return m_float ? 2 * floatBits : multiplierBits + offsetBits + shiftBits;
    }

    void measureMemory()
    {
        MemoryNeed& need = m_cost.memory;
        std::int64_t widest = 0;
        const std::int64_t decoders = std::int64_t{m_design.lanes} * m_design.parallelRows;
        for (std::size_t l = 0; l < m_network.layers.size(); ++l) {
            const IntegerLayer& layer = m_network.layers[l];
            need.weights += divideUp(weightBitsOf(layer, l), 8);
            need.parameters += divideUp(scaledRowsOf(layer) * parameterBits(), 8);
            if (m_coded && decodes(layer) && m_design.table == DesignPoint::Table::Rom)
                need.tables += divideUp(decoders * tableBitsOf(layer.code), 8);
            widest = std::max(widest, divideUp(std::int64_t{layer.inputShape().size()} * widthOf(l), 8));
        }
        need.activations = 2 * widest;
        need.inputTable = divideUp(std::int64_t(m_network.input.values.size()) * widthOf(0), 8);
        m_cost.fitsOnChip = need.total() <= m_design.onChipBytes;
    }

    const LayerCycles& cyclesOfLayer(std::size_t l) const { return m_cycles[l + 1]; } // [0]: the input table

    std::int64_t weightBitsOf(const IntegerLayer& layer, std::size_t l) const
    {
        return layer.rows * cyclesOfLayer(l).groupsPerRow * groupBits(layer);
    }

    /// With a multiplier, offset and shift of their own: an average has one set for all channels.
    static std::int64_t scaledRowsOf(const IntegerLayer& layer)
    {
        return layer.kind == LayerKind::AveragePool ? 1 : layer.rows;
    }

    double bufferEnergy() const
    {
        return memoryPicojoulesPerBit(std::uint64_t(m_cost.memory.activations / 2));
    }

    /// Weights that stream pass a buffer of 8 kB; else they lie in one memory. A convolution reads its words
    /// at each position from a buffer of a row block, which is filled once.
    double weightEnergy(const PartCost& part, const IntegerLayer& layer) const
    {
        const auto bits = double(part.weightBitsFetched);
        const double memory =
            memoryPicojoulesPerBit(m_cost.fitsOnChip ? std::uint64_t(m_cost.memory.weights) : 0);
        if (part.cycles.positions == 1)
            return bits * memory;
        const double buffer = memoryPicojoulesPerBit(std::uint64_t(part.cycles.steps * wordBits(layer) / 8));
        const double filling = m_cost.fitsOnChip ? bits / double(part.cycles.positions) * memory : 0.0;
        return bits * buffer + filling;
    }

    /// Of the weight memory.
    std::int64_t wordBits(const IntegerLayer& layer) const
    {
        return std::int64_t{m_design.lanes} * m_design.parallelRows * groupBits(layer);
    }

    void addInput()
    {
        PartCost part;
        part.cycles = m_cycles.front();
        part.activationBits = widthOf(0);
        part.activationWrites = m_network.input.inputs;
        part.boundCycles = part.cycles.cycles;
        const double tableBit = memoryPicojoulesPerBit(std::uint64_t(m_cost.memory.inputTable));
        part.energy.activations = double(part.activationWrites) * widthOf(0) * (tableBit + bufferEnergy());
        part.energy.offChip = 8.0 * m_network.input.inputs * offChipPicojoulesPerBit();
        m_cost.parts.push_back(part);
    }

    void addLayer(const IntegerLayer& layer, std::size_t l)
    {
        PartCost part;
        part.cycles = cyclesOfLayer(l);
        part.activationBits = widthOf(l);
        part.activationWrites = layer.outputs();
        if (layer.hasWeights()) {
            countAccesses(part, layer, l);
            countOperations(part, layer);
            countUnits(layer);
        } else {
            countPooling(part, layer);
        }
        part.accumulatorBits = accumulatorBitsOf(layer);
        part.accumulatorReason = accumulatorReasonOf(layer, l);
        part.transferCycles = m_cost.fitsOnChip ? 0 : divideUp(part.weightBits, m_design.offChipBitsPerCycle);
        part.boundCycles = std::max(part.cycles.cycles, part.transferCycles);
        part.energy = energyOf(part, layer, l);
        m_cost.parts.push_back(part);
    }

    void countAccesses(PartCost& part, const IntegerLayer& layer, std::size_t l) const
    {
        const std::int64_t words = part.cycles.positions * part.cycles.rowBlocks * part.cycles.steps;
        part.weightBits = weightBitsOf(layer, l);
        part.weightBitsFetched = words * wordBits(layer);
        part.activationReads = words * m_design.lanes * layer.code.groupSize;
        if (m_coded && decodes(layer)) {
            part.tableBits = tableBitsOf(layer.code);
            part.tableCopies = std::int64_t{m_design.lanes} * m_design.parallelRows;
        }
    }

    void countOperations(PartCost& part, const IntegerLayer& layer) const
    {
        const std::int64_t weights = part.cycles.positions * layer.rows * layer.fanIn;
        part.additions = (m_coded ? part.cycles.groups * layer.code.maxNonZeros : weights) + layer.outputs();
        part.usefulAdditions = part.cycles.positions * nonZerosOf(layer) + layer.outputs();
        part.weightMultiplications = multiplies(layer) ? weights : 0;
        part.requantMultiplications = !usesPowersOfTwo(layer) || m_float ? layer.outputs() : 0;
    }

    void countUnits(const IntegerLayer& layer)
    {
        const std::int64_t perGroup = m_coded ? layer.code.maxNonZeros : layer.code.groupSize;
        m_cost.adders += std::int64_t{m_design.lanes} * m_design.parallelRows * perGroup;
        if (multiplies(layer))
            m_cost.multipliers += std::int64_t{m_design.lanes} * m_design.parallelRows * perGroup;
    }

    void countPooling(PartCost& part, const IntegerLayer& layer) const
    {
        const std::int64_t words = part.cycles.positions * part.cycles.rowBlocks * part.cycles.steps;
        part.activationReads = words * m_design.parallelRows;
        part.additions = layer.outputs() * part.cycles.steps + offsetsOf(layer);
        part.usefulAdditions = part.additions;
        const bool average = layer.kind == LayerKind::AveragePool;
        part.requantMultiplications = average && (!usesPowersOfTwo(layer) || m_float) ? layer.outputs() : 0;
    }

    /// Offsets added: a maximum has none.
    static std::int64_t offsetsOf(const IntegerLayer& layer)
    {
        return layer.kind == LayerKind::MaxPool ? 0 : layer.outputs();
    }

    /// Indexes of patterns, through a table: 8-bit weights are what they are.
    static bool decodes(const IntegerLayer& layer) { return layer.hasWeights() && layer.code.isTernary(); }

    bool multiplies(const IntegerLayer& layer) const { return !layer.code.isTernary() || multipliesAll(); }

    /// Whatever the weights are.
    bool multipliesAll() const
    {
        return m_cost.datapath == Datapath::DenseInt8 || m_cost.datapath == Datapath::DenseFloat32;
    }

    /// Conventional where weights are multiplied, whatever they are.
    bool isConventional(const IntegerLayer& layer) const
    {
        return m_float || (multipliesAll() && layer.hasWeights());
    }

    int accumulatorBitsOf(const IntegerLayer& layer) const
    {
        return isConventional(layer) ? conventionalAccumulatorBits : layer.accumulatorBits;
    }

    std::string accumulatorReasonOf(const IntegerLayer& layer, std::size_t l) const
    {
        if (!isConventional(layer))
            return accumulatorReason(layer, m_ranges[l]);
        return m_float ? "A 32-bit float." : "The usual width for 8-bit weights, whatever they are.";
    }

    EnergyBreakdown energyOf(const PartCost& part, const IntegerLayer& layer, std::size_t l) const
    {
        EnergyBreakdown energy;
        const bool last = l + 1 == m_network.layers.size();
        energy.weights = layer.hasWeights() ? weightEnergy(part, layer) : 0.0;
        energy.offChip = m_cost.fitsOnChip ? 0.0 : double(part.weightBits) * offChipPicojoulesPerBit();
        const double writtenBits = last ? offsetBits : widthOf(l + 1);
        energy.activations = bufferEnergy() * (double(part.activationReads) * part.activationBits +
                                               double(part.activationWrites) * writtenBits);
        if (m_coded && decodes(layer))
            energy.table = double(part.cycles.groups) * lookupEnergy(layer.code);
        const auto offsets = double(offsetsOf(layer));
        energy.additions = (double(part.additions) - offsets) * additionEnergy(part, layer) +
                           offsets * (m_float ? floatAdditionPicojoules : additionPicojoules(offsetBits));
        const double product = m_float ? floatMultiplicationPicojoules : multiplication8Picojoules;
        const double requant = m_float ? floatMultiplicationPicojoules
                                       : multiplicationPicojoules(part.accumulatorBits, multiplierBits);
        energy.multiplications =
            double(part.weightMultiplications) * product + double(part.requantMultiplications) * requant;
        return energy;
    }

    /// Floats are compared like integers of their width: no figure of their own is published.
    double additionEnergy(const PartCost& part, const IntegerLayer& layer) const
    {
        return m_float && layer.kind != LayerKind::MaxPool ? floatAdditionPicojoules
                                                           : additionPicojoules(part.accumulatorBits);
    }

    /// One group's pattern. A ROM is read as a memory of 8 kB, the smallest published; for gates there is no
    /// published figure, so an 8-bit addition stands for them.
    double lookupEnergy(const Code& code) const
    {
        if (m_design.table == DesignPoint::Table::Logic)
            return addition8Picojoules;
        const auto row = double(tableBitsOf(code)) / double(patternCount(code));
        return row * memoryPicojoulesPerBit(std::uint64_t(tableBitsOf(code) / 8));
    }

    void addArgmax()
    {
        PartCost part;
        part.cycles = m_cycles.back();
        part.additions = part.usefulAdditions = m_network.layers.back().rows; // comparisons
        part.activationReads = m_network.layers.back().rows;
        part.activationBits = offsetBits;
        part.boundCycles = part.cycles.cycles;
        part.energy.additions = double(part.additions) * additionPicojoules(offsetBits);
        part.energy.activations = double(part.activationReads) * offsetBits * bufferEnergy();
        m_cost.parts.push_back(part);
    }

    void addUp()
    {
        PartCost& total = m_cost.total;
        total.cycles = totalOf(m_cycles, m_design);
        for (const PartCost& part : m_cost.parts) {
            total.weightBits += part.weightBits;
            total.weightBitsFetched += part.weightBitsFetched;
            total.activationReads += part.activationReads;
            total.activationWrites += part.activationWrites;
            total.additions += part.additions;
            total.usefulAdditions += part.usefulAdditions;
            total.weightMultiplications += part.weightMultiplications;
            total.requantMultiplications += part.requantMultiplications;
            total.accumulatorBits = std::max(total.accumulatorBits, part.accumulatorBits);
            total.tableBits += part.tableBits;
            total.tableCopies += part.tableCopies;
            total.transferCycles += part.transferCycles;
            total.boundCycles += part.boundCycles;
            total.energy += part.energy;
        }
    }

    const IntegerNetwork& m_network;
    const DesignPoint& m_design;
    std::vector<LayerCycles> m_cycles;
    std::vector<InputRange> m_ranges;
    bool m_coded, m_float;
    DatapathCost m_cost;
};

} // namespace

EnergyBreakdown& EnergyBreakdown::operator+=(const EnergyBreakdown& other)
{
    weights += other.weights;
    table += other.table;
    activations += other.activations;
    additions += other.additions;
    multiplications += other.multiplications;
    offChip += other.offChip;
    return *this;
}

std::string_view datapathName(Datapath datapath)
{
    return traits[std::size_t(datapath)].name;
}

std::string_view datapathKey(Datapath datapath)
{
    return traits[std::size_t(datapath)].key;
}

DatapathCost costOf(const IntegerNetwork& network, const DesignPoint& design, Datapath datapath)
{
    if (const auto problem = designPointProblem(design))
        throw InputError(*problem);
    if (network.layers.empty())
        throw InputError("layers: 0 is not allowed: must be 1 or more");
    return Model(network, design, datapath).cost();
}

} // namespace ternbench
