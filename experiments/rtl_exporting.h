#pragma once

#include "core/hardware/cycles.h"

#include <filesystem>
#include <string>
#include <vector>

/// From a packed file to RTL that is tested with images of the experiment's own test set.
namespace ternbench {

inline constexpr int maxTestImages = 10'000; ///< of a test bench

struct RtlRequest
{
    std::filesystem::path packed; ///< what is exported
    std::filesystem::path folder; ///< is made; must not exist, or be empty
    DesignPoint design;
    int images = 100;       ///< of the test set, the first ones; fewer if it has no more
    std::string dataFolder; ///< in place of the experiment's, unless empty
};

struct RtlExportResult
{
    int images = 0;
    std::vector<LayerCycles> cycles; ///< by part
    LayerCycles total;
};

/// Throws InputError where the design point, the number of images or the folder cannot be: before anything is
/// read.
void requireRtlRequest(const RtlRequest& request);

/// Whether `file` is a packed network (and not a run file, say). Throws InputError where it cannot be read at
/// all.
bool isPackedFile(const std::filesystem::path& file);

/// Reads the packed file and its experiment's test set, writes the folder. Blocks. Throws InputError for bad
/// input.
RtlExportResult exportRtlFolder(const RtlRequest& request);

} // namespace ternbench
