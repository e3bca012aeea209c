#pragma once

#include "core/code/code.h"
#include "core/code/grouping.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ternbench {

/// One line of the ledger: bytes of one item of one layer.
struct LedgerEntry
{
    std::string layer; ///< "fc1", or "input"
    std::string item;  ///< "indexes", "padding", "table", "permutation", "multipliers", "offsets", "shifts",
                       ///< "input table"
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
};

/// Every byte of a packed network's weight payload, and what it is compared with.
struct Ledger
{
    std::vector<LedgerEntry> entries;
    std::uint64_t weights = 0;    ///< weights of all layers, tail padding not counted
    std::uint64_t indexBytes = 0; ///< "indexes" of all layers
    std::uint64_t totalBytes = 0; ///< sum of the entries
    std::uint64_t floatBytes() const { return 4 * weights; }

    /// 8·indexBytes/weights
    double bitsPerWeight() const { return weights ? 8.0 * double(indexBytes) / double(weights) : 0.0; }
    /// float32 bytes over index bytes: the compression the code promises.
    double indexCompression() const { return indexBytes ? double(floatBytes()) / double(indexBytes) : 0.0; }
    /// float32 bytes over everything stored: tables, multipliers, offsets and padding included.
    double totalCompression() const { return totalBytes ? double(floatBytes()) / double(totalBytes) : 0.0; }
};

/// "indexes" counts the bits of the groups' indexes over real weights; what a tail group's padded weights
/// and the last byte of each row waste is counted under "padding", so that no byte is counted twice.
/// `inputTableBytes`: size of the table from stored byte to q.
Ledger makeLedger(const std::vector<LayerShape>& layers, std::uint64_t inputTableBytes);

} // namespace ternbench
