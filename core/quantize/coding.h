#pragma once

#include "core/code/grouping.h"
#include "core/kernels/kernels.h"
#include "core/network/spec.h"
#include "core/parallel/thread_pool.h"
#include "core/quantize/normalizer.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ternbench {

/// The coding of one layer's weights w (rows, fanIn): normalized u = w/(r·c), pattern t in {-1,0,1} with each
/// group of N admitted by the code, one positive scale D, coded weights D·t·r·c.
///
/// Given D, a group keeps at most K entries, those with the largest |u| among those with |u| > D/2 (lower
/// position first on a tie); given t, D = sum|u||t| / sum|t|. Both steps can only lower sum (u - D·t)^2, so
/// repeating them is a Lloyd iteration onto the code (Hwang & Sung, SiPS 2014, for the ungrouped case).
/// While training goes on, each mini-batch does one such step, so that the projection costs one pass.
///
/// D is that of the layer or, by choice, each row has its own: then all of the above holds row by row.
///
/// A layer with 8-bit weights has t = round(u/D) in -127..127 with D = max|u|/127, so that half a step, D/2,
/// is its threshold. A layer of floats keeps w, with D = 1 and no normalization.
struct Coding
{
    Code code; ///< admits every group
    /// While a stage grows (growing.h): the groups that are held to a tighter code.
    struct HeldGroups
    {
        Code code;
        std::vector<std::uint8_t> held; ///< (rows, groups per row): 1 where held
        std::size_t count = 0;          ///< of those held
    };
    std::optional<HeldGroups> heldGroups;
    QuantizerMethod method = QuantizerMethod::Lloyd;
    Normalizer normalizer;
    Grouping grouping;         ///< of each row; follows from the layer, and from `balanced`
    std::vector<int> balanced; ///< with balanced grouping: the order in place of the layer's own; else empty
    float threshold = 0.0f;    ///< in force for the effective weights, in normalized units; 0 of floats
    double scale = 0.0;        ///< D for the pattern in force
    /// Where each row has its own D, both (rows); else empty. `threshold` and `scale` are then their means.
    std::vector<float> rowThreshold;
    std::vector<double> rowScale;

    bool scalesRows() const { return !rowScale.empty(); }
    double scaleOf(std::size_t row) const { return scalesRows() ? rowScale[row] : scale; }
    float thresholdOf(std::size_t row) const { return scalesRows() ? rowThreshold[row] : threshold; }
    /// What the products with the effective weights are still to be multiplied by.
    float productScale() const { return scalesRows() ? 1.0f : float(scale); }

    std::vector<CodeRowSums> rowSums; ///< scratch: of each row's last pass
};

inline constexpr int maxLloydRounds = 50;

/// Codes row `r` at its threshold: effective = r_i·c_j·t_ij without D, which the matrix product applies;
/// where rows have their own D, with the D_i of its new pattern. Different rows may be coded from different
/// threads; follow with finishPass().
void codeRow(Coding& coding, const float* weights, float* effective, int r);

/// Sums rows in order and sets the scale of the pattern in force. (Frozen: the scale stays.)
void finishPass(Coding& coding);

/// The threshold that the next pass should use, by method; of a layer with one scale.
float nextThreshold(const Coding& coding);

/// Puts the next thresholds in force, of the layer or of each row; whether any is another than before.
bool useNextThresholds(Coding& coding);

/// A layer's weights w (rows, grouping.fanIn), row-major, and where their coded form goes.
struct CodedMatrix
{
    const float* weights;
    float* effective; ///< r·c·t, without D
    int rows;
    const Grouping& grouping;
    int channels; ///< inputs j with the same j % channels share a column normalizer
};

/// Cuts rows as the layer does, or in the balanced order. Throws InputError where a coding from a file does
/// not have as many held groups as `rows` have groups.
void useGrouping(Coding& coding, const Grouping& ofLayer, int rows);

/// Codes all rows at the thresholds in force and finishes the pass.
void codeAllRows(Coding& coding, const CodedMatrix& matrix, ThreadPool& pool);

/// What coding begins with.
struct CodingChoice
{
    QuantizerMethod method = QuantizerMethod::Lloyd;
    WeightNormalization normalization = WeightNormalization::None;
    Code code;
    ScaleBlock scale = ScaleBlock::Layer;
    std::vector<int> balanced{}; ///< see Coding
};

/// Starts coding from scratch: normalizes, takes D = mean|u| of each block, then settles.
Coding beginCoding(const CodingChoice& choice, const CodedMatrix& matrix, ThreadPool& pool);

/// Alternates threshold and pattern until the pattern no longer changes, at most maxLloydRounds times.
/// Returns the rounds taken.
int settle(Coding& coding, const CodedMatrix& matrix, ThreadPool& pool);

/// Normalizes anew (the weights have moved) and settles from the scale in force.
void renormalize(Coding& coding, WeightNormalization kind, const CodedMatrix& matrix, ThreadPool& pool);

} // namespace ternbench
