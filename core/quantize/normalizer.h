#pragma once

#include "core/kernels/aligned.h"
#include "core/network/spec.h"

namespace ternbench {

/// Weight distribution normalization u_ij = w_ij / (row_i · column_j), in the two factors that folding can
/// take: rows go into a layer's own output scale, columns into the scale of its inputs.
struct Normalizer
{
    FloatBuffer row, rowInverse;       ///< (rows), all positive
    FloatBuffer column, columnInverse; ///< (fanIn), all positive
};

/// Root mean squares of `weights` (rows, fanIn): of the whole layer, each column or each row, by `kind`; the
/// other factors are 1. (The weights' mean is zero but for noise, so this is the standard deviation.) A
/// column or row of zeros takes the layer's own: it must not blow up noise. Inputs j with the same
/// j % channels share one column factor, since the layer before has one output scale for each of its
/// channels; channels == fanIn gives each input its own.
Normalizer makeNormalizer(WeightNormalization kind, const float* weights, int rows, int fanIn, int channels);

/// Fills the inverses from row and column, as after reading a checkpoint.
void fillInverses(Normalizer& normalizer);

} // namespace ternbench
