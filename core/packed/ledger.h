#pragma once

#include "core/code/code.h"
#include "core/code/grouping.h"
#include "core/network/spec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ternbench {

/// One line of the ledger: bytes of one item of one layer.
struct LedgerEntry
{
    std::string layer; ///< "fc1", or "input"
    std::string
        item; ///< "indexes", or "8-bit weights" or "float weights" in their place; "padding", "table",
              ///< "permutation", "multipliers", "offsets", "shifts", "input table", "metadata"
    std::uint64_t bytes = 0;
    std::string note; ///< where the number comes from, e.g. "512 rows x 98 groups x 8 bits"
};

/// What the ledger needs to know of a layer; follows from shapes alone. Average-pooling has one row without
/// weights, max-pooling nothing.
struct LayerShape
{
    std::string name;
    int rows = 0;
    Grouping grouping;
    Code code;
    bool permuted = false; ///< balanced grouping: a permutation of the fan-in is stored
    LayerKind kind = LayerKind::Linear;
    GroupAxis groupAxis = GroupAxis::Channels; ///< of a convolution
};

/// Every byte of a packed network, and what it is compared with. How a file arranges them is not of the
/// network: what HDF5 adds, digests, the document, the verification and the report are the rest of the file's
/// size.
struct Ledger
{
    std::vector<LedgerEntry> entries;
    std::uint64_t weights = 0;    ///< weights of all layers, tail padding not counted
    std::uint64_t indexBytes = 0; ///< "indexes" of all layers, or what is in their place
    std::uint64_t totalBytes = 0; ///< sum of the entries
    std::uint64_t floatBytes() const { return 4 * weights; }

    /// 8·indexBytes/weights
    double bitsPerWeight() const { return weights ? 8.0 * double(indexBytes) / double(weights) : 0.0; }
    /// float32 bytes over index bytes: the compression the code promises.
    double indexCompression() const { return indexBytes ? double(floatBytes()) / double(indexBytes) : 0.0; }
    /// float32 bytes over everything stored: tables, multipliers, offsets and padding included.
    double totalCompression() const { return totalBytes ? double(floatBytes()) / double(totalBytes) : 0.0; }
};

/// "inputs" of a linear layer, else the axis of the convolution: what a packed file calls it.
std::string_view groupAxisText(LayerKind kind, GroupAxis axis);

/// "indexes" counts the bits of the groups' indexes over real weights; what a tail group's padded weights
/// and the last byte of each row waste is counted under "padding", so that no byte is counted twice.
/// "metadata" is what a decoder is told of a layer besides (packed_file.h): numbers of 8 bytes, and names.
/// `inputTableBytes`: size of the table from stored byte to q.
Ledger makeLedger(const std::vector<LayerShape>& layers, std::uint64_t inputTableBytes);

} // namespace ternbench
