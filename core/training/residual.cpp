#include "core/training/residual.h"

#include <algorithm>

namespace ternbench {

double residualWeight(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch)
{
    const ResidualSpec& residual = training.retraining.residual;
    std::int64_t floatEpochs = 0;
    for (const Stage& stage : training.schedule)
        floatEpochs += stage.kind == Stage::Kind::Float ? stage.epochs : 0;
    const std::int64_t border = floatEpochs * stepsPerEpoch;
    const auto codedSteps = double(totalEpochs(training) * stepsPerEpoch - border);
    if (step < border || codedSteps <= 0.0)
        return 0.0;
    const double progress = double(step - border) / (residual.until * codedSteps);
    return residual.weight * std::max(0.0, 1.0 - progress);
}

} // namespace ternbench
