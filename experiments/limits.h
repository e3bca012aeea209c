#pragma once

#include "datasets/generated.h"

#include <cstdint>
#include <limits>
#include <string>

/// What is allowed, field by field: the one table from which validate() checks, error messages quote, and
/// editors take the ends of their spin boxes.
namespace ternbench {

struct IntRange
{
    std::int64_t least, most;

    bool contains(std::int64_t value) const { return value >= least && value <= most; }
};

/// An interval of finite reals; an excluded end does not belong to it.
struct RealRange
{
    double least, most;
    bool leastExcluded = false, mostExcluded = false;

    /// False for NaN.
    bool contains(double value) const
    {
        return (leastExcluded ? value > least : value >= least) &&
               (mostExcluded ? value < most : value <= most);
    }
};

/// "1..65536", or "0 or more" without a practical upper end.
std::string toString(IntRange range);
/// "above 0, at most 1000", "at least 0, below 1".
std::string toString(RealRange range);
/// Shortest decimal text that gives the same double back.
std::string realText(double value);

namespace limits {

inline constexpr std::int64_t anyInt = std::numeric_limits<int>::max();

inline constexpr IntRange nameLength{1, 200}; // bytes of the experiment's name
inline constexpr IntRange imageLimit{0, anyInt};
inline constexpr IntRange generatedImages{1, maxGeneratedCount};
inline constexpr IntRange generatedSide{minGeneratedSide, maxGeneratedSide};
inline constexpr IntRange generatedClasses{2, maxGeneratedClasses};
inline constexpr std::int64_t generatedBytes = std::int64_t{1} << 31; // pixels of either part

inline constexpr IntRange layers{1, 64};
inline constexpr IntRange outputs{1, 65'536};
inline constexpr IntRange kernel{1, 64};
inline constexpr IntRange stride{1, 64};
inline constexpr std::int64_t activations = std::int64_t{1} << 24; // of one image between two layers
inline constexpr IntRange activationBits{2, 8};
inline constexpr RealRange clip{0.0, 1e30}; // 0: learned; the upper end keeps float arithmetic finite
inline constexpr RealRange dropout{0.0, 1.0, false, true};
inline constexpr std::int64_t weights = std::int64_t{1} << 31; // of the whole network

inline constexpr IntRange batchSize{2, 65'536}; // batch normalization needs two samples
inline constexpr RealRange learningRate{0.0, 1000.0, true, false};
inline constexpr RealRange beta{0.0, 1.0, false, true};
inline constexpr RealRange epsilon{0.0, 1.0, true, false};
inline constexpr RealRange momentum{0.0, 1.0, false, true};
inline constexpr RealRange finalFraction{0.0, 1.0};
inline constexpr IntRange shift{0, 64}; // pixels
inline constexpr IntRange stepEpochs{1, 100'000};
inline constexpr RealRange codedDropout{0.0, 1.0};
inline constexpr RealRange share{0.0, 1.0}; // weight of distillation, lambda of the residual
/// At 0.01 scores 0.1 apart have probabilities e^10 apart: a teacher no softer than labels are, whose
/// gradients shrink by the temperature.
inline constexpr RealRange temperature{0.01, 1000.0};
inline constexpr RealRange residualUntil{0.0, 1.0, true, false};
inline constexpr RealRange weightDecay{0.0, 1000.0};
inline constexpr RealRange labelSmoothing{0.0, 1.0, false, true};
inline constexpr RealRange stepFactor{0.0, 1.0, true, false};

inline constexpr IntRange stages{1, 1000};
inline constexpr IntRange epochs{1, 100'000}; // of a stage, and of the whole schedule

} // namespace limits
} // namespace ternbench
