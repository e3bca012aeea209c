#pragma once

#include <cstdint>

namespace ternbench {

struct LossSums
{
    double loss = 0.0; ///< sum over the images of -log softmax(scores)[label], in nats
    int errors = 0;    ///< images whose largest score (lowest index on a tie) is not the label's
};

/// Softmax cross entropy of `scores` (batch, classes) at `labels` (batch). With `gradient` (batch, classes):
/// its derivative, (softmax - onehot)/batch.
LossSums softmaxCrossEntropy(const float* scores, const std::uint8_t* labels, int batch, int classes,
                             float* gradient);

} // namespace ternbench
