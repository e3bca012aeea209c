#pragma once

#include "core/code/grouping.h"
#include "core/kernels/kernels.h"
#include "core/network/spec.h"
#include "core/parallel/thread_pool.h"
#include "core/quantize/normalizer.h"

#include <vector>

namespace ternbench {

/// The coding of one layer's weights w (rows, fanIn): normalized u = w/(r·c), pattern t in {-1,0,1} with each
/// group of N admitted by the code, one positive scale D, coded weights D·t·r·c.
///
/// Given D, a group keeps at most K entries, those with the largest |u| among those with |u| > D/2 (lower
/// position first on a tie); given t, D = sum|u||t| / sum|t|. Both steps can only lower sum (u - D·t)^2, so
/// repeating them is a Lloyd iteration onto the code (Hwang & Sung, SiPS 2014, for the ungrouped case).
/// While training goes on, each mini-batch does one such step, so that the projection costs one pass.
struct Coding
{
    Code code;
    QuantizerMethod method = QuantizerMethod::Lloyd;
    Normalizer normalizer;
    Grouping grouping;      ///< of each row; follows from the layer
    float threshold = 0.0f; ///< in force for the effective weights, in normalized units
    double scale = 0.0;     ///< D for the pattern in force

    std::vector<CodeRowSums> rowSums; ///< scratch: of each row's last pass
};

inline constexpr int maxLloydRounds = 50;

/// Codes row `r` at coding.threshold: effective = r_i·c_j·t_ij without D, which the matrix product applies.
/// Different rows may be coded from different threads; follow with finishPass().
void codeRow(Coding& coding, const float* weights, float* effective, int r);

/// Sums rows in order and sets the scale of the pattern in force. (Frozen: the scale stays.)
void finishPass(Coding& coding);

/// The threshold that the next pass should use, by method.
float nextThreshold(const Coding& coding);

/// A layer's weights w (rows, grouping.fanIn), row-major, and where their coded form goes.
struct CodedMatrix
{
    const float* weights;
    float* effective; ///< r·c·t, without D
    int rows;
    const Grouping& grouping;
    int channels; ///< inputs j with the same j % channels share a column normalizer
};

/// Starts coding from scratch: normalizes, takes D = mean|u|, then settles.
Coding beginCoding(QuantizerMethod method, WeightNormalization normalization, const Code& code,
                   const CodedMatrix& matrix, ThreadPool& pool);

/// Alternates threshold and pattern until the pattern no longer changes, at most maxLloydRounds times.
/// Returns the rounds taken.
int settle(Coding& coding, const CodedMatrix& matrix, ThreadPool& pool);

/// Normalizes anew (the weights have moved) and settles from the scale in force.
void renormalize(Coding& coding, WeightNormalization kind, const CodedMatrix& matrix, ThreadPool& pool);

} // namespace ternbench
