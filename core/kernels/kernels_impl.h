// The one source of the inner loops, included once per instruction set by kernels_portable.cpp,
// kernels_avx2.cpp and kernels_avx512.cpp inside a namespace of their own. Plain loops over contiguous
// columns, which the compiler vectorizes; no function of the standard library, whose inline copies
// compiled for a wide set could otherwise be linked into code that runs on any CPU.
//
// No include guard: the including file is the unit.

#include "core/kernels/convolution_impl.h"
#include "core/kernels/pooling_impl.h"

inline float magnitudeOf(float value)
{
    return value < 0.0f ? -value : value;
}

/// 32 well-mixed bits from a counter: the finalizer of MurmurHash3 over key + counter·odd constant. A
/// counter needs no state to store, so dropout resumes from (seed, step) alone.
inline std::uint32_t counterHash(std::uint32_t key, std::uint32_t counter)
{
    std::uint32_t h = key + counter * 0x9E3779B9u;
    h ^= h >> 16;
    h *= 0x85EBCA6Bu;
    h ^= h >> 13;
    h *= 0xC2B2AE35u;
    h ^= h >> 16;
    return h;
}

void adamBlock(float* __restrict w, float* __restrict m, float* __restrict v, const float* __restrict g,
               int count, const AdamStep& step)
{
    const float rate = step.rate, beta1 = step.beta1, beta2 = step.beta2, epsilon = step.epsilon;
    for (int i = 0; i < count; ++i) {
        m[i] += (1.0f - beta1) * (g[i] - m[i]);
        v[i] += (1.0f - beta2) * (g[i] * g[i] - v[i]);
        w[i] -= rate * m[i] / (__builtin_sqrtf(v[i]) + epsilon);
    }
}

/// Memory bounds it: what comes `ahead` is fetched meanwhile, since the CPU's own prefetch stops at the end
/// of each page.
void adam(float* __restrict w, float* __restrict m, float* __restrict v, const float* __restrict g, int count,
          const AdamStep& step)
{
    constexpr int block = 64, line = 16, ahead = 256;
    int i = 0;
    for (; i + block <= count; i += block) {
        for (int j = i + ahead; j < i + ahead + block; j += line) {
            __builtin_prefetch(w + j, 1);
            __builtin_prefetch(m + j, 1);
            __builtin_prefetch(v + j, 1);
        }
        adamBlock(w + i, m + i, v + i, g + i, block, step);
    }
    adamBlock(w + i, m + i, v + i, g + i, count - i, step);
}

void sgd(float* __restrict w, float* __restrict velocity, const float* __restrict g, int count, float rate,
         float momentum)
{
    for (int i = 0; i < count; ++i) {
        velocity[i] = momentum * velocity[i] + g[i];
        w[i] -= rate * velocity[i];
    }
}

/// Readable reference of one group: takes the largest |u| first, lower position first on a tie, until K are
/// taken or what is left is not above the threshold (but at least minNonZeros).
void codeGroup(const CodeRow& row, int first, int size, CodeRowSums& sums)
{
    float magnitude[32];
    for (int i = 0; i < size; ++i) {
        const int j = first + i;
        magnitude[i] = magnitudeOf(row.weights[j] * row.columnInverse[j] * row.rowInverse);
        sums.allMagnitude += double(magnitude[i]);
        row.effective[j] = 0.0f;
    }
    for (int taken = 0; taken < row.maxNonZeros && taken < size; ++taken) {
        int largest = 0;
        for (int i = 1; i < size; ++i)
            if (magnitude[i] > magnitude[largest])
                largest = i;
        if (!(magnitude[largest] > row.threshold) && taken >= row.minNonZeros)
            break;
        const int j = first + largest;
        const float level = row.row * row.column[j];
        row.effective[j] =
            __builtin_signbitf(row.weights[j]) ? -level : level; // -0 too, as the ranked kernels
        sums.magnitude += double(magnitude[largest]);
        ++sums.nonZeros;
        magnitude[largest] = -1.0f; // taken: below every magnitude
    }
}

/// Every weight on its own: plain ternary, (N,N).
CodeRowSums codeRowUngrouped(const CodeRow& row)
{
    const float* __restrict weights = row.weights;
    const float* __restrict columnInverse = row.columnInverse;
    const float* __restrict column = row.column;
    float* __restrict effective = row.effective;
    float magnitudeSum = 0.0f, allSum = 0.0f;
    int nonZeros = 0;
    for (int j = 0; j < row.count; ++j) {
        const float magnitude = magnitudeOf(weights[j] * columnInverse[j] * row.rowInverse);
        const bool keep = magnitude > row.threshold;
        const float level = row.row * column[j];
        allSum += magnitude;
        magnitudeSum += keep ? magnitude : 0.0f;
        nonZeros += keep ? 1 : 0;
        effective[j] = keep ? (weights[j] < 0.0f ? -level : level) : 0.0f;
    }
    return {double(magnitudeSum), double(allSum), nonZeros};
}

CodeRowSums codeEightBit(const CodeRow& row, float most)
{
    constexpr int lanes = 16;
    constexpr float rounder = 12582912.0f; // 1.5·2^23: adding it leaves no bits behind the point
    const float inverse = row.threshold > 0.0f ? 0.5f / row.threshold : 0.0f;
    float kept[lanes] = {}, all[lanes] = {}, largest[lanes] = {};
    int nonZeros[lanes] = {};
    for (int first = 0; first < row.count; first += lanes) {
        const int size = row.count - first < lanes ? row.count - first : lanes;
        for (int i = 0; i < size; ++i) {
            const int j = first + i;
            const float u = row.weights[j] * row.columnInverse[j] * row.rowInverse;
            float t = u * inverse;
            t = t > most ? most : t < -most ? -most : t;
            t = (t + rounder) - rounder;
            row.effective[j] = row.row * row.column[j] * t;
            const float magnitude = magnitudeOf(u);
            kept[i] += magnitude * magnitudeOf(t);
            all[i] += magnitude;
            largest[i] = magnitude > largest[i] ? magnitude : largest[i];
            nonZeros[i] += t != 0.0f ? 1 : 0;
        }
    }
    CodeRowSums sums;
    for (int i = 0; i < lanes; ++i) {
        sums.magnitude += double(kept[i]);
        sums.allMagnitude += double(all[i]);
        sums.nonZeros += nonZeros[i];
        sums.largest = largest[i] > sums.largest ? largest[i] : sums.largest;
    }
    return sums;
}

#include "core/kernels/code_row_impl.h"

CodeRowSums codeRow(const CodeRow& row)
{
    if (row.maxNonZeros == row.groupSize && row.minNonZeros == 0)
        return codeRowUngrouped(row);
#if defined(__AVX512F__) && defined(__FMA__)
    if (row.groupSize == 8 && row.maxNonZeros == 1)
        return codeRowLargest<1>(row);
    if (row.groupSize == 8 && row.maxNonZeros == 2)
        return codeRowLargest<2>(row);
#endif
#if defined(__AVX2__) && defined(__FMA__)
    if (row.groupSize == 8)
        return codeRowRanked<8>(row);
    if (row.groupSize == 4)
        return codeRowRanked<4>(row);
#endif
    CodeRowSums sums;
    for (int first = 0; first < row.count; first += row.groupSize)
        codeGroup(row, first, row.count - first < row.groupSize ? row.count - first : row.groupSize, sums);
    return sums;
}

void columnMoments(const float* __restrict z, int batch, int columns, int ld, float* __restrict mean,
                   float* __restrict variance)
{
    const float inverse = 1.0f / float(batch);
    for (int j = 0; j < columns; ++j)
        mean[j] = variance[j] = 0.0f;
    for (int b = 0; b < batch; ++b)
        for (int j = 0; j < columns; ++j)
            mean[j] += z[b * ld + j];
    for (int j = 0; j < columns; ++j)
        mean[j] *= inverse;
    // A second pass over the cached tile: the one-pass formula cancels where the mean is large.
    for (int b = 0; b < batch; ++b)
        for (int j = 0; j < columns; ++j) {
            const float difference = z[b * ld + j] - mean[j];
            variance[j] += difference * difference;
        }
    for (int j = 0; j < columns; ++j)
        variance[j] *= inverse;
}

/// The inner loop of activate() for one row, specialised at compile time.
template <bool relu, bool quantized, bool dropout>
void activateRow(const ActivationTile& tile, int b)
{
    const float* __restrict z = tile.z + b * tile.ld;
    float* __restrict output = tile.output + b * tile.ld;
    const float* __restrict mean = tile.mean;
    const float* __restrict scale = tile.scale;
    const float* __restrict bias = tile.bias;
    const float* __restrict step = tile.step;
    const float* __restrict stepInverse = tile.stepInverse;
    const float levels = tile.levels;
    const float scaleKept = 1.0f / tile.keep;
    // Kept where the upper 24 bits of the hash are below keep·2^24: exact in float.
    const auto keepBelow = int(tile.keep * 16777216.0f);
    const std::uint32_t key = tile.dropoutKey;
    const std::uint32_t counter = tile.firstElement + std::uint32_t(b) * std::uint32_t(tile.ld);
    for (int j = 0; j < tile.columns; ++j) {
        float y = scale[j] * (z[j] - mean[j]) + bias[j];
        if (relu)
            y = y > 0.0f ? y : 0.0f;
        if (quantized) {
            const float q = y * stepInverse[j];
            const float clamped = q < levels ? q : levels;
            y = float(int(clamped + 0.5f)) * step[j]; // q >= 0: truncation rounds halves away from zero
        }
        if (dropout) {
            // A factor, not a branch: control flow would keep the loop from being vectorized.
            const auto draw = int(counterHash(key, counter + std::uint32_t(j)) >> 8);
            y *= draw < keepBelow ? scaleKept : 0.0f;
        }
        output[j] = y;
    }
}

/// d output / d y of the same row, times the gradient, and its sums. y is computed anew: one load less than
/// storing the factors, and no memory for them.
template <bool relu, bool quantized, bool dropout>
void backwardRow(const ActivationTile& tile, int b, float* __restrict gradient,
                 const float* __restrict inverseDeviation, float* __restrict dGamma, float* __restrict dBeta)
{
    const float* __restrict z = tile.z + b * tile.ld;
    const float* __restrict mean = tile.mean;
    const float* __restrict scale = tile.scale;
    const float* __restrict bias = tile.bias;
    const float* __restrict stepInverse = tile.stepInverse;
    const float levels = tile.levels;
    const float scaleKept = 1.0f / tile.keep;
    const auto keepBelow = int(tile.keep * 16777216.0f);
    const std::uint32_t key = tile.dropoutKey;
    const std::uint32_t counter = tile.firstElement + std::uint32_t(b) * std::uint32_t(tile.ld);
    for (int j = 0; j < tile.columns; ++j) {
        const float centred = z[j] - mean[j];
        const float y = scale[j] * centred + bias[j];
        float dy = gradient[j];
        if (relu)
            dy = y > 0.0f ? dy : 0.0f;
        if (quantized)
            dy = y * stepInverse[j] < levels ? dy : 0.0f; // straight-through inside the range only
        if (dropout) {
            const auto draw = int(counterHash(key, counter + std::uint32_t(j)) >> 8);
            dy *= draw < keepBelow ? scaleKept : 0.0f;
        }
        gradient[j] = dy;
        dBeta[j] += dy;
        dGamma[j] += dy * (centred * inverseDeviation[j]);
    }
}

struct ActivateRows
{
    template <bool relu, bool quantized, bool dropout>
    static void run(const ActivationTile& tile)
    {
        for (int b = 0; b < tile.batch; ++b)
            activateRow<relu, quantized, dropout>(tile, b);
    }
};

struct BackwardRows
{
    template <bool relu, bool quantized, bool dropout>
    static void run(const ActivationTile& tile, float* gradient, const float* inverseDeviation, float* dGamma,
                    float* dBeta)
    {
        for (int b = 0; b < tile.batch; ++b)
            backwardRow<relu, quantized, dropout>(tile, b, gradient + b * tile.ld, inverseDeviation, dGamma,
                                                  dBeta);
    }
};

/// Rows::run with the tile's choices as constants. Only ReLU outputs are quantized.
template <class Rows, class... Arguments>
void specialised(const ActivationTile& tile, Arguments... arguments)
{
    const bool dropout = tile.keep < 1.0f;
    if (!tile.relu)
        return dropout ? Rows::template run<false, false, true>(tile, arguments...)
                       : Rows::template run<false, false, false>(tile, arguments...);
    if (tile.step)
        return dropout ? Rows::template run<true, true, true>(tile, arguments...)
                       : Rows::template run<true, true, false>(tile, arguments...);
    return dropout ? Rows::template run<true, false, true>(tile, arguments...)
                   : Rows::template run<true, false, false>(tile, arguments...);
}

void activate(const ActivationTile& tile)
{
    specialised<ActivateRows>(tile);
}

void activationBackward(const ActivationTile& tile, float* gradient, const float* inverseDeviation,
                        float* dGamma, float* dBeta)
{
    for (int j = 0; j < tile.columns; ++j)
        dGamma[j] = dBeta[j] = 0.0f;
    specialised<BackwardRows>(tile, gradient, inverseDeviation, dGamma, dBeta);
}

void batchNormBackward(float* __restrict gradient, const float* __restrict z, int batch, int columns, int ld,
                       const float* __restrict mean, const float* __restrict factor,
                       const float* __restrict offset, const float* __restrict slope)
{
    for (int b = 0; b < batch; ++b)
        for (int j = 0; j < columns; ++j) {
            const int at = b * ld + j;
            gradient[at] = factor[j] * (gradient[at] - offset[j] - (z[at] - mean[j]) * slope[j]);
        }
}

void bytesToFloat(const std::uint8_t* __restrict bytes, int count, float zero, float scale,
                  float* __restrict x)
{
    for (int j = 0; j < count; ++j)
        x[j] = (float(bytes[j]) - zero) * scale;
}

void bytesToQuantized(const std::uint8_t* __restrict bytes, int count, const float* __restrict a,
                      const float* __restrict z, float lo, float hi, const float* __restrict step,
                      float* __restrict x)
{
    for (int j = 0; j < count; ++j) {
        const float q = float(bytes[j]) * a[j] + z[j];
        const float rounded = float(int(q + (q < 0.0f ? -0.5f : 0.5f)));
        const float low = rounded < lo ? lo : rounded;
        x[j] = (low > hi ? hi : low) * step[j];
    }
}

constexpr Kernels makeKernels(const char* name)
{
    return {name,
            adam,
            sgd,
            codeRow,
            codeEightBit,
            columnMoments,
            activate,
            activationBackward,
            batchNormBackward,
            bytesToFloat,
            bytesToQuantized,
            convolutionKernels(),
            poolingKernels()};
}
