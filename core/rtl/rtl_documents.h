#pragma once

#include "core/rtl/rtl_layer.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// The files of an exported folder that depend on the network, as texts.
namespace ternbench {

/// What is exported: sizes, memory images, and how it is to be tested.
struct RtlProject
{
    std::string title; ///< "784-512-10, (8,2)": one line for comments
    DesignPoint design;
    RtlInput input;
    bool perInputTable = false;
    int inputs = 0;
    std::vector<RtlLayer> layers;
    std::vector<LayerCycles> cycles; ///< parts in order, from cyclesOf()
    std::int64_t totalCycles = 0;
    int testImages = 0;
    /// By path within the folder ("memory/00_fc1_weights.hex").
    std::map<std::string, MemoryImage> images;
};

std::string topText(const RtlProject& project);
std::string testBenchText(const RtlProject& project);
std::string makefileText(const RtlProject& project);
std::string readmeText(const RtlProject& project);
/// Modules for synthesis, by name: the decoder and the processing element of each code that occurs.
std::map<std::string, std::string> synthesisTops(const RtlProject& project);

} // namespace ternbench
