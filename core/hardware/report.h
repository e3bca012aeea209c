#pragma once

#include "core/hardware/cost_model.h"
#include "core/hardware/evidence.h"
#include "core/packed/coding_comparison.h"
#include "core/packed/ledger.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ternbench {

/// Where a figure comes from.
enum class Basis {
    Estimated,   ///< by the cost model
    Simulated,   ///< counted in a simulation of the exported RTL
    Synthesized, ///< counted by a synthesis tool
};
std::string_view basisName(Basis basis); ///< "estimated", "simulated", "synthesized"

/// All that a report shows; a pure function of network, design point and evidence.
struct HardwareReport
{
    DesignPoint design;
    std::vector<DatapathCost> datapaths; ///< in the order of Datapath
    CodingComparison codings;
    Ledger ledger;
    HardwareEvidence evidence;
    std::vector<std::string> assumptions; ///< assumptionsOf()
    /// Where a simulation counted something else than the model; empty when they agree.
    std::vector<std::string> disagreements;

    const DatapathCost& of(Datapath datapath) const { return datapaths[std::size_t(datapath)]; }
    /// Why there is no RTL of such a network: "layer conv is of kind conv2d, which the RTL does not have";
    /// empty: there is.
    std::string notInRtl() const;
    /// The basis of a figure (figures.h) of a part ("fc1"; "total").
    Basis basisOf(Datapath datapath, std::string_view figure, std::string_view part) const;
};

/// Throws InputError where the design point cannot be built, the network has no layer or weights that do not
/// fit their code, or the evidence names a part that the network does not have or simulates what the RTL has
/// not: convolution and pooling are always estimated.
HardwareReport makeReport(const IntegerNetwork& network, const DesignPoint& design,
                          const HardwareEvidence& evidence = {});

} // namespace ternbench
