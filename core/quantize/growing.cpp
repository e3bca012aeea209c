#include "core/quantize/growing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>

namespace ternbench {

namespace {

/// What group `span` of row `r` loses when it is held; 0 where nothing.
double energyLoss(const Coding& coding, const CodedMatrix& matrix, int r, const Grouping::Span& span)
{
    const auto row = std::size_t(r);
    const Normalizer& normalizer = coding.normalizer;
    std::array<float, maxGroupSize> magnitudes;
    for (int i = 0; i < span.size; ++i) {
        const auto j = std::size_t(coding.grouping.at(span.first + i));
        const float weight = matrix.weights[row * std::size_t(coding.grouping.fanIn) + j];
        magnitudes[std::size_t(i)] =
            std::abs(weight * normalizer.columnInverse[j] * normalizer.rowInverse[row]);
    }
    const std::span<float> largestFirst(magnitudes.data(), std::size_t(span.size));
    std::ranges::sort(largestFirst, std::greater<>());
    double loss = 0.0;
    const int most = std::min(coding.code.maxNonZeros, span.size);
    for (int rank = coding.heldGroups->code.maxNonZeros; rank < most; ++rank) {
        const float magnitude = largestFirst[std::size_t(rank)];
        if (magnitude > coding.thresholdOf(row) || rank < coding.code.minNonZeros())
            loss += double(magnitude) * double(magnitude);
    }
    return loss;
}

/// Of every group (rows, groups per row).
std::vector<double> energyLosses(const Coding& coding, const CodedMatrix& matrix, ThreadPool& pool)
{
    const int n = coding.code.groupSize;
    const int groups = coding.grouping.groupsPerRow(n);
    std::vector<double> losses(std::size_t(matrix.rows) * std::size_t(groups));
    pool.run(matrix.rows, [&](int r, int) {
        for (int g = 0; g < groups; ++g)
            losses[std::size_t(r) * std::size_t(groups) + std::size_t(g)] =
                energyLoss(coding, matrix, r, coding.grouping.group(g, n));
    });
    return losses;
}

} // namespace

void beginGrowing(Coding& coding, const Code& tight, int rows)
{
    coding.heldGroups.reset();
    if (coding.code == tight)
        return;
    const auto groups = std::size_t(rows) * std::size_t(coding.grouping.groupsPerRow(tight.groupSize));
    coding.heldGroups = Coding::HeldGroups{tight, std::vector<std::uint8_t>(groups, 0), 0};
}

void growTo(Coding& coding, const CodedMatrix& matrix, double share, ThreadPool& pool)
{
    if (!coding.heldGroups)
        return;
    std::vector<std::uint8_t>& held = coding.heldGroups->held;
    const auto wanted = std::min(held.size(), std::size_t(std::ceil(share * double(held.size()))));
    if (wanted <= coding.heldGroups->count)
        return;
    std::vector<std::uint32_t> free; // groups not held yet
    for (std::size_t g = 0; g < held.size(); ++g)
        if (!held[g])
            free.push_back(std::uint32_t(g));
    const std::vector<double> losses = energyLosses(coding, matrix, pool);
    const std::size_t more = wanted - coding.heldGroups->count;
    if (more < free.size())
        std::ranges::nth_element(free, free.begin() + std::ptrdiff_t(more),
                                 [&](std::uint32_t a, std::uint32_t b) {
                                     return losses[a] != losses[b] ? losses[a] < losses[b] : a < b;
                                 });
    for (std::size_t i = 0; i < more; ++i)
        held[free[i]] = 1;
    coding.heldGroups->count = wanted;
    if (wanted == held.size()) {
        coding.code = coding.heldGroups->code;
        coding.heldGroups.reset();
    }
    codeAllRows(coding, matrix, pool);
}

} // namespace ternbench
