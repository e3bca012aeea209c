#include "core/training/learning_rate.h"

#include <cmath>
#include <numbers>

namespace ternbench {

namespace {

/// The stretch of steps that one course of the rate covers.
struct Course
{
    std::int64_t first, length;
};

Course courseOf(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch)
{
    int floatEpochs = 0;
    for (const Stage& stage : training.schedule)
        floatEpochs += stage.kind == Stage::Kind::Float ? stage.epochs : 0;
    const std::int64_t total = totalEpochs(training) * stepsPerEpoch;
    const std::int64_t border = floatEpochs * stepsPerEpoch;
    if (!training.rate.restartAtCoding || border == 0 || border == total)
        return {0, total};
    return step < border ? Course{0, border} : Course{border, total - border};
}

} // namespace

double learningRate(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch)
{
    const RateSpec& rate = training.rate;
    const double full = training.optimizer.learningRate;
    const Course course = courseOf(training, step, stepsPerEpoch);
    const std::int64_t position = step - course.first;
    switch (rate.schedule) {
    case RateSchedule::Constant:
        return full;
    case RateSchedule::Step:
        return full * std::pow(rate.stepFactor, double(position / stepsPerEpoch / rate.stepEpochs));
    case RateSchedule::Cosine: {
        const double progress = double(position) / double(course.length);
        const double share = 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
        return full * (rate.finalFraction + (1.0 - rate.finalFraction) * share);
    }
    }
    return full;
}

} // namespace ternbench
