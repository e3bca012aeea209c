#include "core/packed/packed_layout.h"

#include "core/packed/packed_file.h"

namespace ternbench {

namespace packed_layout {

void checkHeader(const h5::Group& root)
{
    if (!root.hasAttribute("format") || root.stringAttribute("format") != formatName)
        root.fail("@format", std::string("is not '") + formatName + "': this is no packed network");
    const std::int64_t version = root.intAttribute("format_version");
    if (version > packedFormatVersion)
        root.fail("@format_version", std::to_string(version) + " is newer than this program reads (" +
                                         std::to_string(packedFormatVersion) + "): use a newer Ternbench");
    if (version < 1)
        root.fail("@format_version", std::to_string(version) + " is not allowed: must be 1.." +
                                         std::to_string(packedFormatVersion));
}

std::string groupAxisOf(const IntegerLayer& layer)
{
    return std::string(groupAxisText(layer.kind, layer.groupAxis));
}

} // namespace packed_layout

Ledger ledgerOf(const IntegerNetwork& network, int formatVersion)
{
    std::vector<LayerShape> shapes;
    for (const IntegerLayer& layer : network.layers)
        shapes.push_back({layer.name,
                          layer.hasWeights()                     ? layer.rows
                          : layer.kind == LayerKind::AveragePool ? 1
                                                                 : 0,
                          layer.grouping(), layer.code, !layer.permutation.empty(), layer.kind,
                          layer.groupAxis});
    Ledger ledger = makeLedger(shapes, network.input.values.size() * sizeof(std::int16_t));
    if (formatVersion >= packed_layout::metadataVersion)
        return ledger;
    std::erase_if(ledger.entries, [&](const LedgerEntry& entry) {
        const bool metadata = entry.item == "metadata";
        ledger.totalBytes -= metadata ? entry.bytes : 0;
        return metadata;
    });
    return ledger;
}

} // namespace ternbench
