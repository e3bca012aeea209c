#pragma once

#include "widgets/plots/batch_losses.h"
#include "widgets/plots/epoch_history.h"

#include <vector>

/// What the weights plot draws of a histogram.
namespace ternbench {

/// Corners of the histogram's outline for a graph whose value holds until the next point: (edge[i],
/// count[i]), and (last edge, 0). Empty for an empty histogram, or where edges and counts do not belong
/// together.
std::vector<CurvePoint> histogramSteps(const Histogram& histogram);

/// Ranges that hold for one layer over all epochs, so that the weights can be seen to move.
struct HistogramRange
{
    double lower = -1.0, upper = 1.0; ///< of the weights
    double highest = 1.0;             ///< count of the fullest bin
};

struct WeightRanges
{
    HistogramRange shadow;
    HistogramRange normalized;
};

/// Range over the epochs of the history that contain layer `layer`; thresholds and code levels lie within.
WeightRanges weightRanges(const EpochHistory& history, int layer);

} // namespace ternbench
