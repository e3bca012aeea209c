#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// The training loss of every mini-batch of a run, its smoothing, and its reduction to what a screen can
/// show.
namespace ternbench {

/// Exponential moving average with bias correction (D. Kingma and J. Ba, "Adam", arXiv:1412.6980, section 3):
/// m <- b·m + (1-b)·x, output m / (1 - b^t), with b = 1 - 1/window. Without the correction the curve would
/// start near zero. Non-finite values are passed over.
class MovingAverage
{
public:
    /// `window` >= 1 in values; 1 gives the values themselves.
    explicit MovingAverage(double window);

    /// The average after one more value; NaN until the first finite one.
    double next(double value);

private:
    double m_decay;
    double m_mean = 0.0;
    double m_weight = 0.0; ///< 1 - b^t
};

/// Window in mini-batches for a slider position 0..100: 1 (no smoothing) to 1000, in equal factors.
int smoothingWindow(int sliderPosition);

struct CurvePoint
{
    double x = 0.0;
    double y = 0.0;

    bool operator==(const CurvePoint&) const = default;
};

/// Boundaries of at most `columns` runs of consecutive indexes that cover [first, last): bounds[i] to
/// bounds[i+1] is run i. Equal lengths, or with `logarithmic` equal ratios of (index + 1). Ascending, without
/// empty runs.
std::vector<std::size_t> columnBounds(std::size_t first, std::size_t last, int columns, bool logarithmic);

/// The least and the greatest finite value of each run, in the order in which they occur: at most two points
/// a column, so that no spike is lost. x is (index + 1) / stepsPerUnit. A run without finite values gives
/// none.
std::vector<CurvePoint> decimateMinMax(std::span<const float> values, std::span<const std::size_t> bounds,
                                       double stepsPerUnit);

/// The last finite value of each run.
std::vector<CurvePoint> decimateLast(std::span<const float> values, std::span<const std::size_t> bounds,
                                     double stepsPerUnit);

/// Losses by step with a smoothed copy that is extended as they come.
class BatchLosses
{
public:
    /// `values` are those of steps firstStep, firstStep+1, ...; steps stored from firstStep on are replaced
    /// (a run that was resumed from an earlier point), steps skipped are NaN.
    void append(std::int64_t firstStep, std::span<const float> values);
    void clear();

    /// Recomputes the smoothed copy if the window differs.
    void setWindow(int window);
    int window() const { return m_window; }

    std::span<const float> raw() const { return m_raw; }
    std::span<const float> smoothed() const { return m_smoothed; }

private:
    void extendSmoothed();

    std::vector<float> m_raw;
    std::vector<float> m_smoothed;
    int m_window = 1;
    MovingAverage m_average{1.0};
};

} // namespace ternbench
