#pragma once

#include "core/hardware/design_point.h"
#include "core/integer/integer_network.h"

#include <cstdint>
#include <string>
#include <vector>

/// What tools counted in exported RTL, and which RTL that was.
namespace ternbench {

/// What RTL was exported from: evidence holds for nothing else.
struct RtlIdentity
{
    std::string networkSha256; ///< core/integer/network_digest.h
    /// What of the design point the RTL is built with.
    int lanes = 0, parallelRows = 0, offChipBitsPerCycle = 0;
    DesignPoint::Table table = DesignPoint::Table::Rom;
    std::vector<std::string> parts; ///< names in the order of cycles.h: input, layers, argmax

    bool operator==(const RtlIdentity&) const = default;
};
RtlIdentity identityOf(const IntegerNetwork& network, const DesignPoint& design);

/// What a simulation of the exported RTL counted: the parts that it measured, by their names in cycles.h, or
/// "total" from start to done.
struct SimulationResult
{
    struct PartCycles
    {
        std::string part;
        std::int64_t cycles = 0;
    };
    std::string command;
    std::int64_t images = 0;
    std::vector<PartCycles> parts;
};

/// What a synthesis of one module counted.
struct SynthesisResult
{
    std::string module; ///< "decoder_8_2"
    std::int64_t cells = 0;
    std::string command;
};

/// Results that take the place of estimates.
struct HardwareEvidence
{
    SimulationResult simulation; ///< without parts where nothing was simulated
    std::vector<SynthesisResult> synthesis;
    RtlIdentity rtl{};

    bool empty() const { return simulation.parts.empty() && synthesis.empty(); }
};

} // namespace ternbench
