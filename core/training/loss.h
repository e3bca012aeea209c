#pragma once

#include <cstdint>
#include <optional>

namespace ternbench {

struct LossSums
{
    double loss = 0.0; ///< sum over the images of -log softmax(scores)[label], in nats
    int errors = 0;    ///< images whose largest score (lowest index on a tie) is not the label's
};

/// What the gradient descends: the label's onehot with `smoothing` spread over all classes, and the share
/// `weight` given to a teacher's scores (core/network/retraining_spec.h).
struct Objective
{
    double smoothing = 0.0;
    struct Teacher
    {
        const float* scores; ///< (batch, classes)
        double weight, temperature;
    };
    std::optional<Teacher> teacher{};
};

/// Softmax cross entropy of `scores` (batch, classes) at `labels` (batch). With `gradient` (batch, classes):
/// its derivative, (softmax - onehot)/batch, or that of the objective: the loss told is always the cross
/// entropy at the labels, so that runs can be compared.
LossSums softmaxCrossEntropy(const float* scores, const std::uint8_t* labels, int batch, int classes,
                             float* gradient, const Objective& objective = {});

} // namespace ternbench
