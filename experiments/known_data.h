#pragma once

#include "core/network/shape.h"
#include "datasets/source.h"

#include <cstdint>
#include <optional>

namespace ternbench {

/// What the kind of data says before any file is opened; nothing where the files decide.
struct KnownData
{
    std::optional<std::int64_t> trainImages;
    std::optional<TensorShape> shape; ///< of an image
    std::optional<std::int64_t> classes;
};

KnownData knownData(const DataSpec& data);

/// The shape of the data's images: as the files say, or else as their kind implies; nothing where neither
/// does.
std::optional<TensorShape> imageShape(const DataSpec& data, const DatasetSummary& summary);

} // namespace ternbench
