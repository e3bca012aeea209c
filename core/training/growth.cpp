#include "core/training/growth.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

/// Exponential growth leaves this share of the groups to its last moment.
constexpr double exponentialRest = 0.01;

bool admitsEveryPatternOf(const Code& loose, const Code& tight)
{
    return loose.groupSize == tight.groupSize && loose.maxNonZeros >= tight.maxNonZeros &&
           loose.minNonZeros() <= tight.minNonZeros();
}

/// At-most-K with the largest K whose table is allowed.
Code loosestCode(int groupSize)
{
    Code code{groupSize, groupSize, CodeFamily::AtMostK};
    while (code.maxNonZeros > 1 && codeProblem(code))
        --code.maxNonZeros;
    return code;
}

} // namespace

double growthShare(Growth growth, double progress)
{
    const double p = std::clamp(progress, 0.0, 1.0);
    switch (growth) {
    case Growth::AtOnce:
        return 1.0;
    case Growth::Linear:
        return p;
    case Growth::Cubic:
        return 1.0 - (1.0 - p) * (1.0 - p) * (1.0 - p);
    case Growth::Exponential:
        return (1.0 - std::pow(exponentialRest, p)) / (1.0 - exponentialRest);
    }
    return 1.0;
}

double heldShare(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch)
{
    const int index = stageOfEpoch(training, int(step / stepsPerEpoch));
    const Stage& stage = training.schedule[std::size_t(index)];
    if (stage.growth == Growth::AtOnce)
        return 1.0;
    const std::int64_t first = firstEpochOf(training, std::size_t(index)) * stepsPerEpoch;
    const std::int64_t length = stage.epochs * stepsPerEpoch;
    const std::int64_t interval = (stepsPerEpoch + growthStepsPerEpoch - 1) / growthStepsPerEpoch;
    const std::int64_t end = ((step - first) / interval + 1) * interval;
    return growthShare(stage.growth, double(std::min(end, length)) / double(length));
}

std::optional<Code> looseCode(const TrainingSpec& training, std::size_t stage, const LayerSpec& layer)
{
    const Stage& growing = training.schedule[stage];
    const std::optional<Code> tight = codeInForce(growing, layer);
    if (growing.growth == Growth::AtOnce || !tight || !tight->isTernary())
        return std::nullopt;
    const std::optional<Code> before =
        stage > 0 ? codeInForce(training.schedule[stage - 1], layer) : std::nullopt;
    if (before && admitsEveryPatternOf(*before, *tight))
        return before;
    return loosestCode(tight->groupSize);
}

} // namespace ternbench
