#include "core/code/codebook.h"
#include "core/hardware/report_storage.h"
#include "core/packed/bit_packing.h"
#include "core/packed/group_indexes.h"
#include "core/packed/packed_file.h"
#include "core/packed/packed_layout.h"
#include "core/storage/hdf5.h"
#include "core/storage/seal.h"
#include "core/version.h"

namespace ternbench {

using namespace packed_layout;

namespace {

std::vector<std::int64_t> extents(const TensorShape& shape)
{
    return {shape.height, shape.width, shape.channels};
}

void writeWindow(const h5::Group& group, const IntegerLayer& layer)
{
    group.setAttribute("kernel", layer.window.kernel);
    group.setAttribute("stride", layer.window.stride);
    group.setAttribute("padding", layer.window.padding);
    group.setAttribute("in_shape", extents(layer.inputShape()));
    group.setAttribute("out_shape", extents(layer.outputShape()));
}

void writeWeights(const h5::Group& group, const IntegerLayer& layer)
{
    const Codebook codebook(layer.code);
    const std::size_t groups = groupsPerRow(layer);
    const std::size_t bytesPerRow = packedBytes(groups, codebook.bits());
    group.setAttribute("N", layer.code.groupSize);
    group.setAttribute("K", layer.code.maxNonZeros);
    group.setAttribute("family", std::string(familyName(layer.code.family)));
    group.setAttribute("rows", layer.rows);
    group.setAttribute("fan_in", layer.fanIn);
    group.setAttribute("groups_per_row", int(groups));
    group.setAttribute("index_bits", codebook.bits());
    group.setAttribute("group_axis", groupAxisOf(layer));

    std::vector<std::uint8_t> codes(std::size_t(layer.rows) * bytesPerRow);
    for (std::size_t row = 0; row < std::size_t(layer.rows); ++row)
        packIndexes(rowIndexes(layer, codebook, row), codebook.bits(),
                    std::span(codes).subspan(row * bytesPerRow, bytesPerRow));
    group.write<std::uint8_t>("codes", codes, {unsignedSize(layer.rows), bytesPerRow});
    group.write<std::int8_t>("table", codebook.table(),
                             {codebook.size(), unsignedSize(layer.code.groupSize)});
    if (!layer.permutation.empty())
        group.write("permutation", layer.permutation);
}

void writeLayer(const h5::Group& group, const IntegerLayer& layer)
{
    group.setAttribute("kind", std::string(layerKindName(layer.kind)));
    if (layer.kind != LayerKind::Linear)
        writeWindow(group, layer);
    if (layer.hasWeights())
        writeWeights(group, layer);
    group.setAttribute("activation_bits", layer.activationBits);
    group.setAttribute("accumulator_bits", layer.accumulatorBits);
    if (layer.kind == LayerKind::MaxPool)
        return;
    group.write("multiplier", layer.multiplier);
    group.write("offset", layer.offset);
    group.write("shift", layer.shift);
}

void writeLedger(const h5::Group& group, const Ledger& ledger)
{
    std::vector<std::string> layers, items, notes;
    std::vector<std::uint64_t> bytes;
    for (const LedgerEntry& entry : ledger.entries) {
        layers.push_back(entry.layer);
        items.push_back(entry.item);
        notes.push_back(entry.note);
        bytes.push_back(entry.bytes);
    }
    group.setAttribute("NX_class", "NXdata");
    group.setAttribute("signal", "bytes");
    group.writeStrings("layer", layers);
    group.writeStrings("item", items);
    group.writeStrings("note", notes);
    group.write("bytes", bytes);
    group.setAttributeOf("bytes", "units", "byte");
}

void writeVerification(const h5::Group& group, const PackedNetwork& packed)
{
    std::vector<std::string> names;
    for (const IntegerLayer& layer : packed.network.layers)
        names.push_back(layer.name);
    group.setAttribute("NX_class", "NXdata");
    group.setAttribute("signal", "different");
    group.writeStrings("layer", names);
    group.write("compared", packed.compared);
    group.write("different", packed.different);
    group.writeStrings("golden_sha256", packed.golden.layerSha256);
    group.writeScalar("images", packed.golden.images);
    group.writeScalar("class_errors", packed.golden.classErrors);
}

void writeContent(const PackedNetwork& packed, const h5::Group& root)
{
    root.setAttribute("format", formatName);
    root.setAttribute("format_version", packedFormatVersion);
    root.setAttribute("generator", programVersion());
    root.setAttribute("experiment", packed.experimentJson);
    root.setAttribute("NX_class", "NXroot");
    root.setAttribute("default", "ledger");
    const h5::Group input = root.createGroup("input");
    input.setAttribute("shape", std::vector<std::int64_t>{packed.height, packed.width, packed.channels});
    input.setAttribute("inputs", packed.network.input.inputs);
    const h5::Shape shape = packed.network.input.perInput
                                ? h5::Shape{256, unsignedSize(packed.network.input.inputs)}
                                : h5::Shape{256};
    input.write<std::int16_t>("table", packed.network.input.values, shape);
    const h5::Group layers = root.createGroup("layers");
    for (std::size_t l = 0; l < packed.network.layers.size(); ++l)
        writeLayer(layers.createGroup(h5::numberedName(l, packed.network.layers[l].name)),
                   packed.network.layers[l]);
    writeLedger(root.createGroup("ledger"), packed.ledger);
    writeVerification(root.createGroup("verification"), packed);
    if (packed.design)
        writeReport(root.createGroup("report"), makeReport(packed.network, *packed.design));
    h5::seal(root);
}

} // namespace

void writePacked(const PackedNetwork& packed, const std::filesystem::path& file)
{
    h5::File target = h5::File::create(file);
    writeContent(packed, target.root());
    target.close();
}

} // namespace ternbench
