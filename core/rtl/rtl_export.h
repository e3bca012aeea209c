#pragma once

#include "core/data/labelled_images.h"
#include "core/hardware/design_point.h"
#include "core/integer/integer_network.h"

#include <filesystem>

/// A fully-connected packed network as SystemVerilog, with memory images, golden vectors, a self-checking
/// test bench, a Makefile and a README.
namespace ternbench {

/// Throws InputError, naming the field, where the design point cannot be built or the network cannot be put
/// into this RTL.
void requireExportable(const IntegerNetwork& network, const DesignPoint& design);

/// Throws InputError unless `folder` can be made: it must not exist, or be an empty folder.
void requireNewFolder(const std::filesystem::path& folder);

/// Writes the folder; the test bench runs `images` and expects what the reference model computes now.
/// Complete or not there at all: everything is written to a temporary sibling, which is renamed. Throws
/// InputError where something is not allowed or cannot be written.
void exportRtl(const IntegerNetwork& network, const DesignPoint& design, const LabelledImages& images,
               const std::filesystem::path& folder);

} // namespace ternbench
