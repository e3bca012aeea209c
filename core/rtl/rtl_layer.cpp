#include "core/rtl/rtl_layer.h"

#include "core/code/codebook.h"
#include "core/error.h"

#include <algorithm>
#include <bit>
#include <set>

namespace ternbench {

namespace {

constexpr int shiftBits = 6;
constexpr int scoreBits = 64;

/// Other characters than these need care in file names and strings.
std::string safeName(const std::string& name)
{
    std::string safe = name;
    for (char& c : safe)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-'))
            c = '_';
    return safe;
}

std::string filePrefix(int number, const std::string& name)
{
    return (number < 10 ? "0" : "") + std::to_string(number) + "_" + name + "_";
}

/// t of one group, padded with zeros to N.
std::vector<std::int8_t> groupPattern(const IntegerLayer& layer, int row, int group)
{
    const int n = layer.code.groupSize;
    std::vector<std::int8_t> pattern(std::size_t(n), 0);
    const int size = std::min(n, layer.fanIn - group * n);
    const auto from = layer.weights.begin() + std::ptrdiff_t(row) * layer.fanIn + std::ptrdiff_t(group) * n;
    std::copy_n(from, size, pattern.begin());
    return pattern;
}

std::uint32_t groupIndex(const Codebook& codebook, const IntegerLayer& layer, int row, int group)
{
    const auto pattern = groupPattern(layer, row, group);
    const auto index = codebook.rank(pattern);
    if (!index)
        throw InputError("layer '" + layer.name + "': row " + std::to_string(row) + ", group " +
                         std::to_string(group) + " holds " + patternText(pattern) +
                         ", which is no pattern of " + toString(layer.code));
    return *index;
}

/// One value per row, a row block a word; zero beyond the matrix.
template <class T>
MemoryImage rowImage(const RtlLayer& layer, const std::vector<T>& values, int bits)
{
    MemoryImage image(layer.parallelRows * bits);
    for (int block = 0; block < layer.blocks; ++block) {
        image.addWord();
        for (int i = 0; i < layer.parallelRows; ++i)
            if (const int row = block * layer.parallelRows + i; row < layer.layer->rows)
                image.put(i * bits, bits, std::int64_t(values[std::size_t(row)]));
    }
    return image;
}

/// "8_2", "4_3_trimmed": the code in a name.
std::string codeInName(const Code& code)
{
    std::string name = std::to_string(code.groupSize) + "_" + std::to_string(code.maxNonZeros);
    if (code.family == CodeFamily::ExactlyK)
        name += "_exactly";
    return code.family == CodeFamily::Trimmed ? name + "_trimmed" : name;
}

RtlLayer sizedLayer(const IntegerLayer& layer, const DesignPoint& design, const LayerCycles& cycles)
{
    RtlLayer sized;
    sized.layer = &layer;
    sized.name = safeName(layer.name);
    sized.lanes = design.lanes;
    sized.parallelRows = design.parallelRows;
    sized.groups = int(cycles.groupsPerRow);
    sized.steps = int(cycles.steps);
    sized.blocks = int(cycles.rowBlocks);
    sized.indexBits = indexBits(layer.code);
    sized.positionBits = addressBits(layer.code.groupSize);
    sized.outputBits = layer.activationBits;
    return sized;
}

} // namespace

int addressBits(std::int64_t count)
{
    return std::max(1, int(std::bit_width(std::uint64_t(count - 1))));
}

RtlInput rtlInput(const IntegerNetwork& network, const DesignPoint& design)
{
    const auto [least, most] = std::ranges::minmax(network.input.values);
    RtlInput input;
    input.bytes = design.inputBytesPerCycle();
    input.words = (network.input.inputs + input.bytes - 1) / input.bytes;
    input.valueSigned = least < 0;
    const auto bits = [](int value) { return int(std::bit_width(unsigned(value < 0 ? ~value : value))); };
    input.valueBits = std::max(1, std::max(bits(least), bits(most)) + (input.valueSigned ? 1 : 0));
    return input;
}

std::vector<RtlLayer> rtlLayers(const IntegerNetwork& network, const DesignPoint& design)
{
    const RtlInput input = rtlInput(network, design);
    const std::vector<LayerCycles> cycles = cyclesOf(network, design); // [0] is the input table
    std::vector<RtlLayer> layers;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        RtlLayer sized = sizedLayer(network.layers[l], design, cycles[l + 1]);
        sized.number = int(l);
        sized.prefix = filePrefix(sized.number, sized.name);
        sized.activationBits = l == 0 ? input.valueBits : layers.back().outputBits;
        sized.activationSigned = l == 0 && input.valueSigned;
        sized.scores = l + 1 == network.layers.size();
        if (sized.scores)
            sized.outputBits = scoreBits;
        layers.push_back(sized);
    }
    return layers;
}

std::string decoderModule(const RtlLayer& layer)
{
    return "decoder_" + codeInName(layer.layer->code);
}

std::string elementModule(const RtlLayer& layer)
{
    return "element_" + codeInName(layer.layer->code) + "_" + std::to_string(layer.activationBits) +
           (layer.activationSigned ? "s" : "") + "_" + std::to_string(layer.layer->accumulatorBits);
}

std::vector<std::string> synthesizedModules(const IntegerNetwork& network, const DesignPoint& design)
{
    std::set<std::string> modules;
    for (const RtlLayer& layer : rtlLayers(network, design))
        modules.insert({decoderModule(layer), elementModule(layer)});
    return {modules.begin(), modules.end()};
}

MemoryImage weightImage(const RtlLayer& layer)
{
    const Codebook codebook(layer.layer->code);
    MemoryImage image(layer.parallelRows * layer.lanes * layer.indexBits);
    for (int word = 0; word < layer.blocks * layer.steps; ++word) {
        image.addWord();
        for (int i = 0; i < layer.parallelRows; ++i)
            for (int lane = 0; lane < layer.lanes; ++lane) {
                const int row = word / layer.steps * layer.parallelRows + i;
                const int group = word % layer.steps * layer.lanes + lane;
                if (row < layer.layer->rows && group < layer.groups)
                    image.put((i * layer.lanes + lane) * layer.indexBits, layer.indexBits,
                              groupIndex(codebook, *layer.layer, row, group));
            }
    }
    return image;
}

MemoryImage tableImage(const RtlLayer& layer)
{
    const Codebook codebook(layer.layer->code);
    const int slotBits = layer.positionBits + 2;
    MemoryImage image(layer.layer->code.maxNonZeros * slotBits);
    std::vector<std::int8_t> pattern(std::size_t(layer.layer->code.groupSize));
    for (std::uint32_t index = 0; index < codebook.size(); ++index) {
        codebook.unrank(index, pattern);
        image.addWord();
        int slot = 0;
        for (int position = 0; position < int(pattern.size()); ++position)
            if (const int t = pattern[std::size_t(position)]; t != 0) {
                image.put(slot * slotBits, layer.positionBits, position);
                image.put(slot * slotBits + layer.positionBits, 2, t < 0 ? 3 : 2);
                ++slot;
            }
    }
    return image;
}

MemoryImage multiplierImage(const RtlLayer& layer)
{
    return rowImage(layer, layer.layer->multiplier, multiplierBits);
}

MemoryImage offsetImage(const RtlLayer& layer)
{
    return rowImage(layer, layer.layer->offset, scoreBits);
}

MemoryImage shiftImage(const RtlLayer& layer)
{
    return rowImage(layer, layer.layer->shift, shiftBits);
}

std::vector<MemoryImage> inputTableImages(const IntegerNetwork& network, const RtlInput& input)
{
    const InputTable& table = network.input;
    const int words = table.perInput ? input.words : 1;
    std::vector<MemoryImage> images(std::size_t(table.perInput ? input.bytes : 1),
                                    MemoryImage(input.valueBits));
    for (int bank = 0; bank < int(images.size()); ++bank)
        for (int word = 0; word < words; ++word)
            for (int byte = 0; byte < 256; ++byte) {
                const int j = word * input.bytes + bank;
                const bool there = !table.perInput || j < table.inputs;
                images[std::size_t(bank)].addValue(there ? table.at(std::uint8_t(byte), j) : 0);
            }
    return images;
}

} // namespace ternbench
