#pragma once

#include "core/code/code.h"
#include "core/code/grouping.h"
#include "core/code/ternary_matrix.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What the engine hands to observers: small immutable values, nothing that changes shared with the running
/// engine.
namespace ternbench {

/// counts.size() + 1 == edges.size(); bin i holds values in [edges[i], edges[i+1]); the two outermost
/// bins also hold what lies beyond the edges.
struct Histogram
{
    std::vector<double> edges;
    std::vector<std::uint64_t> counts;
};

struct LayerSnapshot
{
    std::string name;
    int rows = 0;
    int fanIn = 0;
    int kernel = 0;           ///< side of a convolution's kernel; 0: a linear layer
    std::optional<Code> code; ///< the code in force; nothing in a float stage or of a layer that stays float

    Histogram shadow;     ///< of the shadow weights w
    Histogram normalized; ///< of the normalized weights u = w / (row normalizer · column normalizer)
    Histogram kept;       ///< of the normalized weights that did not become 0; same edges as `normalized`
    double scale = 0.0; ///< D, the level of ±1 in normalized units (mean of the rows' D); 0 in a float stage
    double threshold = 0.0; ///< below it in magnitude a normalized weight becomes 0
    /// 10th, 50th and 90th percentile of w/u over the columns (or rows); all 1 without normalization.
    double normalizerLow = 1.0, normalizerMedian = 1.0, normalizerHigh = 1.0;

    std::uint64_t groups = 0;
    std::vector<std::uint64_t>
        nonZerosPerGroup; ///< [i]: groups with i non-zeros, i = 0..N; empty in a float stage
    std::vector<std::uint32_t> patternUsage; ///< [index]: groups with that index; empty when M > 65,536
    std::uint64_t groupsAtLimit = 0;         ///< groups with exactly K non-zeros
    std::uint64_t indexFlips = 0; ///< groups whose pattern differs from the one at the end of the last epoch
    /// "Trapped": groups whose pattern is the one of the end of the last epoch; 0 where there is none to
    /// compare with.
    std::uint64_t groupsFrozen = 0;
    /// Groups held to the stage's code; fewer than `groups` while it grows, and `code` is then that of the
    /// others.
    std::uint64_t groupsHeld = 0;
    std::uint64_t signFlips = 0;        ///< weights that went from +1 to -1 or back since then
    double sparsity = 0.0;              ///< share of weights that are zero after coding (padding not counted)
    double codingErrorNormalized = 0.0; ///< sum (u - D·t)^2 / sum u^2
    double codingError = 0.0;           ///< the same in original weights
    std::shared_ptr<const TernaryMatrix> mask; ///< null in a float stage; kept of the last epoch alone
    std::shared_ptr<const Grouping> grouping;  ///< of each row of the mask; null where it is not known
};

/// Whether patterns were compared with those at the end of the epoch before: not in the first coded epoch.
inline bool comparedWithBefore(const LayerSnapshot& layer)
{
    return layer.groupsFrozen + layer.indexFlips > 0;
}

/// State at the end of an epoch. Losses are mean cross entropy in nats, errors are shares in [0,1].
/// Training figures are means over the epoch's mini-batches as trained (dropout on).
struct EpochSnapshot
{
    int epoch = 0; ///< 1 for the first finished epoch
    int stage = 0; ///< index in the schedule
    double trainLoss = 0.0, trainError = 0.0;
    double testLoss = 0.0, testError = 0.0;
    double learningRate = 0.0; ///< at the epoch's last step
    double seconds = 0.0;      ///< wall time of the epoch, without pauses
    std::vector<LayerSnapshot> layers;
};

/// Progress inside an epoch, handed out at most 25 times a second.
struct BatchProgress
{
    std::int64_t step = 0;       ///< finished mini-batches since the start of the run
    std::int64_t totalSteps = 0; ///< of the whole schedule
    int epoch = 0;               ///< 0-based epoch under way
    int stage = 0;
    double learningRate = 0.0;
    std::int64_t firstLossStep = 0; ///< step of losses[0]
    std::vector<float> losses;      ///< training loss of each mini-batch since the last progress
    double samplesPerSecond = 0.0;
    double secondsElapsed = 0.0; ///< of training, without pauses
    double secondsLeft = 0.0;    ///< estimate for the whole schedule
};

} // namespace ternbench
