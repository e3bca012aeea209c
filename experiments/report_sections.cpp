#include "experiments/report_sections.h"

#include "experiments/number_text.h"

#include <algorithm>

namespace ternbench {

namespace {

constexpr std::size_t layersPerTable = 6; ///< columns that fit on a page

std::string remark(const CodingSize& size)
{
    return size.bound ? "bound" : size.representable ? "" : "not representable";
}

std::string rateText(const LayerCodings& layer, CodingKind kind)
{
    return fixed(layer.bitsPerWeight(kind), 4);
}

ReportSection totalSection(const LayerCodings& total)
{
    ReportSection section{"What the same weights take in other codings",
                          {withThousands(total.weights) + " weights, " + withThousands(total.nonZeros) +
                           " of them not zero. Scales, offsets and shapes, which each coding needs alike, "
                           "are left out, but for "
                           "those inside llama.cpp's blocks."},
                          {{"coding", ">bytes", ">bits per weight", ">x float32", "", "assumption"}, {}, {}}};
    const auto reference = double(total.of(CodingKind::Float32).bytes);
    // Bars on the scale of the 2-bit coding: float32 would leave nothing to see of the others.
    const double longest = 1.5 * total.bitsPerWeight(CodingKind::TwoBit);
    for (const CodingSize& size : total.sizes) {
        section.table.rows.push_back(
            {std::string(codingName(size.kind)), withThousands(size.bytes), rateText(total, size.kind),
             size.bytes ? fixed(reference / double(size.bytes), 1) : "", remark(size), size.assumption});
        section.table.bars.push_back(longest > 0.0 ? std::min(1.0, total.bitsPerWeight(size.kind) / longest)
                                                   : 0.0);
    }
    return section;
}

ReportSection layerSection(const CodingComparison& codings, std::size_t first)
{
    const std::size_t end = std::min(codings.layers.size(), first + layersPerTable);
    ReportSection section{"Codings by layer: bytes (bits per weight)", {}, {{"coding"}, {}, {}}};
    for (std::size_t l = first; l < end; ++l)
        section.table.headings.push_back(">" + codings.layers[l].layer);
    for (const CodingSize& size : codings.total.sizes) {
        std::vector<std::string> row{std::string(codingName(size.kind))};
        for (std::size_t l = first; l < end; ++l)
            row.push_back(withThousands(codings.layers[l].of(size.kind).bytes) + " (" +
                          rateText(codings.layers[l], size.kind) + ")");
        section.table.rows.push_back(row);
    }
    return section;
}

} // namespace

void addCodingSections(const CodingComparison& codings, std::vector<ReportSection>& sections)
{
    sections.push_back(totalSection(codings.total));
    for (std::size_t first = 0; first < codings.layers.size(); first += layersPerTable)
        sections.push_back(layerSection(codings, first));
}

} // namespace ternbench
