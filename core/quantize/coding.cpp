#include "core/quantize/coding.h"

#include <algorithm>

namespace ternbench {

namespace {

/// TWN's threshold over the mean magnitude (Li, Zhang & Liu, arXiv:1605.04711, equation 6).
constexpr double twnFactor = 0.7;

/// Rows of one task: enough work to outweigh the hand-out.
constexpr int rowsPerTask = 32;

void codeAllRows(Coding& coding, const float* weights, float* effective, int rows, int fanIn,
                 ThreadPool& pool)
{
    const int tasks = (rows + rowsPerTask - 1) / rowsPerTask;
    pool.run(tasks, [&](int task, int) {
        const int end = std::min(rows, (task + 1) * rowsPerTask);
        for (int r = task * rowsPerTask; r < end; ++r)
            codeRow(coding, weights, effective, r, fanIn);
    });
    finishPass(coding);
}

CodeRowSums total(const Coding& coding)
{
    CodeRowSums sums;
    for (const CodeRowSums& row : coding.rowSums) {
        sums.magnitude += row.magnitude;
        sums.allMagnitude += row.allMagnitude;
        sums.nonZeros += row.nonZeros;
    }
    return sums;
}

double meanMagnitude(const Coding& coding, int fanIn)
{
    return total(coding).allMagnitude / (double(coding.rowSums.size()) * double(fanIn));
}

} // namespace

void codeRow(Coding& coding, const float* weights, float* effective, int r, int fanIn)
{
    const auto row = std::size_t(r);
    const std::size_t first = row * std::size_t(fanIn);
    const Normalizer& normalizer = coding.normalizer;
    coding.rowSums[row] = kernels().codeRow({
        .weights = weights + first,
        .columnInverse = normalizer.columnInverse.data(),
        .column = normalizer.column.data(),
        .rowInverse = normalizer.rowInverse[row],
        .row = normalizer.row[row],
        .count = fanIn,
        .groupSize = coding.code.groupSize,
        .minNonZeros = coding.code.minNonZeros(),
        .maxNonZeros = coding.code.maxNonZeros,
        .threshold = coding.threshold,
        .effective = effective + first,
    });
}

void finishPass(Coding& coding)
{
    if (coding.method == QuantizerMethod::Frozen && coding.scale > 0.0)
        return;
    const CodeRowSums sums = total(coding);
    // No weight above the threshold: the scale in force stays, so that training can bring some back.
    if (sums.nonZeros > 0 && sums.magnitude > 0.0)
        coding.scale = sums.magnitude / double(sums.nonZeros);
}

float nextThreshold(const Coding& coding)
{
    if (coding.method == QuantizerMethod::Twn) {
        const auto fanIn = int(coding.normalizer.column.size());
        return float(twnFactor * meanMagnitude(coding, fanIn));
    }
    return float(coding.scale / 2.0);
}

Coding beginCoding(QuantizerMethod method, WeightNormalization normalization, const Code& code,
                   const float* weights, float* effective, int rows, int fanIn, ThreadPool& pool)
{
    Coding coding;
    coding.code = code;
    // A frozen scale is found by the Lloyd iteration first.
    coding.method = method == QuantizerMethod::Frozen ? QuantizerMethod::Lloyd : method;
    coding.normalizer = makeNormalizer(normalization, weights, rows, fanIn);
    coding.rowSums.resize(std::size_t(rows));
    codeAllRows(coding, weights, effective, rows, fanIn, pool); // for mean|u|
    coding.scale = meanMagnitude(coding, fanIn);
    coding.threshold = nextThreshold(coding);
    codeAllRows(coding, weights, effective, rows, fanIn, pool);
    settle(coding, weights, effective, rows, fanIn, pool);
    coding.method = method;
    return coding;
}

int settle(Coding& coding, const float* weights, float* effective, int rows, int fanIn, ThreadPool& pool)
{
    for (int round = 1; round <= maxLloydRounds; ++round) {
        const float threshold = nextThreshold(coding);
        // The pattern follows from the threshold: the same threshold is the same pattern.
        if (threshold == coding.threshold)
            return round - 1;
        coding.threshold = threshold;
        codeAllRows(coding, weights, effective, rows, fanIn, pool);
    }
    return maxLloydRounds;
}

void renormalize(Coding& coding, WeightNormalization kind, const float* weights, float* effective, int rows,
                 int fanIn, ThreadPool& pool)
{
    coding.normalizer = makeNormalizer(kind, weights, rows, fanIn);
    codeAllRows(coding, weights, effective, rows, fanIn, pool);
    settle(coding, weights, effective, rows, fanIn, pool);
}

} // namespace ternbench
