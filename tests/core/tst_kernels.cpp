#include "core/kernels/aligned.h"
#include "core/kernels/blas.h"
#include "core/kernels/kernels.h"
#include "core/random.h"
#include "tests/core/kernel_rows.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace ternbench;

// Coding of rows is tst_coding's. Here every other inner loop is held to its formula in double precision;
// what involves a single rounding, or numbers of few bits, is compared exactly.

namespace {

constexpr double epsilon = 0x1.0p-24; // one float rounding, relative
constexpr int oddCounts[] = {1, 3, 7, 8, 15, 16, 17, 31, 33, 100};

FloatBuffer randoms(Random& random, int count, double scale = 1.0)
{
    FloatBuffer values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = float(scale * random.normal());
    return values;
}

/// Multiples of 1/8 of few bits: products and sums of some of them are exact in float.
FloatBuffer eighths(Random& random, int count, int most)
{
    FloatBuffer values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = float(int(random.below(std::uint32_t(2 * most + 1))) - most) / 8.0f;
    return values;
}

/// A (batch, columns) matrix in one of more columns, so that strides and the columns beside it are tested.
struct Tile
{
    int batch, columns, ld;
    FloatBuffer values;

    Tile(Random& random, int rows, int count, double scale = 1.0)
        : batch(rows), columns(count), ld(count + 5), values(randoms(random, rows * (count + 5), scale))
    {}
    std::size_t at(int b, int j) const { return std::size_t(b) * std::size_t(ld) + std::size_t(j); }
};

/// The values beside the tile are another tile's: they must not be touched.
bool sameBeside(const Tile& tile, const FloatBuffer& before)
{
    for (int b = 0; b < tile.batch; ++b)
        for (int j = tile.columns; j < tile.ld; ++j)
            if (tile.values[tile.at(b, j)] != before[tile.at(b, j)])
                return false;
    return true;
}

/// Buffers of one layer's activation, forward and backward.
struct Activation
{
    FloatBuffer z, output, mean, scale, bias, step, stepInverse, inverseDeviation, dGamma, dBeta;
    int batch, columns;

    Activation(Random& random, int rows, int count)
        : z(eighths(random, rows * count, 64)), output(z.size(), -7.0f), mean(eighths(random, count, 8)),
          scale(eighths(random, count, 16)), bias(eighths(random, count, 32)),
          inverseDeviation(eighths(random, count, 16)), dGamma(std::size_t(count), 9.0f),
          dBeta(std::size_t(count), 9.0f), batch(rows), columns(count)
    {
        for (int j = 0; j < count; ++j) { // powers of two: the quotient is exact
            step.push_back(j % 2 ? 0.25f : 2.0f);
            stepInverse.push_back(1.0f / step.back());
        }
    }
    ActivationTile tile(bool relu, bool quantized, float keep = 1.0f)
    {
        return {.batch = batch,
                .columns = columns,
                .ld = columns,
                .z = z.data(),
                .output = output.data(),
                .mean = mean.data(),
                .scale = scale.data(),
                .bias = bias.data(),
                .relu = relu,
                .step = quantized ? step.data() : nullptr,
                .stepInverse = quantized ? stepInverse.data() : nullptr,
                .levels = 15.0f,
                .keep = keep,
                .dropoutKey = 12345,
                .firstElement = 0};
    }
    /// d output / d y of each element: what becomes of a gradient of ones.
    FloatBuffer factors(const Kernels& kernels, const ActivationTile& tile)
    {
        FloatBuffer gradient(z.size(), 1.0f);
        kernels.activationBackward(tile, gradient.data(), inverseDeviation.data(), dGamma.data(),
                                   dBeta.data());
        return gradient;
    }
};

} // namespace

class TestKernels : public QObject
{
    Q_OBJECT

private slots:
    void adam_data() { addKernelRows(); }
    void adam();
    void sgd_data() { addKernelRows(); }
    void sgd();
    void columnMoments_data() { addKernelRows(); }
    void columnMoments();
    void activate_data() { addKernelRows(); }
    void activate();
    void clippingGate_data() { addKernelRows(); }
    void clippingGate();
    void dropout_data() { addKernelRows(); }
    void dropout();
    void dropoutDoesNotDependOnTiles_data() { addKernelRows(); }
    void dropoutDoesNotDependOnTiles();
    void activationBackward_data() { addKernelRows(); }
    void activationBackward();
    void batchNormBackward_data() { addKernelRows(); }
    void batchNormBackward();
    void bytesToFloat_data() { addKernelRows(); }
    void bytesToFloat();
    void bytesToQuantized_data() { addKernelRows(); }
    void bytesToQuantized();
    void sgemmFollowsItsDefinition_data();
    void sgemmFollowsItsDefinition();
    void theWidestSetIsChosen();
};

void TestKernels::adam()
{
    FETCH_KERNELS(kernels);
    Random random(1, 700);
    const AdamStep step{0.01f, 0.9f, 0.999f, 1e-8f};
    for (const int count : oddCounts) {
        FloatBuffer w = randoms(random, count), m = randoms(random, count, 0.1),
                    v = randoms(random, count, 0.1);
        const FloatBuffer g = randoms(random, count);
        for (float& value : v)
            value *= value;
        const FloatBuffer w0 = w, m0 = m, v0 = v;
        kernels->adam(w.data(), m.data(), v.data(), g.data(), count, step);
        for (std::size_t i = 0; i < g.size(); ++i) {
            const double gi = double(g[i]);
            const double wantedM = double(m0[i]) + (1.0 - double(step.beta1)) * (gi - double(m0[i]));
            const double wantedV = double(v0[i]) + (1.0 - double(step.beta2)) * (gi * gi - double(v0[i]));
            const double update = double(step.rate) * wantedM / (std::sqrt(wantedV) + double(step.epsilon));
            const double sizeM = std::abs(gi) + std::abs(double(m0[i]));
            // Four roundings of terms no larger than the size; 1 - beta is rounded too.
            QVERIFY(std::abs(double(m[i]) - wantedM) <= 4 * epsilon * sizeM);
            QVERIFY(std::abs(double(v[i]) - wantedV) <= 4 * epsilon * (gi * gi + double(v0[i])));
            // m's error relative to the update's, then quotient, root, product; last the sum with w.
            const double tolerance = epsilon * (std::abs(double(w0[i])) +
                                                12.0 * std::abs(update) * (1.0 + sizeM / std::abs(wantedM)));
            QVERIFY(std::abs(double(w[i]) - (double(w0[i]) - update)) <= tolerance);
        }
    }
}

void TestKernels::sgd()
{
    FETCH_KERNELS(kernels);
    Random random(1, 701);
    for (const int count : oddCounts) {
        FloatBuffer w = randoms(random, count), velocity = randoms(random, count);
        const FloatBuffer g = randoms(random, count), w0 = w, velocity0 = velocity;
        kernels->sgd(w.data(), velocity.data(), g.data(), count, 0.1f, 0.9f);
        for (std::size_t i = 0; i < g.size(); ++i) {
            const double wanted = double(0.9f) * double(velocity0[i]) + double(g[i]);
            const double size = std::abs(double(velocity0[i])) + std::abs(double(g[i]));
            QVERIFY(std::abs(double(velocity[i]) - wanted) <= 2 * epsilon * size);
            const double moved = double(w0[i]) - double(0.1f) * double(velocity[i]);
            QVERIFY(std::abs(double(w[i]) - moved) <= 2 * epsilon * (std::abs(double(w0[i])) + size));
        }
    }
}

void TestKernels::columnMoments()
{
    FETCH_KERNELS(kernels);
    Random random(1, 702);
    for (const int columns : oddCounts)
        for (const int batch : {1, 2, 33}) {
            Tile tile(random, batch, columns);
            for (float& value : tile.values)
                value += 10.0f; // a mean far above the deviation
            FloatBuffer mean(std::size_t(columns), -1.0f), variance(std::size_t(columns), -1.0f);
            kernels->columnMoments(tile.values.data(), batch, columns, tile.ld, mean.data(), variance.data());
            for (int j = 0; j < columns; ++j) {
                double sum = 0.0, size = 0.0, squares = 0.0;
                for (int b = 0; b < batch; ++b) {
                    sum += double(tile.values[tile.at(b, j)]);
                    size += std::abs(double(tile.values[tile.at(b, j)]));
                }
                for (int b = 0; b < batch; ++b)
                    squares += std::pow(double(tile.values[tile.at(b, j)]) - sum / batch, 2);
                // `batch` additions of partial sums, and the product with a rounded 1/batch.
                const double meanError = (batch + 2) * epsilon * size / batch;
                QVERIFY(std::abs(double(mean[std::size_t(j)]) - sum / batch) <= meanError);
                const double wanted = squares / batch;
                // A wrong mean shows to second order; differences and squares round, and so do their sums.
                const double tolerance = meanError * meanError + (batch + 6) * epsilon * wanted +
                                         2 * (meanError + 12 * epsilon) * std::sqrt(wanted);
                QVERIFY(std::abs(double(variance[std::size_t(j)]) - wanted) <= tolerance);
            }
        }
}

void TestKernels::activate()
{
    FETCH_KERNELS(kernels);
    Random random(1, 704);
    for (const int columns : oddCounts)
        for (const bool relu : {false, true})
            for (const bool quantized : {false, true}) {
                if (quantized && !relu)
                    continue; // no such layer
                Activation a(random, 4, columns);
                kernels->activate(a.tile(relu, quantized));
                const FloatBuffer factors = a.factors(*kernels, a.tile(relu, quantized));
                for (std::size_t i = 0; i < a.z.size(); ++i) {
                    const std::size_t j = i % std::size_t(columns);
                    double y = double(a.scale[j]) * (double(a.z[i]) - double(a.mean[j])) + double(a.bias[j]);
                    double pass = relu && !(y > 0.0) ? 0.0 : 1.0;
                    y = relu ? std::max(y, 0.0) : y;
                    if (quantized) {
                        const double q = y / double(a.step[j]);
                        pass = q < 15.0 ? pass : 0.0;
                        y = std::round(std::min(q, 15.0)) * double(a.step[j]); // halves away from zero
                    }
                    QVERIFY(double(a.output[i]) == y);
                    QVERIFY(double(factors[i]) == pass);
                }
            }
}

void TestKernels::clippingGate()
{
    FETCH_KERNELS(kernels);
    // Straight-through inside the range, nothing outside: the ends of the range one by one.
    Random random(1, 709);
    Activation a(random, 1, 9);
    a.z = {-1.0f, 0.0f, 0.0625f, 7.4375f, 7.5f, 7.5625f, 1e30f, 0.25f, 0.75f};
    a.mean.assign(9, 0.0f);
    a.scale.assign(9, 1.0f);
    a.bias.assign(9, 0.0f);
    a.step.assign(9, 0.5f);
    a.stepInverse.assign(9, 2.0f); // 4 bits: up to 7.5
    kernels->activate(a.tile(true, true));
    QCOMPARE(a.factors(*kernels, a.tile(true, true)), (FloatBuffer{0, 0, 1, 1, 0, 0, 0, 1, 1}));
    QCOMPARE(a.output, (FloatBuffer{0, 0, 0, 7.5f, 7.5f, 7.5f, 7.5f, 0.5f, 1.0f})); // 0.5, 1.5 steps go up
}

void TestKernels::dropout()
{
    FETCH_KERNELS(kernels);
    constexpr int batch = 200, columns = 203;
    Random random(1, 705);
    Activation a(random, batch, columns);
    a.mean.assign(columns, 0.0f);
    a.scale.assign(columns, 1.0f);
    a.bias.assign(columns, 20.0f); // all outputs positive
    const float keep = 0.7f;
    kernels->activate(a.tile(true, false, keep));
    const FloatBuffer first = a.factors(*kernels, a.tile(true, false, keep));
    int kept = 0;
    std::vector<int> ofColumn(columns, 0);
    for (std::size_t i = 0; i < a.z.size(); ++i) {
        const bool isKept = first[i] != 0.0f;
        const float scale = 1.0f / keep;
        QVERIFY(first[i] == (isKept ? scale : 0.0f)); // backward drops what forward dropped
        QVERIFY(a.output[i] == (isKept ? (a.z[i] + 20.0f) * scale : 0.0f));
        kept += isKept ? 1 : 0;
        ofColumn[i % columns] += isKept ? 1 : 0;
    }
    // Binomial: five standard deviations for the whole, six for the worst of 203 columns.
    const double deviation = std::sqrt(0.7 * 0.3 / (batch * columns));
    QVERIFY(std::abs(double(kept) / (batch * columns) - 0.7) < 5.0 * deviation);
    for (const int count : ofColumn)
        QVERIFY(std::abs(count / double(batch) - 0.7) < 6.0 * std::sqrt(0.7 * 0.3 / batch));

    ActivationTile tile = a.tile(true, false, keep);
    QCOMPARE(a.factors(*kernels, tile), first); // the key decides
    ++tile.dropoutKey;
    const FloatBuffer other = a.factors(*kernels, tile);
    int both = 0;
    for (std::size_t i = 0; i < first.size(); ++i)
        both += other[i] != 0.0f && first[i] != 0.0f ? 1 : 0;
    QVERIFY(std::abs(double(both) / (batch * columns) - 0.49) < 5.0 * deviation); // independent of it
    QCOMPARE(a.factors(portableKernels(), tile), other);
}

void TestKernels::dropoutDoesNotDependOnTiles()
{
    FETCH_KERNELS(kernels);
    Random random(1, 706);
    Activation a(random, 6, 40);
    kernels->activate(a.tile(true, false, 0.5f));
    const FloatBuffer whole = a.output;
    const FloatBuffer wholeFactors = a.factors(*kernels, a.tile(true, false, 0.5f));
    a.output.assign(a.output.size(), -7.0f);
    FloatBuffer gradient(a.z.size(), 1.0f);
    const auto run = [&](int firstRow, int rows, int first, int count) {
        const int at = firstRow * 40 + first;
        ActivationTile part = a.tile(true, false, 0.5f);
        part.batch = rows;
        part.columns = count;
        part.firstElement = std::uint32_t(at);
        part.z += at;
        part.output += at;
        part.mean += first;
        part.scale += first;
        part.bias += first;
        kernels->activate(part);
        kernels->activationBackward(part, gradient.data() + at, a.inverseDeviation.data() + first,
                                    a.dGamma.data() + first, a.dBeta.data() + first);
    };
    run(0, 6, 0, 13);  // all rows of some columns: a linear layer
    run(0, 2, 13, 27); // all other columns of some rows: a convolution's images
    run(2, 1, 13, 27);
    run(3, 3, 13, 27);
    QCOMPARE(a.output, whole);
    QCOMPARE(gradient, wholeFactors);
}

void TestKernels::activationBackward()
{
    FETCH_KERNELS(kernels);
    Random random(1, 707);
    constexpr int batch = 9;
    for (const int columns : oddCounts) {
        Tile gradient(random, batch, columns);
        const FloatBuffer before = gradient.values;
        Activation a(random, batch, columns);
        Tile z(random, batch, columns);
        ActivationTile tile = a.tile(true, false);
        tile.z = z.values.data();
        tile.ld = z.ld;
        kernels->activationBackward(tile, gradient.values.data(), a.inverseDeviation.data(), a.dGamma.data(),
                                    a.dBeta.data());
        for (int j = 0; j < columns; ++j) {
            const auto c = std::size_t(j);
            double beta = 0.0, gamma = 0.0, betaSize = 0.0, gammaSize = 0.0;
            for (int b = 0; b < batch; ++b) {
                const std::size_t at = gradient.at(b, j);
                const double centred = double(z.values[at]) - double(a.mean[c]);
                const double y = double(a.scale[c]) * centred + double(a.bias[c]);
                if (std::abs(y) > 1e-4) // rounding decides the sign of the others
                    QVERIFY(gradient.values[at] == (y > 0.0 ? before[at] : 0.0f));
                const double dy = double(gradient.values[at]);
                const double x = centred * double(a.inverseDeviation[c]);
                beta += dy;
                betaSize += std::abs(dy);
                gamma += dy * x;
                gammaSize += std::abs(dy) * (std::abs(double(z.values[at])) + std::abs(double(a.mean[c]))) *
                             std::abs(double(a.inverseDeviation[c]));
            }
            QVERIFY(std::abs(double(a.dBeta[c]) - beta) <= batch * epsilon * betaSize);
            QVERIFY(std::abs(double(a.dGamma[c]) - gamma) <= (batch + 3) * epsilon * gammaSize);
        }
        QVERIFY(sameBeside(gradient, before));
    }
}

void TestKernels::batchNormBackward()
{
    FETCH_KERNELS(kernels);
    Random random(1, 708);
    constexpr int batch = 6;
    for (const int columns : oddCounts) {
        Tile gradient(random, batch, columns), z(random, batch, columns);
        const FloatBuffer before = gradient.values;
        const FloatBuffer mean = randoms(random, columns), factor = randoms(random, columns),
                          offset = randoms(random, columns), slope = randoms(random, columns);
        kernels->batchNormBackward(gradient.values.data(), z.values.data(), batch, columns, gradient.ld,
                                   mean.data(), factor.data(), offset.data(), slope.data());
        for (int b = 0; b < batch; ++b)
            for (int j = 0; j < columns; ++j) {
                const std::size_t at = gradient.at(b, j), c = std::size_t(j);
                const double centred = double(z.values[at]) - double(mean[c]);
                const double inner = double(before[at]) - double(offset[c]) - centred * double(slope[c]);
                const double size =
                    std::abs(double(before[at])) + std::abs(double(offset[c])) +
                    (std::abs(double(z.values[at])) + std::abs(double(mean[c]))) * std::abs(double(slope[c]));
                // At most five roundings, each of a term no larger than the size.
                QVERIFY(std::abs(double(gradient.values[at]) - double(factor[c]) * inner) <=
                        6 * epsilon * std::abs(double(factor[c])) * size);
            }
        QVERIFY(sameBeside(gradient, before));
    }
}

void TestKernels::bytesToFloat()
{
    FETCH_KERNELS(kernels);
    std::vector<std::uint8_t> bytes(256);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = std::uint8_t(i);
    for (const int count : {1, 7, 33, 255, 256}) {
        FloatBuffer x(256, -7.0f);
        kernels->bytesToFloat(bytes.data(), count, 72.9f, 0.011f, x.data());
        for (int i = 0; i < count; ++i)
            QVERIFY(x[std::size_t(i)] == (float(i) - 72.9f) * 0.011f);
        QVERIFY(count == 256 || x[std::size_t(count)] == -7.0f);
    }
}

void TestKernels::bytesToQuantized()
{
    FETCH_KERNELS(kernels);
    Random random(1, 709);
    for (const int count : oddCounts) {
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
        for (std::uint8_t& byte : bytes)
            byte = std::uint8_t(random.below(256));
        const FloatBuffer a = eighths(random, count, 12),
                          z = eighths(random, count, 400); // exact halves occur
        const FloatBuffer step = randoms(random, count);
        FloatBuffer x(bytes.size());
        kernels->bytesToQuantized(bytes.data(), count, a.data(), z.data(), -128.0f, 127.0f, step.data(),
                                  x.data());
        for (std::size_t j = 0; j < bytes.size(); ++j) {
            const double q = std::round(double(bytes[j]) * double(a[j]) + double(z[j]));
            QVERIFY(x[j] == float(std::clamp(q, -128.0, 127.0)) * step[j]);
        }
    }
}

void TestKernels::sgemmFollowsItsDefinition_data()
{
    QTest::addColumn<bool>("transA");
    QTest::addColumn<bool>("transB");
    QTest::newRow("A·B") << false << false;
    QTest::newRow("A·B'") << false << true;
    QTest::newRow("A'·B") << true << false;
    QTest::newRow("A'·B'") << true << true;
}

void TestKernels::sgemmFollowsItsDefinition()
{
    QFETCH(bool, transA);
    QFETCH(bool, transB);
    constexpr int m = 13, n = 19, k = 37, pad = 3;
    Random random(1, 710);
    const int lda = (transA ? m : k) + pad, ldb = (transB ? k : n) + pad, ldc = n + pad;
    const FloatBuffer a = randoms(random, (transA ? k : m) * lda),
                      b = randoms(random, (transB ? n : k) * ldb);
    FloatBuffer c = randoms(random, m * ldc);
    const FloatBuffer before = c;
    sgemm(transA ? Transpose::Yes : Transpose::No, transB ? Transpose::Yes : Transpose::No, m, n, k, 0.5f,
          a.data(), lda, b.data(), ldb, 2.0f, c.data(), ldc);
    for (int i = 0; i < m; ++i)
        for (int j = 0; j < ldc; ++j) {
            const auto at = std::size_t(i * ldc + j);
            if (j >= n) {
                QVERIFY(c[at] == before[at]);
                continue;
            }
            double sum = 0.0, size = 0.0;
            for (int l = 0; l < k; ++l) {
                const double term = double(a[std::size_t(transA ? l * lda + i : i * lda + l)]) *
                                    double(b[std::size_t(transB ? j * ldb + l : l * ldb + j)]);
                sum += term;
                size += std::abs(term);
            }
            const double wanted = 0.5 * sum + 2.0 * double(before[at]);
            QVERIFY(std::abs(double(c[at]) - wanted) <=
                    (k + 2) * epsilon * (0.5 * size + 2.0 * std::abs(double(before[at]))));
        }
}

void TestKernels::theWidestSetIsChosen()
{
    if (!qEnvironmentVariableIsEmpty("TERNBENCH_SIMD"))
        QSKIP("TERNBENCH_SIMD narrows the choice");
    const Kernels* widest = avx512Kernels() ? avx512Kernels() : avx2Kernels();
    QCOMPARE(std::string(kernels().name), std::string(widest ? widest->name : "portable"));
}

QTEST_GUILESS_MAIN(TestKernels)
#include "tst_kernels.moc"
