#pragma once

#include "core/integer/integer_network.h"
#include "core/storage/hdf5.h"

#include <string>

/// Names and digests that writer, reader and checks of the packed file share; not for use elsewhere.
namespace ternbench::packed_layout {

inline constexpr const char* formatName = "ternbench.packed";
inline constexpr int metadataVersion = 4; ///< the ledger has the metadata
inline constexpr int allUnitsVersion = 4; ///< the report has the arithmetic units of all layers

/// "inputs" of a linear layer, else the axis of the convolution.
std::string groupAxisOf(const IntegerLayer& layer);

/// Throws InputError where the file is no packed network or a newer one.
void checkHeader(const h5::Group& root);

inline std::uint64_t unsignedSize(int value)
{
    return std::uint64_t(value);
}

} // namespace ternbench::packed_layout
