#include "widgets/plots/histogram_display.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ternbench {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct RangeBuilder
{
    double lower = infinity, upper = -infinity;
    double highest = 0.0;

    void add(const Histogram& histogram)
    {
        if (histogram.counts.empty() || histogram.edges.size() != histogram.counts.size() + 1)
            return;
        include(histogram.edges.front());
        include(histogram.edges.back());
        const auto fullest = std::max_element(histogram.counts.begin(), histogram.counts.end());
        highest = std::max(highest, static_cast<double>(*fullest));
    }

    void include(double value)
    {
        if (!std::isfinite(value))
            return;
        lower = std::min(lower, value);
        upper = std::max(upper, value);
    }

    HistogramRange range() const
    {
        if (!(lower < upper))
            return {};
        return {lower, upper, std::max(1.0, highest)};
    }
};

} // namespace

std::vector<CurvePoint> histogramSteps(const Histogram& histogram)
{
    if (histogram.counts.empty() || histogram.edges.size() != histogram.counts.size() + 1)
        return {};
    std::vector<CurvePoint> points;
    points.reserve(histogram.edges.size());
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin)
        points.push_back({histogram.edges[bin], static_cast<double>(histogram.counts[bin])});
    points.push_back({histogram.edges.back(), 0.0});
    return points;
}

WeightRanges weightRanges(const EpochHistory& history, int layer)
{
    RangeBuilder shadow, normalized;
    for (std::size_t epoch = 0; epoch < history.size(); ++epoch) {
        const LayerSnapshot* snapshot = selectedLayer(history, {static_cast<int>(epoch), layer});
        if (!snapshot)
            continue;
        shadow.add(snapshot->shadow);
        normalized.add(snapshot->normalized);
        if (snapshot->code)
            for (double side : {-1.05, 1.05})
                normalized.include(side * snapshot->scale * snapshot->code->largestValue());
    }
    return {shadow.range(), normalized.range()};
}

} // namespace ternbench
