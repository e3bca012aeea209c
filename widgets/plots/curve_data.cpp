#include "widgets/plots/curve_data.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ternbench {

EpochPoint epochPoint(const EpochSnapshot& snapshot)
{
    return {snapshot.epoch, snapshot.trainLoss, snapshot.testLoss, snapshot.trainError, snapshot.testError};
}

std::vector<StageSpan> stageSpans(const std::vector<Stage>& schedule, const std::vector<LayerSpec>& layers)
{
    std::vector<StageSpan> spans;
    int firstEpoch = 0;
    for (const Stage& stage : schedule) {
        spans.push_back({firstEpoch, stage.epochs, QString::fromStdString(stageLabel(stage, layers))});
        firstEpoch += stage.epochs;
    }
    return spans;
}

std::optional<std::size_t> spanOfEpoch(std::span<const StageSpan> stages, int epoch)
{
    for (std::size_t i = 0; i < stages.size(); ++i)
        if (epoch > stages[i].firstEpoch && epoch <= stages[i].firstEpoch + stages[i].epochs)
            return i;
    return std::nullopt;
}

std::optional<std::size_t> nearestEpoch(std::span<const EpochPoint> points, double x)
{
    if (points.empty())
        return std::nullopt;
    const auto above = std::lower_bound(points.begin(), points.end(), x,
                                        [](const EpochPoint& point, double at) { return point.epoch < at; });
    if (above == points.begin())
        return 0;
    const auto below = above - 1;
    const bool takeBelow = above == points.end() || x - below->epoch <= above->epoch - x;
    return static_cast<std::size_t>((takeBelow ? below : above) - points.begin());
}

LabelFit labelFit(double spanPixels, double labelWidth, double labelHeight)
{
    constexpr double air = 2.0; // between a label and the edge of its stage
    if (spanPixels >= labelWidth + 2.0 * air)
        return LabelFit::Horizontal;
    return spanPixels >= labelHeight ? LabelFit::Vertical : LabelFit::Hidden;
}

ValueRange paddedRange(std::span<const double> values, bool logarithmic)
{
    constexpr double air = 0.06;
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (double value : values) {
        if (!std::isfinite(value) || (logarithmic && value <= 0.0))
            continue;
        least = std::min(least, value);
        most = std::max(most, value);
    }
    if (least > most)
        return logarithmic ? ValueRange{0.1, 1.0} : ValueRange{};
    if (logarithmic) {
        const double factor = std::max(std::pow(most / least, air), 1.05);
        return {least / factor, most * factor};
    }
    const double margin = most > least ? air * (most - least) : std::max(0.1 * std::abs(most), 1e-3);
    return {std::max(0.0, least - margin), most + margin};
}

std::optional<double> quantile(std::span<const float> values, double share)
{
    std::vector<float> finite;
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
                 [](float value) { return std::isfinite(value); });
    if (finite.empty())
        return std::nullopt;
    const double last = static_cast<double>(finite.size() - 1);
    const auto rank = finite.begin() + std::lround(std::clamp(share, 0.0, 1.0) * last);
    std::nth_element(finite.begin(), rank, finite.end());
    return static_cast<double>(*rank);
}

} // namespace ternbench
