#pragma once

#include "core/code/ternary_matrix.h"
#include "core/kernels/aligned.h"
#include "core/quantize/coding.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Everything that training changes: what a checkpoint holds and folding reads. Random numbers need no
/// state: they are drawn from counters keyed by seed, epoch and step.
namespace ternbench {

/// Added to the variance by batch normalization, in training and in folding.
inline constexpr double batchNormEpsilon = 1e-5;

/// A trained vector or matrix with its optimizer moments (SGD uses `first` as velocity; `second` stays
/// empty).
struct Parameter
{
    FloatBuffer values, first, second;
};

struct LayerState
{
    std::string name;
    int rows = 0, fanIn = 0;
    Parameter weights;                        ///< shadow weights w, (rows, fanIn)
    Parameter gamma;                          ///< (rows); empty without batch normalization
    Parameter beta;                           ///< (rows); the bias without batch normalization
    FloatBuffer runningMean, runningVariance; ///< (rows); empty without batch normalization
    std::optional<Coding> coding;             ///< nothing in a float stage
    double clip = 0.0; ///< upper end of the activation range in the units of the next layer's normalized
                       ///< inputs; 0: not learned yet
    /// t at the end of the last epoch, which copies of the state and what observers got share; null before.
    std::shared_ptr<const TernaryMatrix> epochPattern;
};

/// Where training stands; with the layers it is all that a run needs to go on to the same bits.
struct TrainingPosition
{
    int epoch = 0;         ///< finished epochs
    int batch = 0;         ///< finished mini-batches of the epoch under way
    std::int64_t step = 0; ///< finished mini-batches of the run
    double lossSum = 0.0;  ///< of the epoch under way, sum over images
    std::int64_t errors = 0, images = 0;
    double seconds = 0.0; ///< of the epoch under way
};

struct EngineState
{
    std::vector<LayerState> layers;
    std::vector<LayerState> teacher; ///< float weights and statistics alone; empty without distillation
    double inputScale = 0.0;         ///< input step in normalized units while coded; 0 before
    TrainingPosition position;
};

} // namespace ternbench
