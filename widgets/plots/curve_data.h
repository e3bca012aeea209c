#pragma once

#include "core/network/spec.h"
#include "core/training/snapshot.h"

#include <QString>

#include <optional>
#include <span>
#include <vector>

/// What the curves plot draws, computed from plain values. The horizontal axis counts finished epochs: the
/// first epoch lies between 0 and 1, its values are drawn at 1.
namespace ternbench {

struct EpochPoint
{
    int epoch = 0;                            ///< 1 for the first finished epoch
    double trainLoss = 0.0, testLoss = 0.0;   ///< mean cross entropy in nats
    double trainError = 0.0, testError = 0.0; ///< shares in [0,1]
};

EpochPoint epochPoint(const EpochSnapshot& snapshot);

/// A stretch of epochs under one code: x from firstEpoch to firstEpoch + epochs.
struct StageSpan
{
    int firstEpoch = 0; ///< epochs finished before the stage begins
    int epochs = 1;
    QString label; ///< "float", "(8,4)"

    bool operator==(const StageSpan&) const = default;
};

/// The stages of a schedule, one after the other, labelled by stageLabel().
std::vector<StageSpan> stageSpans(const std::vector<Stage>& schedule,
                                  const std::vector<LayerSpec>& layers = {});

/// Index of the span that epoch 1, 2, ... belongs to.
std::optional<std::size_t> spanOfEpoch(std::span<const StageSpan> stages, int epoch);

/// Index of the point whose epoch is nearest to x, the earlier one on a tie. Points are in ascending order.
std::optional<std::size_t> nearestEpoch(std::span<const EpochPoint> points, double x);

/// How a label fits over a span of the given width in pixels.
enum class LabelFit { Horizontal, Vertical, Hidden };
LabelFit labelFit(double spanPixels, double labelWidth, double labelHeight);

struct ValueRange
{
    double lower = 0.0;
    double upper = 1.0;

    bool operator==(const ValueRange&) const = default;
};

/// The range that shows all values with some air around them; non-finite values, and on a logarithmic scale
/// those not above 0, are left out. Never empty; on a linear scale never below 0, since losses and errors are
/// not.
ValueRange paddedRange(std::span<const double> values, bool logarithmic);

/// The value below which `share` of the finite values lie (nearest rank); nothing without finite values.
std::optional<double> quantile(std::span<const float> values, double share);

} // namespace ternbench
