#include "core/code/codebook.h"
#include "core/error.h"
#include "core/hardware/report_storage.h"
#include "core/packed/packed_file.h"
#include "core/packed/packed_layout.h"
#include "core/storage/permutation.h"

#include <algorithm>
#include <numeric>

namespace ternbench {

using namespace packed_layout;

namespace {

/// An integer attribute within [low, high].
int boundedAttribute(const h5::Group& group, const std::string& name, std::int64_t low, std::int64_t high)
{
    const std::int64_t value = group.intAttribute(name);
    if (value < low || value > high)
        group.fail("@" + name, std::to_string(value) + " is not allowed: must be " + std::to_string(low) +
                                   ".." + std::to_string(high));
    return int(value);
}

/// Reads and checks every index; expands them to layer.weights only where asked to.
PackedIndexes readIndexes(const h5::Group& group, PackedWeights weights, IntegerLayer& layer)
{
    PackedIndexes indexes{layer.code, layer.rows, layer.grouping(), {}, {}};
    const auto rows = std::size_t(layer.rows), fanIn = std::size_t(layer.fanIn);
    indexes.bytes = group.read<std::uint8_t>("codes", {rows, indexes.bytesPerRow()});
    indexes.table =
        group.read<std::int8_t>("table", {Codebook(layer.code).size(), std::size_t(layer.code.groupSize)});
    const int most = layer.code.largestValue();
    if (std::ranges::any_of(indexes.table, [most](std::int8_t t) { return t < -most || t > most; }))
        group.fail("table", most == 1 ? "holds values other than -1, 0 and 1" : "holds -128");
    layer.table = indexes.table;
    const bool expand = weights == PackedWeights::Expanded;
    layer.weights.resize(expand ? rows * fanIn : 0);
    std::vector<std::int8_t> one(fanIn);
    for (std::size_t row = 0; row < rows; ++row)
        try {
            indexes.decodeRow(int(row), expand ? std::span(layer.weights).subspan(row * fanIn, fanIn) : one);
        } catch (const InputError& error) {
            group.fail("codes", error.what());
        }
    return indexes;
}

void checkRanges(const h5::Group& group, const IntegerLayer& layer)
{
    constexpr std::int32_t limit = 1 << (multiplierBits - 1);
    constexpr std::int64_t offsetLimit = (std::int64_t{1} << 60) + (std::int64_t{1} << 59);
    for (std::size_t row = 0; row < layer.multiplier.size(); ++row) {
        if (layer.multiplier[row] < -limit || layer.multiplier[row] >= limit)
            group.fail("multiplier", "row " + std::to_string(row) + ": " +
                                         std::to_string(layer.multiplier[row]) + " is not a 16-bit integer");
        if (layer.offset[row] < -offsetLimit || layer.offset[row] > offsetLimit)
            group.fail("offset", "row " + std::to_string(row) + ": " + std::to_string(layer.offset[row]) +
                                     " is not allowed: must be within +-1.5·2^60");
        if (layer.shift[row] > maxShift)
            group.fail("shift", "row " + std::to_string(row) + ": " + std::to_string(layer.shift[row]) +
                                    " is not allowed: must be 0.." + std::to_string(maxShift));
    }
}

LayerKind readKind(const h5::Group& group)
{
    const std::string name = group.stringAttribute("kind");
    const auto kind = layerKindFromName(name);
    if (!kind)
        group.fail("@kind", "'" + name +
                                "' is not known to this version: must be linear, conv2d, max_pool or "
                                "average_pool");
    return *kind;
}

TensorShape readShape(const h5::Group& group, const std::string& name)
{
    const std::vector<std::int64_t> extents = group.intListAttribute(name);
    const auto valid = [](std::int64_t extent) { return extent >= 1 && extent <= (1 << 24); };
    if (extents.size() != 3 || !std::ranges::all_of(extents, valid) || extents[0] * extents[1] > (1 << 24) ||
        extents[0] * extents[1] * extents[2] > (1 << 24))
        group.fail("@" + name, "is not allowed: must be height, width and channels of an image");
    return {int(extents[0]), int(extents[1]), int(extents[2])};
}

/// What a convolution or a pooling layer moves over `input`, the output of the layer before.
void readWindow(const h5::Group& group, const TensorShape& input, IntegerLayer& layer)
{
    layer.input = readShape(group, "in_shape");
    if (layer.input != input)
        group.fail("@in_shape",
                   toString(layer.input) + " does not fit the layer before, which gives " + toString(input));
    layer.window.padding =
        boundedAttribute(group, "padding", 0, layer.kind == LayerKind::Conv2d ? (1 << 12) : 0);
    const int side = std::min(input.height, input.width) + 2 * layer.window.padding;
    layer.window.kernel =
        boundedAttribute(group, "kernel", layer.window.padding + 1, std::min(side, 1 << 12));
    layer.window.stride = boundedAttribute(group, "stride", 1, 1 << 12);
    if (layer.kind != LayerKind::Conv2d)
        return;
    const std::string axis = group.stringAttribute("group_axis");
    const auto known = groupAxisFromName(axis);
    if (!known)
        group.fail("@group_axis", "'" + axis + "' is not known: must be channels or flattened");
    layer.groupAxis = *known;
}

void readCode(const h5::Group& group, Code& code)
{
    code.groupSize = boundedAttribute(group, "N", 1, maxGroupSize);
    code.maxNonZeros = boundedAttribute(group, "K", 1, code.groupSize);
    const std::string family = group.stringAttribute("family");
    const auto known = familyFromName(family);
    if (!known || *known == CodeFamily::Float)
        group.fail("@family",
                   "'" + family + "' is not known: must be at-most-k, exactly-k, trimmed or 8-bit");
    code.family = *known;
    if (const auto problem = codeProblem(code))
        group.fail("@K", *problem);
    boundedAttribute(group, "index_bits", indexBits(code), indexBits(code));
}

/// The weights of a row that the shape of the layer's input gives.
std::int64_t fanInFor(const IntegerLayer& layer, const TensorShape& input)
{
    const std::int64_t area = std::int64_t{layer.window.kernel} * layer.window.kernel;
    return layer.kind == LayerKind::Conv2d ? area * input.channels : input.size();
}

void readRequantization(const h5::Group& group, IntegerLayer& layer)
{
    const h5::Shape perRow{layer.hasWeights() ? unsignedSize(layer.rows) : 1};
    layer.multiplier = group.read<std::int32_t>("multiplier", perRow);
    layer.offset = group.read<std::int64_t>("offset", perRow);
    layer.shift = group.read<std::uint8_t>("shift", perRow);
    checkRanges(group, layer);
}

IntegerLayer readLayer(const h5::Group& group, const std::string& name, const TensorShape& input,
                       PackedWeights weights, PackedNetwork& packed)
{
    IntegerLayer layer;
    layer.name = name;
    layer.kind = readKind(group);
    if (layer.kind != LayerKind::Linear)
        readWindow(group, input, layer);
    if (layer.hasWeights()) {
        readCode(group, layer.code);
        layer.rows = boundedAttribute(group, "rows", 1, 1 << 24);
        layer.fanIn = boundedAttribute(group, "fan_in", 1, 1 << 24);
        if (layer.fanIn != fanInFor(layer, input))
            group.fail("@fan_in", std::to_string(layer.fanIn) + " does not fit the layer before, which has " +
                                      toString(input) + " outputs");
    }
    layer.activationBits = boundedAttribute(group, "activation_bits", 1, 16);
    layer.accumulatorBits = boundedAttribute(group, "accumulator_bits", 1, 64);
    if (layer.kind != LayerKind::MaxPool)
        readRequantization(group, layer);
    if (layer.hasWeights())
        if (group.has("permutation")) // with balanced grouping
            layer.permutation = h5::readPermutation(group, "permutation", layer.fanIn);
    packed.indexes.push_back(layer.hasWeights() ? readIndexes(group, weights, layer) : PackedIndexes{});
    if (layer.kind != LayerKind::Linear && readShape(group, "out_shape") != layer.outputShape())
        group.fail("@out_shape", "does not follow from in_shape, kernel, stride and padding, which give " +
                                     toString(layer.outputShape()));
    return layer;
}

InputTable readInputTable(const h5::Group& group, int inputs)
{
    InputTable table;
    table.inputs = inputs;
    const h5::Shape shape = group.shapeOf("table");
    table.perInput = shape.size() == 2;
    table.values = group.read<std::int16_t>("table", table.perInput ? h5::Shape{256, unsignedSize(inputs)}
                                                                    : h5::Shape{256});
    return table;
}

/// Height, width and channels of an image, whose product is the number of inputs.
void readInputShape(const h5::Group& group, int inputs, PackedNetwork& packed)
{
    const std::vector<std::int64_t> shape = group.intListAttribute("shape");
    const auto valid = [&](std::int64_t extent) { return extent >= 1 && extent <= inputs; };
    if (shape.size() != 3 || !std::ranges::all_of(shape, valid) || shape[0] * shape[1] > inputs ||
        shape[0] * shape[1] * shape[2] != inputs)
        group.fail("@shape", "is not allowed: must be height, width and channels of an image of " +
                                 std::to_string(inputs) + " values");
    packed.height = int(shape[0]);
    packed.width = int(shape[1]);
    packed.channels = int(shape[2]);
}

Ledger readLedger(const h5::Group& group)
{
    const auto layers = group.readStrings("layer");
    const auto items = group.readStrings("item");
    const auto notes = group.readStrings("note");
    const auto bytes = group.read<std::uint64_t>("bytes", {layers.size()});
    if (items.size() != layers.size() || notes.size() != layers.size())
        group.fail("item", "has another length than 'layer'");
    Ledger ledger;
    for (std::size_t i = 0; i < layers.size(); ++i)
        ledger.entries.push_back({layers[i], items[i], bytes[i], notes[i]});
    ledger.totalBytes = std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
    for (const LedgerEntry& entry : ledger.entries)
        ledger.indexBytes += entry.item == "indexes" || entry.item == "8-bit weights" ? entry.bytes : 0;
    return ledger;
}

void readVerification(const h5::Group& group, PackedNetwork& packed)
{
    const h5::Shape perLayer{packed.network.layers.size()};
    packed.compared = group.read<std::uint64_t>("compared", perLayer);
    packed.different = group.read<std::uint64_t>("different", perLayer);
    packed.golden.layerSha256 = group.readStrings("golden_sha256");
    const auto names = group.readStrings("layer");
    if (names.size() != perLayer[0] || packed.golden.layerSha256.size() != perLayer[0])
        group.fail("layer", "does not have one entry for each layer");
    for (std::size_t l = 0; l < names.size(); ++l)
        if (names[l] != packed.network.layers[l].name)
            group.fail("layer", "entry " + std::to_string(l) + " is '" + names[l] + "', the layer is '" +
                                    packed.network.layers[l].name + "'");
    packed.golden.images = group.readScalar<std::uint64_t>("images");
    packed.golden.classErrors = group.readScalar<std::uint64_t>("class_errors");
}

} // namespace

PackedFile::PackedFile(const std::filesystem::path& file) : m_source(h5::File::open(file))
{
    checkHeader(m_source.root());
}

std::string PackedFile::experimentJson() const
{
    return m_source.root().stringAttribute("experiment");
}

std::vector<std::string> PackedFile::layerNames() const
{
    std::vector<std::string> names;
    for (const std::string& name : m_source.root().openGroup("layers").groupNames())
        names.push_back(h5::nameWithoutNumber(name));
    return names;
}

PackedNetwork readPacked(const std::filesystem::path& file, PackedWeights weights)
{
    return PackedFile(file).read(weights);
}

PackedNetwork PackedFile::read(PackedWeights weights) const
{
    const h5::Group root = m_source.root();
    PackedNetwork packed;
    packed.experimentJson = experimentJson();
    packed.formatVersion = int(root.intAttribute("format_version"));
    packed.generator = root.stringAttribute("generator");
    const h5::Group input = root.openGroup("input");
    const int inputs = boundedAttribute(input, "inputs", 1, 1 << 24);
    packed.network.input = readInputTable(input, inputs);
    readInputShape(input, inputs, packed);
    TensorShape shape{packed.height, packed.width, packed.channels};
    const h5::Group layers = root.openGroup("layers");
    const std::vector<std::string> names = layers.groupNames(); // by name: 00_, 01_, ...
    if (names.empty())
        root.fail("layers", "holds no layer");
    for (std::size_t l = 0; l < names.size(); ++l) {
        if (names[l] != h5::numberedName(l, h5::nameWithoutNumber(names[l])))
            layers.fail(names[l], "layer " + std::to_string(l) + " is missing");
        packed.network.layers.push_back(
            readLayer(layers.openGroup(names[l]), h5::nameWithoutNumber(names[l]), shape, weights, packed));
        shape = packed.network.layers.back().outputShape();
    }
    if (packed.network.layers.back().kind != LayerKind::Linear)
        layers.fail(names.back(), "is not allowed: the last layer, which gives the scores, must be linear");
    packed.ledger = readLedger(root.openGroup("ledger"));
    for (const IntegerLayer& layer : packed.network.layers)
        packed.ledger.weights += std::uint64_t(layer.rows) * std::uint64_t(layer.fanIn);
    readVerification(root.openGroup("verification"), packed);
    if (root.has("report"))
        packed.design = readReportDesign(root.openGroup("report"));
    return packed;
}

} // namespace ternbench
