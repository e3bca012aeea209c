#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace ternbench {

/// Parts of a training step. Forward, backward (input and weight gradients) and what lies inside them.
enum class StepPart { Forward, Activation, Backward, Update, WeightGradient, Optimizer, Projection };
inline constexpr int stepParts = 7;

/// Where the time of training steps goes. Forward, Backward and Update are wall time; the others are added up
/// over all threads.
struct StepProfile
{
    std::array<std::atomic<std::int64_t>, stepParts> nanoseconds{};

    double seconds(StepPart part) const
    {
        return 1e-9 * double(nanoseconds[static_cast<std::size_t>(part)].load());
    }
};

/// Divides the time of its scope among parts: each lap is what went by since the one before. Cheap enough for
/// laps of less than a microsecond; nothing without a profile.
class LapTimer
{
public:
    explicit LapTimer(StepProfile* profile) : m_profile(profile)
    {
        if (m_profile)
            m_start = std::chrono::steady_clock::now();
    }
    ~LapTimer()
    {
        for (std::size_t part = 0; m_profile && part < m_laps.size(); ++part)
            if (m_laps[part] != 0)
                m_profile->nanoseconds[part] += m_laps[part];
    }
    LapTimer(const LapTimer&) = delete;
    LapTimer& operator=(const LapTimer&) = delete;

    void lap(StepPart part)
    {
        if (!m_profile)
            return;
        const auto now = std::chrono::steady_clock::now();
        m_laps[static_cast<std::size_t>(part)] += std::chrono::nanoseconds(now - m_start).count();
        m_start = now;
    }

private:
    StepProfile* m_profile;
    std::chrono::steady_clock::time_point m_start;
    std::array<std::int64_t, stepParts> m_laps{};
};

/// Adds the time of its scope to a part; nothing without a profile.
class PartTimer
{
public:
    PartTimer(StepProfile* profile, StepPart part) : m_profile(profile), m_part(part)
    {
        if (m_profile)
            m_start = std::chrono::steady_clock::now();
    }
    ~PartTimer()
    {
        if (m_profile)
            m_profile->nanoseconds[static_cast<std::size_t>(m_part)] +=
                std::chrono::nanoseconds(std::chrono::steady_clock::now() - m_start).count();
    }
    PartTimer(const PartTimer&) = delete;
    PartTimer& operator=(const PartTimer&) = delete;

private:
    StepProfile* m_profile;
    StepPart m_part;
    std::chrono::steady_clock::time_point m_start;
};

} // namespace ternbench
