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

/// The stretch that holds `step`, of stretches that begin where `beginsAnew` says so of a stage.
template <class BeginsAnew>
Course courseOf(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch,
                const BeginsAnew& beginsAnew)
{
    Course course{0, 0};
    for (std::size_t i = 0; i < training.schedule.size(); ++i) {
        const std::int64_t end = course.first + course.length;
        if (i > 0 && beginsAnew(training.schedule[i - 1], training.schedule[i])) {
            if (step < end)
                return course;
            course = {end, 0};
        }
        course.length += training.schedule[i].epochs * stepsPerEpoch;
    }
    return course;
}

Course courseOf(const TrainingSpec& training, std::int64_t step, std::int64_t stepsPerEpoch)
{
    return courseOf(training, step, stepsPerEpoch, [&](const Stage& before, const Stage& stage) {
        const bool codingBegins = before.kind == Stage::Kind::Float && stage.kind != Stage::Kind::Float;
        return training.rate.restart == RateRestart::EveryStage ||
               (training.rate.restart == RateRestart::AtCoding && codingBegins);
    });
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
