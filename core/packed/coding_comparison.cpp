#include "core/packed/coding_comparison.h"

#include "core/code/codebook.h"
#include "core/packed/bit_packing.h"
#include "core/packed/group_indexes.h"
#include "core/packed/ternary_codings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ternbench {

namespace {

struct Names
{
    std::string_view name, key;
};

/// In the order of CodingKind.
constexpr std::array<Names, 14> names{{
    {"(N,K) indexes", "indexes"},
    {"(N,K) indexes and table", "indexes_and_table"},
    {"float32", "float32"},
    {"8-bit", "eight_bit"},
    {"2-bit", "two_bit"},
    {"five trits a byte", "five_trits"},
    {"llama.cpp TQ1_0", "tq1_0"},
    {"llama.cpp TQ2_0", "tq2_0"},
    {"3:4 ternary (Sherry)", "three_of_four"},
    {"CSR", "csr"},
    {"bitmap and signs", "bitmap"},
    {"run-length", "run_length"},
    {"entropy of weights", "weight_entropy"},
    {"entropy of groups", "group_entropy"},
}};

/// One layer, looked at in every way.
class LayerSizes
{
public:
    explicit LayerSizes(const IntegerLayer& layer)
        : m_layer(layer), m_codebook(layer.code), m_matrix{layer.weights, std::uint64_t(layer.rows),
                                                           std::uint64_t(layer.fanIn)}
    {
        m_result.layer = layer.name;
        m_result.weights = m_matrix.count();
        m_result.nonZeros =
            m_matrix.count() - std::uint64_t(std::ranges::count(layer.weights, std::int8_t{0}));
    }

    LayerCodings measure()
    {
        addIndexes();
        addFixedWidths();
        if (!m_layer.code.isTernary()) {
            keepEightBits();
            return m_result;
        }
        addBlocks();
        addThreeOfFour();
        addSparse();
        addEntropies();
        return m_result;
    }

private:
    CodingSize& add(CodingKind kind, std::uint64_t bits, std::string assumption)
    {
        m_result.sizes.push_back({kind, bits, (bits + 7) / 8, false, true, std::move(assumption)});
        return m_result.sizes.back();
    }

    void addBound(CodingKind kind, double bits, std::string assumption)
    {
        add(kind, std::uint64_t(std::ceil(bits)), std::move(assumption)).bound = true;
    }

    void addIndexes()
    {
        const std::string code = toString(m_layer.code);
        const std::uint64_t payload =
            8 * m_matrix.rows * packedBytes(groupsPerRow(m_layer), m_codebook.bits());
        const auto entries = std::uint64_t(m_codebook.size()) * std::uint64_t(m_layer.code.groupSize);
        add(CodingKind::Indexes, payload,
            "The payload as stored: " + code + " indexes of " + std::to_string(m_codebook.bits()) +
                " bits, tail groups included, each row padded to a whole byte.");
        add(CodingKind::IndexesAndTable, payload + 8 * entries,
            "The same with its table of " + std::to_string(m_codebook.size()) + " patterns of " +
                std::to_string(m_layer.code.groupSize) + " bytes, as stored.");
    }

    void addFixedWidths()
    {
        add(CodingKind::Float32, fixedWidthBits(m_matrix, 32), "One 32-bit float a weight.");
        add(CodingKind::EightBit, fixedWidthBits(m_matrix, 8), "One signed byte a weight.");
        if (m_layer.code.isTernary())
            add(CodingKind::TwoBit, fixedWidthBits(m_matrix, 2), "Two bits a weight, rows padded to a byte.");
    }

    /// What every ternary coding leaves of 8-bit weights, in the order of CodingKind.
    void keepEightBits()
    {
        for (const CodingKind kind :
             {CodingKind::TwoBit, CodingKind::FiveTrits, CodingKind::Tq1_0, CodingKind::Tq2_0,
              CodingKind::ThreeOfFour, CodingKind::Csr, CodingKind::Bitmap, CodingKind::RunLength})
            add(kind, fixedWidthBits(m_matrix, 8), "Not ternary: kept in 8 bits.").representable = false;
        const double bits = entropyBits(indexCounts());
        for (const CodingKind kind : {CodingKind::WeightEntropy, CodingKind::GroupEntropy})
            addBound(kind, bits,
                     "Bound for any code of single weights from the layer's own histogram, which is not "
                     "counted.");
    }

    void addBlocks()
    {
        constexpr std::uint64_t block = 256;
        // TQ1_0: 240 weights in 48 bytes of five trits, 16 in 4 bytes of four. TQ2_0: 4 weights a byte.
        constexpr std::uint64_t tq1Bytes = 48 + 4 + 2, tq2Bytes = 64 + 2;
        const std::string padding = ", rows padded to whole blocks.";
        add(CodingKind::FiveTrits, blockBits(m_matrix, 5, 1),
            "Five weights a byte in base 3, rows padded to a byte.");
        add(CodingKind::Tq1_0, blockBits(m_matrix, block, tq1Bytes),
            "Blocks of 256 weights in 54 bytes, an fp16 scale included" + padding);
        add(CodingKind::Tq2_0, blockBits(m_matrix, block, tq2Bytes),
            "Blocks of 256 weights in 66 bytes, an fp16 scale included" + padding);
    }

    void addThreeOfFour()
    {
        const ThreeOfFour found = threeOfFour(m_matrix);
        const bool fits = found.fitting == found.blocks;
        const std::string layout = "Five bits for four weights with exactly three non-zeros (Sherry, "
                                   "arXiv:2601.07892), rows padded to a byte";
        add(CodingKind::ThreeOfFour, found.bits,
            layout + (fits ? "; every block is one."
                           : "; not representable: " + std::to_string(found.fitting) + " of " +
                                 std::to_string(found.blocks) +
                                 " blocks are such, so this is the size of other weights of this shape."))
            .representable = fits;
    }

    void addSparse()
    {
        const RunLength runs = runLength(m_matrix);
        add(CodingKind::Csr, csrBits(m_matrix),
            "Row pointers of 32 bits; per non-zero a column index of " +
                std::to_string(columnBits(m_matrix.fanIn)) + " bits and a sign bit.");
        add(CodingKind::Bitmap, bitmapBits(m_matrix), "One bit a weight, and a sign bit per non-zero.");
        add(CodingKind::RunLength, runs.bits,
            "Per non-zero the zeros before it, counted on over the ends of rows, in " +
                std::to_string(runs.width) +
                " bits (the best width of 1..16, which 4 bits a layer name; all ones: as many zeros and no "
                "non-zero) and a sign bit; zeros behind the last non-zero take nothing.");
    }

    std::vector<std::uint64_t> indexCounts() const
    {
        std::vector<std::uint64_t> counts(m_codebook.size(), 0);
        for (std::size_t row = 0; row < std::size_t(m_layer.rows); ++row)
            for (const std::uint32_t index : rowIndexes(m_layer, m_codebook, row))
                ++counts[index];
        return counts;
    }

    void addEntropies()
    {
        addBound(CodingKind::WeightEntropy, entropyBits(countWeights(m_matrix).of),
                 "Bound for any code of single weights from the layer's own frequencies, which are not "
                 "counted.");
        addBound(CodingKind::GroupEntropy, entropyBits(indexCounts()),
                 "Bound for any code of single indexes from the layer's own histogram, which is not counted "
                 "and flatters a code with many patterns for few groups.");
    }

    const IntegerLayer& m_layer;
    Codebook m_codebook;
    TernaryMatrix m_matrix;
    LayerCodings m_result;
};

/// What the total says where the layers' sentences differ.
std::string totalAssumption(const CodingComparison& comparison, std::size_t at)
{
    const std::string& first = comparison.layers.front().sizes[at].assumption;
    for (const LayerCodings& layer : comparison.layers)
        if (layer.sizes[at].assumption != first)
            return comparison.total.sizes[at].representable
                       ? "Sum over the layers, each with its own parameters."
                       : "Sum over the layers, not all of which are representable.";
    return first;
}

void addUp(CodingComparison& comparison)
{
    LayerCodings& total = comparison.total;
    total.sizes = comparison.layers.front().sizes;
    for (std::size_t i = 0; i < total.sizes.size(); ++i) {
        CodingSize& sum = total.sizes[i];
        sum.bits = sum.bytes = 0;
        for (const LayerCodings& layer : comparison.layers) {
            sum.bits += layer.sizes[i].bits;
            sum.bytes += layer.sizes[i].bytes;
            sum.representable = sum.representable && layer.sizes[i].representable;
        }
        sum.assumption = totalAssumption(comparison, i);
    }
    for (const LayerCodings& layer : comparison.layers) {
        total.weights += layer.weights;
        total.nonZeros += layer.nonZeros;
    }
}

} // namespace

std::string_view codingName(CodingKind kind)
{
    return names[std::size_t(kind)].name;
}

std::string_view codingKey(CodingKind kind)
{
    return names[std::size_t(kind)].key;
}

CodingComparison compareCodings(const IntegerNetwork& network)
{
    CodingComparison comparison;
    for (const IntegerLayer& layer : network.layers) {
        if (!layer.hasWeights())
            continue;
        comparison.layers.push_back(LayerSizes(layer).measure());
    }
    if (!comparison.layers.empty())
        addUp(comparison);
    return comparison;
}

} // namespace ternbench
