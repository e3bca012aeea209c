#include "core/quantize/coding.h"

#include "core/error.h"

#include <algorithm>
#include <string>
#include <utility>

namespace ternbench {

namespace {

/// TWN's threshold over the mean magnitude (Li, Zhang & Liu, arXiv:1605.04711, equation 6).
constexpr double twnFactor = 0.7;

/// Rows of one task: enough work to outweigh the hand-out.
constexpr int rowsPerTask = 32;

void add(CodeRowSums& sums, const CodeRowSums& more)
{
    sums.magnitude += more.magnitude;
    sums.allMagnitude += more.allMagnitude;
    sums.nonZeros += more.nonZeros;
    sums.largest = std::max(sums.largest, more.largest);
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

/// `count` weights of a row from `first` on.
CodeRow partOf(CodeRow row, int first, int count)
{
    row.weights += first;
    row.column += first;
    row.columnInverse += first;
    row.effective += first;
    row.count = count;
    return row;
}

/// Segments whose length is a multiple of N leave no tail groups: the row is coded in one go.
CodeRowSums codeSegments(const Coding& coding, const CodeRow& row)
{
    const int segment =
        coding.grouping.tail(coding.code.groupSize) == 0 ? row.count : coding.grouping.segment;
    CodeRowSums sums;
    for (int first = 0; first < row.count; first += segment)
        add(sums, kernels().codeRow(partOf(row, first, segment)));
    return sums;
}

/// While a stage grows: row `r` stretch by stretch of neighbouring groups that are held to the same code.
CodeRowSums codeStretches(const Coding& coding, const CodeRow& row, int r)
{
    const int n = coding.code.groupSize;
    const int groups = coding.grouping.groupsPerRow(n);
    const Coding::HeldGroups& heldGroups = *coding.heldGroups;
    const std::uint8_t* const held = heldGroups.held.data() + std::ptrdiff_t(r) * groups;
    CodeRowSums sums;
    for (int g = 0; g < groups;) {
        int end = g + 1;
        while (end < groups && held[end] == held[g] && coding.grouping.group(end - 1, n).size == n)
            ++end;
        const Grouping::Span first = coding.grouping.group(g, n), last = coding.grouping.group(end - 1, n);
        CodeRow stretch = partOf(row, first.first, last.first + last.size - first.first);
        if (held[g]) {
            stretch.minNonZeros = heldGroups.code.minNonZeros();
            stretch.maxNonZeros = heldGroups.code.maxNonZeros;
        }
        add(sums, kernels().codeRow(stretch));
        g = end;
    }
    return sums;
}

CodeRowSums codeGroups(const Coding& coding, const CodeRow& row, int r)
{
    return coding.heldGroups ? codeStretches(coding, row, r) : codeSegments(coding, row);
}

/// The same for a row whose coded order is not that of memory: gathered before, scattered after.
CodeRowSums codeInOrder(const Coding& coding, const CodeRow& row, int r)
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
    const CodeRowSums sums = codeGroups(coding, ordered, r);
    for (std::size_t p = 0; p < count; ++p)
        row.effective[coding.grouping.order[p]] = effective[p];
    return sums;
}

CodeRowSums keepFloats(const CodeRow& row)
{
    CodeRowSums sums;
    for (int j = 0; j < row.count; ++j) {
        row.effective[j] = row.weights[j];
        sums.allMagnitude += double(row.weights[j] < 0.0f ? -row.weights[j] : row.weights[j]);
        sums.nonZeros += row.weights[j] != 0.0f ? 1 : 0;
    }
    return sums;
}

CodeRowSums codeWhole(const Coding& coding, const CodeRow& row, int r)
{
    if (coding.code.isFloat())
        return keepFloats(row);
    if (!coding.code.isTernary())
        return kernels().codeEightBit(row, float(coding.code.largestValue()));
    return coding.grouping.order.empty() ? codeGroups(coding, row, r) : codeInOrder(coding, row, r);
}

template <class Value>
double mean(const std::vector<Value>& values)
{
    double sum = 0.0;
    for (const Value value : values)
        sum += double(value);
    return sum / double(values.size());
}

/// The step that 8-bit weights should have; an all-zero block keeps any.
float eightBitThreshold(const Coding& coding, float threshold, double scale, const CodeRowSums& sums)
{
    if (coding.method == QuantizerMethod::Frozen)
        return float(scale / 2.0);
    const float wanted = sums.largest / (2.0f * float(coding.code.largestValue()));
    return wanted > 0.0f ? wanted : threshold > 0.0f ? threshold : 0.5f;
}

/// D of the pattern that gave `sums`. A frozen scale stays, and so does one without any weight above the
/// threshold, so that training can bring some back.
void updateScale(const Coding& coding, double& scale, float threshold, const CodeRowSums& sums)
{
    if (!coding.code.isTernary()) {
        scale = coding.code.isFloat() ? 1.0 : 2.0 * double(threshold);
        return;
    }
    const bool frozen = coding.method == QuantizerMethod::Frozen && scale > 0.0;
    if (!frozen && sums.nonZeros > 0 && sums.magnitude > 0.0)
        scale = sums.magnitude / double(sums.nonZeros);
}

void applyRowScale(Coding& coding, std::size_t row, float* effective)
{
    double& scale = coding.rowScale[row];
    updateScale(coding, scale, coding.rowThreshold[row], coding.rowSums[row]);
    const float factor = scale > 0.0 ? float(scale) : 1.0f; // the pattern is read from the signs
    for (int j = 0; j < coding.grouping.fanIn; ++j)
        effective[j] *= factor;
}

double rowMeanMagnitude(const Coding& coding, std::size_t row)
{
    return coding.rowSums[row].allMagnitude / double(coding.grouping.fanIn);
}

float nextRowThreshold(const Coding& coding, std::size_t row)
{
    if (coding.code.isFloat())
        return 0.0f;
    if (!coding.code.isTernary())
        return eightBitThreshold(coding, coding.rowThreshold[row], coding.rowScale[row], coding.rowSums[row]);
    if (coding.method == QuantizerMethod::Twn)
        return float(twnFactor * rowMeanMagnitude(coding, row));
    return float(coding.rowScale[row] / 2.0);
}

/// D = mean|u| of each row; a row of zeros takes the layer's.
void startRowScales(Coding& coding)
{
    coding.rowThreshold.assign(coding.rowSums.size(), 0.0f);
    coding.rowScale.assign(coding.rowSums.size(), coding.scale);
    for (std::size_t r = 0; r < coding.rowScale.size(); ++r)
        if (const double own = rowMeanMagnitude(coding, r); own > 0.0)
            coding.rowScale[r] = own;
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
        .threshold = coding.thresholdOf(row),
        .effective = effective + first,
    };
    coding.rowSums[row] = codeWhole(coding, whole, r);
    if (coding.scalesRows())
        applyRowScale(coding, row, whole.effective);
}

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

void useGrouping(Coding& coding, const Grouping& ofLayer, int rows)
{
    coding.grouping = ofLayer;
    if (!coding.balanced.empty())
        coding.grouping.order = coding.balanced;
    if (!coding.heldGroups)
        return;
    const auto groups = std::size_t(rows) * std::size_t(ofLayer.groupsPerRow(coding.code.groupSize));
    if (coding.heldGroups->held.size() != groups)
        throw InputError("held_groups: " + std::to_string(coding.heldGroups->held.size()) +
                         " groups, the layer has " + std::to_string(groups));
}

void finishPass(Coding& coding)
{
    if (coding.scalesRows())
        coding.scale = mean(coding.rowScale);
    else
        updateScale(coding, coding.scale, coding.threshold, total(coding));
}

float nextThreshold(const Coding& coding)
{
    if (coding.code.isFloat())
        return 0.0f;
    if (!coding.code.isTernary())
        return eightBitThreshold(coding, coding.threshold, coding.scale, total(coding));
    if (coding.method == QuantizerMethod::Twn)
        return float(twnFactor * meanMagnitude(coding));
    return float(coding.scale / 2.0);
}

bool useNextThresholds(Coding& coding)
{
    if (!coding.scalesRows()) {
        const float before = std::exchange(coding.threshold, nextThreshold(coding));
        return before != coding.threshold;
    }
    bool changed = false;
    for (std::size_t r = 0; r < coding.rowThreshold.size(); ++r) {
        const float before = std::exchange(coding.rowThreshold[r], nextRowThreshold(coding, r));
        changed = changed || before != coding.rowThreshold[r];
    }
    coding.threshold = float(mean(coding.rowThreshold));
    return changed;
}

Coding beginCoding(const CodingChoice& choice, const CodedMatrix& matrix, ThreadPool& pool)
{
    Coding coding;
    coding.code = choice.code;
    coding.balanced = choice.balanced;
    useGrouping(coding, matrix.grouping, matrix.rows);
    // A frozen scale is found by the Lloyd iteration first.
    coding.method = choice.method == QuantizerMethod::Frozen ? QuantizerMethod::Lloyd : choice.method;
    coding.normalizer = makeNormalizer(choice.normalization, matrix.weights, matrix.rows,
                                       matrix.grouping.fanIn, matrix.channels);
    coding.rowSums.resize(std::size_t(matrix.rows));
    codeAllRows(coding, matrix, pool); // for mean|u|
    coding.scale = meanMagnitude(coding);
    if (choice.scale == ScaleBlock::Row)
        startRowScales(coding);
    useNextThresholds(coding);
    codeAllRows(coding, matrix, pool);
    settle(coding, matrix, pool);
    coding.method = choice.method;
    return coding;
}

int settle(Coding& coding, const CodedMatrix& matrix, ThreadPool& pool)
{
    for (int round = 1; round <= maxLloydRounds; ++round) {
        // The pattern follows from the thresholds: the same thresholds are the same pattern.
        if (!useNextThresholds(coding))
            return round - 1;
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
