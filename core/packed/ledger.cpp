#include "core/packed/ledger.h"

namespace ternbench {

namespace {

std::string product(std::initializer_list<std::string> factors)
{
    std::string text;
    for (const std::string& factor : factors)
        text += (text.empty() ? "" : " x ") + factor;
    return text;
}

void add(Ledger& ledger, const std::string& layer, const std::string& item, std::uint64_t bytes,
         const std::string& note)
{
    ledger.entries.push_back({layer, item, bytes, note});
    ledger.totalBytes += bytes;
}

void addWeights(Ledger& ledger, const LayerShape& shape)
{
    const auto rows = std::uint64_t(shape.rows);
    const auto fanIn = std::uint64_t(shape.grouping.fanIn);
    const auto n = std::uint64_t(shape.code.groupSize);
    const auto bits = std::uint64_t(indexBits(shape.code));
    const auto groups = std::uint64_t(shape.grouping.groupsPerRow(shape.code.groupSize));
    const std::uint64_t bytesPerRow = (groups * bits + 7) / 8;
    // The indexes' share that real weights cause: whole groups count fully, a tail group by its real part.
    const std::uint64_t indexBitsOfRow = fanIn * bits / n;
    const std::uint64_t indexBytes = rows * indexBitsOfRow / 8;
    const std::uint64_t paddingBytes = rows * bytesPerRow - indexBytes;
    const std::uint64_t patterns = patternCount(shape.code);
    using std::to_string;

    ledger.weights += rows * fanIn;
    ledger.indexBytes += indexBytes;
    if (shape.code.isFloat()) {
        add(ledger, shape.name, "float weights", indexBytes,
            product({to_string(rows) + " rows", to_string(fanIn) + " weights", "float32"}));
        return;
    }
    add(ledger, shape.name, shape.code.isTernary() ? "indexes" : "8-bit weights", indexBytes,
        product({to_string(rows) + " rows", to_string(fanIn) + " weights",
                 to_string(bits) + "/" + to_string(n) + " bits"}));
    add(ledger, shape.name, "padding", paddingBytes,
        "tail groups and last bytes: rows of " + to_string(groups) + " groups take " +
            to_string(bytesPerRow) + " bytes");
    add(ledger, shape.name, "table", patterns * n,
        product({to_string(patterns) + " patterns", to_string(n) + " int8"}));
    if (shape.permuted)
        add(ledger, shape.name, "permutation", 4 * fanIn, product({to_string(fanIn) + " inputs", "int32"}));
}

/// The attributes of a layer's group in the packed file.
void addMetadata(Ledger& ledger, const LayerShape& shape)
{
    std::string names{layerKindName(shape.kind)};
    std::uint64_t numbers = 2; // activation_bits, accumulator_bits
    if (shape.kind != LayerKind::Linear)
        numbers += 9; // kernel, stride, padding; in_shape, out_shape
    if (shape.grouping.fanIn > 0) {
        numbers += 6; // N, K, rows, fan_in, groups_per_row, index_bits
        names += familyName(shape.code.family);
        names += groupAxisText(shape.kind, shape.groupAxis);
    }
    add(ledger, shape.name, "metadata", 8 * numbers + names.size(),
        std::to_string(numbers) + " int64, names of " + std::to_string(names.size()) + " letters");
}

void addLayer(Ledger& ledger, const LayerShape& shape)
{
    using std::to_string;
    const auto rows = std::uint64_t(shape.rows);
    if (shape.grouping.fanIn > 0)
        addWeights(ledger, shape);
    addMetadata(ledger, shape);
    if (rows == 0)
        return;
    add(ledger, shape.name, "multipliers", 4 * rows, product({to_string(rows) + " rows", "int32"}));
    add(ledger, shape.name, "offsets", 8 * rows, product({to_string(rows) + " rows", "int64"}));
    add(ledger, shape.name, "shifts", rows, product({to_string(rows) + " rows", "uint8"}));
}

} // namespace

std::string_view groupAxisText(LayerKind kind, GroupAxis axis)
{
    return kind == LayerKind::Conv2d ? groupAxisName(axis) : "inputs";
}

Ledger makeLedger(const std::vector<LayerShape>& layers, std::uint64_t inputTableBytes)
{
    Ledger ledger;
    add(ledger, "input", "input table", inputTableBytes, "stored byte to q, int16");
    add(ledger, "input", "metadata", 8 * 4, "4 int64: height, width, channels, inputs");
    for (const LayerShape& layer : layers)
        addLayer(ledger, layer);
    return ledger;
}

} // namespace ternbench
