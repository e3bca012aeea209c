#pragma once

#include "core/training/snapshot.h"
#include "experiments/experiment.h"

#include <chrono>
#include <cstdint>

namespace ternbench {

/// Measures a run's pace without its pauses and estimates the time left: mini-batches of float and coded
/// stages cost differently, so each kind has a pace of its own.
class RunClock
{
public:
    /// `before`: seconds that a run taken up from a file had taken.
    RunClock(const TrainingSpec& training, std::int64_t stepsPerEpoch, double before = 0.0);

    /// A mini-batch of `epoch` took `seconds`.
    void addStep(int epoch, double seconds);
    /// The end of an epoch (settling, testing, statistics) took `seconds`.
    void addEpochEnd(double seconds);

    double secondsElapsed() const { return m_elapsed; }
    /// Seconds per mini-batch now, smoothed.
    double secondsPerStep() const { return m_recent; }
    /// For everything after `step` finished mini-batches.
    double secondsLeft(std::int64_t step) const;

private:
    bool isCoded(int epoch) const;

    const TrainingSpec m_training;
    std::int64_t m_stepsPerEpoch;
    double m_elapsed = 0.0, m_recent = 0.0;
    double m_pace[2] = {0.0, 0.0}; ///< seconds a step: float, coded; 0 while unknown
    double m_epochEnd = 0.0;
};

} // namespace ternbench
