#pragma once

/// What may be added to the retraining of coded weights: all of it off by default, none of it in float
/// stages.
namespace ternbench {

/// The float network, as it is when the first coded stage begins, teaches the coded one (Hinton, Vinyals &
/// Dean, arXiv:1503.02531): the loss is (1 - weight) · cross entropy at the labels + weight · T^2 · cross
/// entropy at the teacher's softmax, both at temperature T.
struct DistillationSpec
{
    double weight = 0.0; ///< [0,1]; 0: off
    double temperature = 4.0;

    bool operator==(const DistillationSpec&) const = default;
};

/// The matrix products of training use D·t + lambda·w instead of D·t, lambda falling linearly from `weight`
/// to 0: an annealing residual as in Sherry (Huang et al., arXiv:2601.07892), which adds lambda_t·X·W to the
/// coded product and lets lambda_t reach 0, so that inference knows nothing of it. Size and course of lambda
/// are Ternbench's.
struct ResidualSpec
{
    double weight = 0.0; ///< lambda at the first coded mini-batch; 0: off
    double until = 0.75; ///< share of the coded mini-batches after which lambda is 0, (0,1]

    bool operator==(const ResidualSpec&) const = default;
};

struct RetrainingSpec
{
    DistillationSpec distillation;
    ResidualSpec residual;
    /// Decoupled (Loshchilov & Hutter, arXiv:1711.05101): before each step w shrinks by learning rate ·
    /// weightDecay. Of the shadow weights alone, not of biases and batch normalization.
    double weightDecay = 0.0;
    /// Share of a label's probability given to all classes alike (Szegedy et al., arXiv:1512.00567, section
    /// 7).
    double labelSmoothing = 0.0;

    bool operator==(const RetrainingSpec&) const = default;
};

} // namespace ternbench
