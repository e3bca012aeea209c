#include "experiments/run_clock.h"

namespace ternbench {

namespace {

constexpr double smoothing = 0.02; ///< share of a new mini-batch in a pace: about 50 are remembered
/// What a coded mini-batch costs in float ones until one has been seen: measured on the default experiment.
constexpr double codedOverFloat = 1.3;

void smooth(double& pace, double seconds)
{
    pace = pace > 0.0 ? pace + smoothing * (seconds - pace) : seconds;
}

} // namespace

RunClock::RunClock(const TrainingSpec& training, std::int64_t stepsPerEpoch, double before)
    : m_training(training), m_stepsPerEpoch(stepsPerEpoch), m_elapsed(before)
{}

bool RunClock::isCoded(int epoch) const
{
    const auto stage = std::size_t(stageOfEpoch(m_training, epoch));
    return m_training.schedule[stage].kind != Stage::Kind::Float;
}

void RunClock::addStep(int epoch, double seconds)
{
    m_elapsed += seconds;
    smooth(m_recent, seconds);
    smooth(m_pace[isCoded(epoch) ? 1 : 0], seconds);
}

void RunClock::addEpochEnd(double seconds)
{
    m_elapsed += seconds;
    m_epochEnd = seconds;
}

double RunClock::secondsLeft(std::int64_t step) const
{
    const double floatPace = m_pace[0] > 0.0 ? m_pace[0] : m_pace[1] / codedOverFloat;
    const double codedPace = m_pace[1] > 0.0 ? m_pace[1] : m_pace[0] * codedOverFloat;
    double left = 0.0;
    for (int epoch = int(step / m_stepsPerEpoch); epoch < totalEpochs(m_training); ++epoch) {
        const std::int64_t done = std::max<std::int64_t>(0, step - epoch * m_stepsPerEpoch);
        left += double(m_stepsPerEpoch - done) * (isCoded(epoch) ? codedPace : floatPace) + m_epochEnd;
    }
    return left;
}

} // namespace ternbench
