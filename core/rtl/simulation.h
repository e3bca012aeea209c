#pragma once

#include "core/hardware/evidence.h"
#include "core/rtl/process.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Checks of an exported folder with the tools of the trade, through its Makefile. All functions block; lines
/// are shown on the calling thread.
namespace ternbench {

enum class RtlTool {
    Lint,      ///< verilator --lint-only -Wall
    Verilator, ///< simulation, compiled
    Icarus,    ///< simulation, interpreted
    Yosys,     ///< cell counts of decoder and processing element
};

/// "lint", "verilator", "icarus", "synth": also the targets of the exported Makefile.
std::string_view rtlToolName(RtlTool tool);

/// What a simulation compared in one layer.
struct RtlLayerCheck
{
    std::string name;
    std::int64_t compared = 0, different = 0; ///< outputs over all images
};

/// The cycles of a part of an inference: least and most over all images, and what the model says.
struct RtlPartCheck
{
    std::string name;
    std::int64_t least = 0, most = 0, expected = 0;
};

/// Cells of a synthesized module, by type ("$_AND_").
struct RtlCellCount
{
    std::string module;  ///< "decoder_8_2", "element_8_2_8_16": code, activation and accumulator bits
    std::string command; ///< that counts them, with the version of yosys; empty where the text does not say
    std::int64_t cells = 0;
    std::vector<std::pair<std::string, std::int64_t>> byType;
};

struct RtlCheck
{
    RtlTool tool = RtlTool::Verilator;
    std::string command; ///< what was run, for reports
    RtlIdentity rtl;     ///< what the folder was exported from
    std::vector<std::string>
        changed; ///< its files that are not what was exported; results are not of `rtl` then
    bool passed = false;
    bool cancelled = false;
    double seconds = 0.0;
    /// Simulations only: images, cycles from start to done (least, most, what the model says).
    std::int64_t images = 0, leastCycles = 0, mostCycles = 0, expectedCycles = 0;
    std::vector<RtlLayerCheck> layers;
    std::vector<RtlPartCheck> parts;   ///< input, layers, argmax
    std::vector<RtlCellCount> cells;   ///< synthesis only
    std::vector<std::string> problems; ///< lines that say what failed; empty if passed
};

/// Throws InputError, naming programs and Debian packages, where what `tool` needs is not installed.
void requireInstalled(RtlTool tool);

/// Runs `make TARGET` in `folder`, all of it anew. `images` 0: the Makefile's own number. Throws InputError
/// where the folder is no export or cannot be written, or a program is missing.
RtlCheck runRtlCheck(RtlTool tool, const std::filesystem::path& folder, int images = 0,
                     const LineObserver& observer = {}, const std::stop_token& stop = {});

/// What `make synth` keeps: version of yosys, command, what its `stat` printed. Lines that are no counts (of
/// up to 18 digits) are passed over.
RtlCellCount parseCellCount(const std::string& module, const std::string& statistics);

} // namespace ternbench
