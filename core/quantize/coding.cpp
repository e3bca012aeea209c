#include "core/quantize/coding.h"

#include <algorithm>

namespace ternbench {

namespace {

/// TWN's threshold over the mean magnitude (Li, Zhang & Liu, arXiv:1605.04711, equation 6).
constexpr double twnFactor = 0.7;

/// Rows of one task: enough work to outweigh the hand-out.
constexpr int rowsPerTask = 32;

void codeAllRows(Coding& coding, const CodedMatrix& matrix, ThreadPool& pool)
{
    const int tasks = (matrix.rows + rowsPerTask - 1) / rowsPerTask;
    pool.run(tasks, [&](int task, int) {
        const int end = std::min(matrix.rows, (task + 1) * rowsPerTask);
        for (int r = task * rowsPerTask; r < end; ++r)
            codeRow(coding, matrix.weights, matrix.effective, r);
    });
    finishPass(coding);
}

void add(CodeRowSums& sums, const CodeRowSums& more)
{
    sums.magnitude += more.magnitude;
    sums.allMagnitude += more.allMagnitude;
    sums.nonZeros += more.nonZeros;
}

CodeRowSums total(const Coding& coding)
{
    CodeRowSums sums;
    for (const CodeRowSums& row : coding.rowSums)
        add(sums, row);
    return sums;
}

double meanMagnitude(const Coding& coding)
{
    return total(coding).allMagnitude / (double(coding.rowSums.size()) * double(coding.grouping.fanIn));
}

/// Segments whose length is a multiple of N leave no tail groups: the row is coded in one go.
CodeRowSums codeSegments(const Coding& coding, CodeRow row)
{
    const int segment =
        coding.grouping.tail(coding.code.groupSize) == 0 ? row.count : coding.grouping.segment;
    const int count = row.count;
    CodeRowSums sums;
    row.count = segment;
    for (int first = 0; first < count; first += segment) {
        add(sums, kernels().codeRow(row));
        row.weights += segment;
        row.column += segment;
        row.columnInverse += segment;
        row.effective += segment;
    }
    return sums;
}

/// The same for a row whose coded order is not that of memory: gathered before, scattered after.
CodeRowSums codeInOrder(const Coding& coding, const CodeRow& row)
{
    thread_local std::vector<float> buffers;
    const auto count = static_cast<std::size_t>(row.count);
    buffers.resize(4 * count);
    float* const weights = buffers.data();
    float* const column = weights + count;
    float* const columnInverse = column + count;
    float* const effective = columnInverse + count;
    for (std::size_t p = 0; p < count; ++p) {
        const auto at = static_cast<std::size_t>(coding.grouping.order[p]);
        weights[p] = row.weights[at];
        column[p] = row.column[at];
        columnInverse[p] = row.columnInverse[at];
    }
    CodeRow ordered = row;
    ordered.weights = weights;
    ordered.column = column;
    ordered.columnInverse = columnInverse;
    ordered.effective = effective;
    const CodeRowSums sums = codeSegments(coding, ordered);
    for (std::size_t p = 0; p < count; ++p)
        row.effective[coding.grouping.order[p]] = effective[p];
    return sums;
}

} // namespace

void codeRow(Coding& coding, const float* weights, float* effective, int r)
{
    const auto row = std::size_t(r);
    const int fanIn = coding.grouping.fanIn;
    const std::size_t first = row * std::size_t(fanIn);
    const Normalizer& normalizer = coding.normalizer;
    const CodeRow whole{
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
    };
    coding.rowSums[row] =
        coding.grouping.order.empty() ? codeSegments(coding, whole) : codeInOrder(coding, whole);
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
    if (coding.method == QuantizerMethod::Twn)
        return float(twnFactor * meanMagnitude(coding));
    return float(coding.scale / 2.0);
}

Coding beginCoding(QuantizerMethod method, WeightNormalization normalization, const Code& code,
                   const CodedMatrix& matrix, ThreadPool& pool)
{
    Coding coding;
    coding.code = code;
    coding.grouping = matrix.grouping;
    // A frozen scale is found by the Lloyd iteration first.
    coding.method = method == QuantizerMethod::Frozen ? QuantizerMethod::Lloyd : method;
    coding.normalizer =
        makeNormalizer(normalization, matrix.weights, matrix.rows, matrix.grouping.fanIn, matrix.channels);
    coding.rowSums.resize(std::size_t(matrix.rows));
    codeAllRows(coding, matrix, pool); // for mean|u|
    coding.scale = meanMagnitude(coding);
    coding.threshold = nextThreshold(coding);
    codeAllRows(coding, matrix, pool);
    settle(coding, matrix, pool);
    coding.method = method;
    return coding;
}

int settle(Coding& coding, const CodedMatrix& matrix, ThreadPool& pool)
{
    for (int round = 1; round <= maxLloydRounds; ++round) {
        const float threshold = nextThreshold(coding);
        // The pattern follows from the threshold: the same threshold is the same pattern.
        if (threshold == coding.threshold)
            return round - 1;
        coding.threshold = threshold;
        codeAllRows(coding, matrix, pool);
    }
    return maxLloydRounds;
}

void renormalize(Coding& coding, WeightNormalization kind, const CodedMatrix& matrix, ThreadPool& pool)
{
    coding.normalizer =
        makeNormalizer(kind, matrix.weights, matrix.rows, matrix.grouping.fanIn, matrix.channels);
    codeAllRows(coding, matrix, pool);
    settle(coding, matrix, pool);
}

} // namespace ternbench
