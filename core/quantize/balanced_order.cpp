#include "core/quantize/balanced_order.h"

#include <algorithm>
#include <numeric>

namespace ternbench {

namespace {

/// Gives each of `ranked` (strongest first) a position within a segment: a round hands one to every group
/// that has room, the next round in the other direction.
std::vector<int> deal(const std::vector<int>& ranked, const Grouping& grouping, int groupSize)
{
    const int groups = grouping.groupsPerSegment(groupSize);
    std::vector<int> dealt(ranked.size());
    std::size_t next = 0;
    for (int round = 0; next < ranked.size(); ++round)
        for (int i = 0; i < groups; ++i) {
            const Grouping::Span group = grouping.group(round % 2 == 0 ? i : groups - 1 - i, groupSize);
            if (round < group.size)
                dealt[std::size_t(group.first + round)] = ranked[next++];
        }
    return dealt;
}

} // namespace

std::vector<int> balancedOrder(const Grouping& grouping, const std::vector<double>& strength, int groupSize)
{
    const auto segment = std::size_t(grouping.segment);
    std::vector<double> ofSegments(segment, 0.0);
    for (std::size_t p = 0; p < strength.size(); ++p)
        ofSegments[p % segment] += strength[p];
    std::vector<int> ranked(segment);
    std::iota(ranked.begin(), ranked.end(), 0);
    std::ranges::stable_sort(
        ranked, [&](int a, int b) { return ofSegments[std::size_t(a)] > ofSegments[std::size_t(b)]; });
    const std::vector<int> dealt = deal(ranked, grouping, groupSize);
    std::vector<int> order;
    for (int first = 0; first < grouping.fanIn; first += grouping.segment)
        for (const int within : dealt)
            order.push_back(grouping.at(first + within));
    return order;
}

std::vector<double> inputStrengths(const CodedMatrix& matrix, WeightNormalization normalization)
{
    const Grouping& grouping = matrix.grouping;
    const Normalizer normalizer =
        makeNormalizer(normalization, matrix.weights, matrix.rows, grouping.fanIn, matrix.channels);
    std::vector<double> strength(std::size_t(grouping.fanIn), 0.0);
    for (std::size_t r = 0; r < std::size_t(matrix.rows); ++r)
        for (int p = 0; p < grouping.fanIn; ++p) {
            const auto j = std::size_t(grouping.at(p));
            const double u = double(matrix.weights[r * std::size_t(grouping.fanIn) + j]) *
                             double(normalizer.rowInverse[r]) * double(normalizer.columnInverse[j]);
            strength[std::size_t(p)] += u * u;
        }
    return strength;
}

} // namespace ternbench
