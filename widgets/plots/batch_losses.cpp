#include "widgets/plots/batch_losses.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ternbench {

namespace {

CurvePoint pointAt(std::span<const float> values, std::size_t index, double stepsPerUnit)
{
    return {static_cast<double>(index + 1) / stepsPerUnit, static_cast<double>(values[index])};
}

} // namespace

MovingAverage::MovingAverage(double window) : m_decay(1.0 - 1.0 / std::max(1.0, window)) {}

double MovingAverage::next(double value)
{
    if (std::isfinite(value)) {
        m_mean = m_decay * m_mean + (1.0 - m_decay) * value;
        m_weight = m_decay * m_weight + (1.0 - m_decay);
    }
    return m_weight > 0.0 ? m_mean / m_weight : std::numeric_limits<double>::quiet_NaN();
}

int smoothingWindow(int sliderPosition)
{
    return static_cast<int>(std::lround(std::pow(10.0, 3.0 * std::clamp(sliderPosition, 0, 100) / 100.0)));
}

std::vector<std::size_t> columnBounds(std::size_t first, std::size_t last, int columns, bool logarithmic)
{
    std::vector<std::size_t> bounds{first};
    const double from = static_cast<double>(first) + 1.0;
    const double to = static_cast<double>(last) + 1.0;
    for (int column = 1; column <= columns && first < last; ++column) {
        const double share = static_cast<double>(column) / columns;
        const double edge = logarithmic ? from * std::pow(to / from, share) : from + (to - from) * share;
        const auto bound = std::clamp(static_cast<std::size_t>(std::lround(edge - 1.0)), first, last);
        if (bound > bounds.back())
            bounds.push_back(bound);
    }
    return bounds;
}

std::vector<CurvePoint> decimateMinMax(std::span<const float> values, std::span<const std::size_t> bounds,
                                       double stepsPerUnit)
{
    std::vector<CurvePoint> points;
    points.reserve(2 * bounds.size());
    for (std::size_t run = 0; run + 1 < bounds.size(); ++run) {
        const std::size_t none = values.size();
        std::size_t least = none, most = none;
        for (std::size_t i = bounds[run]; i < bounds[run + 1]; ++i) {
            if (!std::isfinite(values[i]))
                continue;
            least = least == none || values[i] < values[least] ? i : least;
            most = most == none || values[i] > values[most] ? i : most;
        }
        if (least == none)
            continue;
        points.push_back(pointAt(values, std::min(least, most), stepsPerUnit));
        if (least != most)
            points.push_back(pointAt(values, std::max(least, most), stepsPerUnit));
    }
    return points;
}

std::vector<CurvePoint> decimateLast(std::span<const float> values, std::span<const std::size_t> bounds,
                                     double stepsPerUnit)
{
    std::vector<CurvePoint> points;
    points.reserve(bounds.size());
    for (std::size_t run = 0; run + 1 < bounds.size(); ++run)
        for (std::size_t i = bounds[run + 1]; i-- > bounds[run];)
            if (std::isfinite(values[i])) {
                points.push_back(pointAt(values, i, stepsPerUnit));
                break;
            }
    return points;
}

void BatchLosses::append(std::int64_t firstStep, std::span<const float> values)
{
    const auto first = static_cast<std::size_t>(std::max<std::int64_t>(0, firstStep));
    const bool rewinds = first < m_raw.size();
    m_raw.resize(first, std::numeric_limits<float>::quiet_NaN());
    m_raw.insert(m_raw.end(), values.begin(), values.end());
    if (rewinds) {
        m_smoothed.clear();
        m_average = MovingAverage(m_window);
    }
    extendSmoothed();
}

void BatchLosses::clear()
{
    m_raw.clear();
    m_smoothed.clear();
    m_average = MovingAverage(m_window);
}

void BatchLosses::setWindow(int window)
{
    if (window == m_window)
        return;
    m_window = window;
    m_smoothed.clear();
    m_average = MovingAverage(m_window);
    extendSmoothed();
}

void BatchLosses::extendSmoothed()
{
    m_smoothed.reserve(m_raw.size());
    for (std::size_t i = m_smoothed.size(); i < m_raw.size(); ++i)
        m_smoothed.push_back(static_cast<float>(m_average.next(static_cast<double>(m_raw[i]))));
}

} // namespace ternbench
