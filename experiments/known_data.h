#pragma once

#include "core/network/shape.h"
#include "datasets/source.h"

#include <cstdint>
#include <optional>
#include <string>

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

/// Another place for the data, as a user gives it beside the document (`--data`); empty: the document's.
/// Throws InputError for data that reads no files.
void useDataFolder(DataSpec& data, const std::string& folder);

} // namespace ternbench
