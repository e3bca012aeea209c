#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ternbench {

/// One choice of hardware for a packed network: what the exported RTL is built with, what the cycle model
/// (cycles.h) counts and what the hardware report is about. The defaults are a small accelerator: 128 groups
/// a cycle at 200 MHz.
struct DesignPoint
{
    /// How a decoder holds the table of patterns.
    enum class Table {
        Rom,   ///< a memory with a registered output (block ROM)
        Logic, ///< gates or look-up tables in front of a register; the same latency
    };

    int lanes = 8;         ///< groups decoded per cycle along a row
    int parallelRows = 16; ///< rows processed at once
    Table table = Table::Rom;
    double clockMhz = 200.0;                          ///< MHz
    std::int64_t onChipBytes = std::int64_t{1} << 20; ///< on-chip memory, bytes
    int offChipBitsPerCycle = 128; ///< width of the off-chip port; input images arrive through it
    /// Width at which what a layer gives is stored and read by the next one; nothing: as trained, each
    /// layer's own bits. For the estimates of traffic, buffers and their energy alone: the RTL has the
    /// network's own widths, and so have the inputs (the input table's), accumulators and cycles. Fewer bits
    /// than a layer gives describe the hardware of a network that is retrained with them. Floats stay floats.
    std::optional<int> activationBits;

    bool operator==(const DesignPoint&) const = default;

    /// Bytes of an input image that are taken per cycle.
    int inputBytesPerCycle() const { return offChipBitsPerCycle / 8; }
};

/// Words of the weight memory are lanes · parallelRows indexes wide; wider ones than this are beyond tools.
inline constexpr int maxGroupsPerCycle = 2048;

inline constexpr int leastActivationBits = 2, mostActivationBits = 16;

enum class DesignField { Lanes, ParallelRows, Clock, OnChipBytes, OffChipBits, ActivationBits };

/// What is wrong with one field: names it, its value and what is allowed.
struct DesignProblem
{
    DesignField field{};
    std::string message;
};
/// All that keeps the design point from being built.
std::vector<DesignProblem> designPointProblems(const DesignPoint& design);

/// The first of them, or nothing.
std::optional<std::string> designPointProblem(const DesignPoint& design);

/// "rom", "logic": the names in documents and on the command line.
std::string_view tableName(DesignPoint::Table table);
std::optional<DesignPoint::Table> tableFromName(std::string_view name);

/// What activation bits say that are not given.
inline constexpr std::string_view asTrained = "as trained";

} // namespace ternbench
