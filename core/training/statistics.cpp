#include "core/training/statistics.h"

#include "core/code/codebook.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ternbench {

namespace {

/// Histograms reach so many standard deviations: wide enough for heavy tails, narrow enough for the bulk.
constexpr double histogramDeviations = 5.0;

/// Calls visit(r, u) for each row r with its normalized weights u (fanIn). Row by row, since a copy of all
/// of a large layer's would be its peak of memory.
template <class Visit>
void forEachNormalizedRow(const LayerState& state, Visit visit)
{
    const auto fanIn = std::size_t(state.fanIn);
    std::vector<float> u(fanIn);
    for (std::size_t r = 0; r < std::size_t(state.rows); ++r) {
        const auto row = std::span<const float>(state.weights.values).subspan(r * fanIn, fanIn);
        std::ranges::copy(row, u.begin());
        if (state.coding)
            for (std::size_t j = 0; j < fanIn; ++j)
                u[j] *= state.coding->normalizer.rowInverse[r] * state.coding->normalizer.columnInverse[j];
        visit(r, std::span<const float>(u));
    }
}

double sumOfSquares(std::span<const float> values)
{
    double sum = 0.0;
    for (const float value : values)
        sum += double(value) * double(value);
    return sum;
}

/// Of a histogram of `count` values.
double rangeFor(double squares, std::size_t count)
{
    const double deviation = std::sqrt(squares / std::max<double>(1.0, double(count)));
    return deviation > 0.0 ? histogramDeviations * deviation : 1.0;
}

std::array<double, 3> percentiles(FloatBuffer values)
{
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return double(values[std::size_t(share * double(values.size() - 1))]);
    };
    return {at(0.1), at(0.5), at(0.9)};
}

void describeNormalizer(LayerSnapshot& snapshot, const Normalizer& normalizer)
{
    // Of the two factors one is constant; the other is the one that spreads.
    const auto rows = percentiles(normalizer.row);
    const auto columns = percentiles(normalizer.column);
    snapshot.normalizerLow = rows[0] * columns[0];
    snapshot.normalizerMedian = rows[1] * columns[1];
    snapshot.normalizerHigh = rows[2] * columns[2];
}

/// Counts non-zeros, patterns and flips group by group.
void describeGroups(LayerSnapshot& snapshot, const LayerState& state, std::span<const std::int8_t> pattern)
{
    const Codebook codebook(state.coding->code);
    const int n = codebook.code().groupSize;
    const Grouping& grouping = state.coding->grouping;
    const int groupsPerRow = grouping.groupsPerRow(n);
    snapshot.groups = std::uint64_t(state.rows) * std::uint64_t(groupsPerRow);
    snapshot.nonZerosPerGroup.assign(std::size_t(n) + 1, 0);
    if (codebook.size() <= maxUsagePatterns)
        snapshot.patternUsage.assign(codebook.size(), 0);
    const std::span<const std::int8_t> before =
        state.epochPattern ? std::span(state.epochPattern->values) : std::span<const std::int8_t>();
    const bool compare = before.size() == pattern.size();

    std::vector<std::int8_t> padded(std::size_t(n), std::int8_t{0});
    for (int r = 0; r < state.rows; ++r)
        for (int g = 0; g < groupsPerRow; ++g) {
            const Grouping::Span span = grouping.group(g, n);
            std::ranges::fill(padded, std::int8_t{0});
            bool flipped = false;
            for (int i = 0; i < span.size; ++i) {
                const std::size_t at =
                    std::size_t(r) * std::size_t(state.fanIn) + std::size_t(grouping.at(span.first + i));
                padded[std::size_t(i)] = pattern[at];
                if (!compare)
                    continue;
                flipped |= pattern[at] != before[at];
                snapshot.signFlips += pattern[at] * before[at] < 0 ? 1 : 0;
            }
            snapshot.indexFlips += flipped ? 1 : 0;
            const auto nonZeros = std::ranges::count_if(padded, [](std::int8_t t) { return t != 0; });
            ++snapshot.nonZerosPerGroup[std::size_t(nonZeros)];
            if (!snapshot.patternUsage.empty())
                if (const auto index = codebook.rank(padded))
                    ++snapshot.patternUsage[*index];
        }
    snapshot.groupsFrozen = compare ? snapshot.groups - snapshot.indexFlips : 0;
    const auto& held = state.coding->heldGroups;
    snapshot.groupsHeld = held ? held->count : snapshot.groups;
    snapshot.groupsAtLimit = snapshot.nonZerosPerGroup[std::size_t(codebook.code().maxNonZeros)];
}

/// t of 8-bit weights, from r·c·t, or D·r·c·t where rows have their own D.
void readValues(const LayerState& state, const float* effective, std::span<std::int8_t> pattern)
{
    const Coding& coding = *state.coding;
    const auto fanIn = std::size_t(state.fanIn);
    for (std::size_t r = 0; r < std::size_t(state.rows); ++r) {
        const double step = coding.scalesRows() ? coding.scaleOf(r) : 1.0;
        for (std::size_t j = 0; j < fanIn; ++j) {
            const double factor =
                double(coding.normalizer.row[r]) * double(coding.normalizer.column[j]) * step;
            pattern[r * fanIn + j] = std::int8_t(std::lround(double(effective[r * fanIn + j]) / factor));
        }
    }
}

/// Counts values in equal bins over [-range, range].
class HistogramBuilder
{
public:
    HistogramBuilder(double range, int bins) : m_range(range), m_bins(bins), m_perBin(bins / (2.0 * range))
    {
        m_histogram.edges.resize(std::size_t(bins) + 1);
        for (int i = 0; i <= bins; ++i)
            m_histogram.edges[std::size_t(i)] = range * (2.0 * i / bins - 1.0);
        m_histogram.counts.assign(std::size_t(bins), 0);
    }
    void add(float value)
    {
        const double position = std::clamp((double(value) + m_range) * m_perBin, 0.0, double(m_bins - 1));
        ++m_histogram.counts[std::size_t(position)];
    }
    void add(std::span<const float> values)
    {
        for (const float value : values)
            add(value);
    }
    Histogram take() { return std::move(m_histogram); }

private:
    Histogram m_histogram;
    double m_range;
    int m_bins;
    double m_perBin;
};

/// Histogram of the kept weights, and both squared errors. `squares`: the sum of u^2.
void describeErrors(LayerSnapshot& snapshot, const LayerState& state, double squares,
                    std::span<const std::int8_t> pattern, const float* effective)
{
    const Coding& coding = *state.coding;
    const double product = double(coding.productScale());
    const FloatBuffer& w = state.weights.values;
    HistogramBuilder kept(snapshot.normalized.edges.back(), weightHistogramBins);
    std::size_t keptCount = 0;
    double errorNormalized = 0.0;
    double error = 0.0;
    forEachNormalizedRow(state, [&](std::size_t r, std::span<const float> u) {
        const double scale = coding.scaleOf(r);
        for (std::size_t j = 0; j < u.size(); ++j) {
            const std::size_t i = r * u.size() + j;
            const double differenceNormalized = double(u[j]) - scale * pattern[i];
            const double difference = double(w[i]) - product * double(effective[i]);
            errorNormalized += differenceNormalized * differenceNormalized;
            error += difference * difference;
            if (pattern[i] == 0)
                continue;
            kept.add(u[j]);
            ++keptCount;
        }
    });
    snapshot.codingErrorNormalized = errorNormalized / std::max(squares, 1e-300);
    snapshot.codingError = error / std::max(sumOfSquares(w), 1e-300);
    snapshot.sparsity = 1.0 - double(keptCount) / double(w.size());
    snapshot.kept = kept.take();
}

} // namespace

Histogram symmetricHistogram(std::span<const float> values, double range, int bins)
{
    HistogramBuilder builder(range, bins);
    builder.add(values);
    return builder.take();
}

std::vector<std::int8_t> patternOf(const LayerState& state, const float* effective)
{
    if (!state.coding || state.coding->code.isFloat())
        return {};
    std::vector<std::int8_t> pattern(state.weights.values.size());
    if (!state.coding->code.isTernary()) {
        readValues(state, effective, pattern);
        return pattern;
    }
    for (std::size_t i = 0; i < pattern.size(); ++i)
        pattern[i] = std::int8_t((effective[i] > 0.0f) - (effective[i] < 0.0f));
    return pattern;
}

LayerSnapshot describeLayer(const LayerState& state, const float* effective)
{
    LayerSnapshot snapshot;
    snapshot.name = state.name;
    snapshot.rows = state.rows;
    snapshot.fanIn = state.fanIn;
    const FloatBuffer& w = state.weights.values;
    snapshot.shadow = symmetricHistogram(w, rangeFor(sumOfSquares(w), w.size()), weightHistogramBins);
    double squares = 0.0;
    forEachNormalizedRow(state, [&](std::size_t, std::span<const float> u) {
        for (const float value : u)
            squares += double(value) * double(value);
    });
    HistogramBuilder normalized(rangeFor(squares, w.size()), weightHistogramBins);
    forEachNormalizedRow(state, [&](std::size_t, std::span<const float> u) { normalized.add(u); });
    snapshot.normalized = normalized.take();
    if (!state.coding || state.coding->code.isFloat())
        return snapshot;

    auto mask = std::make_shared<TernaryMatrix>();
    *mask = {state.rows, state.fanIn, patternOf(state, effective)};
    snapshot.code = state.coding->code;
    snapshot.scale = state.coding->scale;
    snapshot.threshold = state.coding->threshold;
    describeNormalizer(snapshot, state.coding->normalizer);
    describeGroups(snapshot, state, mask->values);
    describeErrors(snapshot, state, squares, mask->values, effective);
    snapshot.mask = mask;
    snapshot.grouping = std::make_shared<Grouping>(state.coding->grouping);
    return snapshot;
}

} // namespace ternbench
