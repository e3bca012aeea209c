#include "core/code/codebook.h"
#include "core/quantize/coding.h"
#include "core/random.h"
#include "tests/core/kernel_rows.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

using namespace ternbench;

namespace {

constexpr double floatEpsilon = 0x1.0p-24; // rounding of one float operation, relative

/// A row to be coded, with everything the kernel reads.
struct Row
{
    FloatBuffer weights, column, columnInverse;
    float row = 1.0f;
};

Row randomRow(Random& random, int count, bool ties)
{
    Row row;
    for (int j = 0; j < count; ++j) {
        // With ties: five magnitudes, both zeros among them.
        const float coarse = float(int(random.below(9)) - 4) * 0.25f;
        const float tied = coarse == 0.0f && random.below(2) ? -0.0f : coarse;
        row.weights.push_back(ties ? tied : float(random.normal()));
        row.column.push_back(ties ? 1.0f : float(0.5 + random.uniform()));
    }
    row.row = ties ? 1.0f : float(0.5 + random.uniform());
    row.columnInverse.resize(row.column.size());
    std::ranges::transform(row.column, row.columnInverse.begin(), [](float c) { return 1.0f / c; });
    return row;
}

float magnitudeAt(const Row& row, int j)
{
    const auto at = std::size_t(j);
    return std::abs(row.weights[at] * row.columnInverse[at] * (1.0f / row.row));
}

/// The method as design.md words it: by sorting each group, stably, so that ties go to the lower position.
std::vector<std::int8_t> sortedPattern(const Row& row, const Code& code, float threshold)
{
    const int count = int(row.weights.size());
    std::vector<std::int8_t> pattern(row.weights.size(), 0);
    for (int first = 0; first < count; first += code.groupSize) {
        std::vector<int> members(std::size_t(std::min(code.groupSize, count - first)));
        std::iota(members.begin(), members.end(), first);
        std::ranges::stable_sort(members, std::greater(), [&](int j) { return magnitudeAt(row, j); });
        for (int rank = 0; rank < std::min(int(members.size()), code.maxNonZeros); ++rank) {
            const int j = members[std::size_t(rank)];
            if (magnitudeAt(row, j) > threshold || rank < code.minNonZeros())
                pattern[std::size_t(j)] = std::signbit(row.weights[std::size_t(j)]) ? -1 : 1;
        }
    }
    return pattern;
}

CodeRowSums codeWith(const Kernels& kernels, const Row& row, const Code& code, float threshold,
                     FloatBuffer& effective)
{
    effective.assign(row.weights.size(), std::nanf("")); // every value must be written
    return kernels.codeRow({.weights = row.weights.data(),
                            .columnInverse = row.columnInverse.data(),
                            .column = row.column.data(),
                            .rowInverse = 1.0f / row.row,
                            .row = row.row,
                            .count = int(row.weights.size()),
                            .groupSize = code.groupSize,
                            .minNonZeros = code.minNonZeros(),
                            .maxNonZeros = code.maxNonZeros,
                            .threshold = threshold,
                            .effective = effective.data()});
}

/// What is wrong with one coded row, or an empty text.
QString rowProblem(const Kernels& kernels, const Row& row, const Code& code, float threshold)
{
    FloatBuffer effective;
    const CodeRowSums sums = codeWith(kernels, row, code, threshold, effective);
    const auto expected = sortedPattern(row, code, threshold);
    double all = 0.0, kept = 0.0;
    std::int64_t nonZeros = 0;
    for (std::size_t j = 0; j < expected.size(); ++j) {
        const float level = row.row * row.column[j];
        if (effective[j] != float(expected[j]) * level)
            return QString("position %1 is %2, must be %3").arg(j).arg(effective[j]).arg(expected[j] * level);
        all += magnitudeAt(row, int(j));
        kept += expected[j] != 0 ? magnitudeAt(row, int(j)) : 0.0;
        nonZeros += expected[j] != 0 ? 1 : 0;
    }
    // Sums may run in float lanes: each of the at most `count` additions rounds by one epsilon of the sum.
    const double tolerance = double(expected.size()) * floatEpsilon * all;
    if (sums.nonZeros != nonZeros)
        return QString("%1 non-zeros, must be %2").arg(sums.nonZeros).arg(nonZeros);
    if (std::abs(sums.allMagnitude - all) > tolerance || std::abs(sums.magnitude - kept) > tolerance)
        return QString("sums %1 and %2, must be %3 and %4")
            .arg(sums.magnitude)
            .arg(sums.allMagnitude)
            .arg(kept)
            .arg(all);
    return {};
}

/// A layer under coding, on one thread, with its squared error in normalized weights.
struct Layer
{
    int rows, fanIn;
    FloatBuffer weights, effective;
    Grouping grouping;
    ThreadPool pool{1};

    Layer(int rowCount, int inputs, std::uint64_t seed) : Layer(rowCount, Grouping::linear(inputs), seed) {}
    Layer(int rowCount, const Grouping& groups, std::uint64_t seed)
        : Layer(rowCount, groups.fanIn, seed, groups)
    {}
    Layer(int rowCount, int inputs, std::uint64_t seed, const Grouping& groups)
        : rows(rowCount), fanIn(inputs), weights(std::size_t(rowCount * inputs)),
          effective(std::size_t(rowCount * inputs)), grouping(groups)
    {
        Random random(seed, 200);
        for (std::size_t i = 0; i < weights.size(); ++i) // columns of unlike strength
            weights[i] = float(random.normal() * (0.1 + double(i % std::size_t(inputs)) / inputs));
    }

    Coding begin(QuantizerMethod method, const Code& code,
                 WeightNormalization normalization = WeightNormalization::Column)
    {
        return beginCoding({.method = method, .normalization = normalization, .code = code}, matrix(), pool);
    }
    CodedMatrix matrix() { return {weights.data(), effective.data(), rows, grouping, fanIn}; }
    void codeAll(Coding& coding)
    {
        for (int r = 0; r < rows; ++r)
            codeRow(coding, weights.data(), effective.data(), r);
    }
    double normalized(const Coding& coding, std::size_t i) const
    {
        const auto inputs = std::size_t(fanIn);
        return double(weights[i] * coding.normalizer.columnInverse[i % inputs] *
                      coding.normalizer.rowInverse[i / inputs]);
    }
    double squaredError(const Coding& coding) const
    {
        double sum = 0.0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const int t = (effective[i] > 0.0f) - (effective[i] < 0.0f);
            const double difference = normalized(coding, i) - coding.scale * t;
            sum += difference * difference;
        }
        return sum;
    }
    double meanMagnitude(const Coding& coding) const
    {
        double sum = 0.0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            sum += std::abs(normalized(coding, i));
        return sum / double(weights.size());
    }
};

double rootMeanSquare(const Layer& layer, const Normalizer& normalizer, int row, int column)
{
    double sum = 0.0;
    int count = 0;
    for (int i = 0; i < layer.rows; ++i)
        for (int j = 0; j < layer.fanIn; ++j) {
            if ((row >= 0 && i != row) || (column >= 0 && j != column))
                continue;
            const double u = double(layer.weights[std::size_t(i * layer.fanIn + j)]) /
                             (double(normalizer.row[std::size_t(i)]) * normalizer.column[std::size_t(j)]);
            sum += u * u;
            ++count;
        }
    return std::sqrt(sum / count);
}

} // namespace

class TestCoding : public QObject
{
    Q_OBJECT

private slots:
    void kernelsFollowTheRule_data() { addKernelRows(); }
    void kernelsFollowTheRule();
    void tiesGoToTheLowerPosition_data() { addKernelRows(); }
    void tiesGoToTheLowerPosition();
    void thresholdItselfIsNotKept_data() { addKernelRows(); }
    void thresholdItselfIsNotKept();
    void projectionIsOptimal_data();
    void projectionIsOptimal();
    void lloydNeverRaisesTheError_data();
    void lloydNeverRaisesTheError();
    void settlesAtAFixedPoint();
    void twnThreshold();
    void frozenScaleStays();
    void nothingAboveTheThresholdKeepsTheScale();
    void normalizers();
    void negligibleColumnsAreNotBlownUp();
    void renormalizingFollowsTheWeights();
    void sameBitsForAnyNumberOfThreads();
};

void TestCoding::kernelsFollowTheRule()
{
    FETCH_KERNELS(kernels);
    Random random(1, 201);
    for (int n = 1; n <= maxGroupSize; ++n)
        for (int k = 1; k <= n; k = k < 5 ? k + 1 : k + 7)
            for (const CodeFamily family : {CodeFamily::AtMostK, CodeFamily::ExactlyK, CodeFamily::Trimmed})
                // Whole groups, and tails of many lengths; more rows where kernels have a way of their own.
                for (int i = 0; i < (n == 8 || n == 4 ? 40 : 4); ++i) {
                    const int count = std::array{n, 3 * n + 1, 64, 101}[std::size_t(i % 4)];
                    const Code code{n, k, family};
                    const bool ties = random.below(2) == 1;
                    const float threshold = ties ? 0.25f * float(random.below(4)) : 0.5f;
                    const Row row = randomRow(random, count, ties);
                    const QString problem = rowProblem(*kernels, row, code, threshold);
                    QVERIFY2(problem.isEmpty(), qPrintable(QString("%1, %2 weights, ties %3: %4")
                                                               .arg(toString(code).c_str())
                                                               .arg(count)
                                                               .arg(ties)
                                                               .arg(problem)));
                }
}

void TestCoding::tiesGoToTheLowerPosition()
{
    FETCH_KERNELS(kernels);
    Row row;
    row.weights = {-1, 1, 1, -1, 1, 1, -1, 1, /**/ 0, -1, 2, 1, -1, -2, 1, 0};
    row.column = row.columnInverse = FloatBuffer(16, 1.0f);
    FloatBuffer effective;
    QCOMPARE(codeWith(*kernels, row, {8, 2}, 0.5f, effective).nonZeros, std::int64_t{4});
    QCOMPARE(effective, (FloatBuffer{-1, 1, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 1, 0, 0, -1, 0, 0}));
    codeWith(*kernels, row, {4, 1}, 0.5f, effective);
    QCOMPARE(effective, (FloatBuffer{-1, 0, 0, 0, 1, 0, 0, 0, /**/ 0, 0, 1, 0, 0, -1, 0, 0}));
    // Nothing but zeros: a family with a least number of non-zeros takes the first all the same.
    row.weights.assign(16, 0.0f);
    row.weights[8] = -0.0f;
    codeWith(*kernels, row, {8, 2, CodeFamily::Trimmed}, 0.5f, effective);
    QCOMPARE(effective, (FloatBuffer{1, 0, 0, 0, 0, 0, 0, 0, /**/ -1, 0, 0, 0, 0, 0, 0, 0}));
    QCOMPARE(codeWith(*kernels, row, {8, 2}, 0.5f, effective).nonZeros, std::int64_t{0});
}

void TestCoding::thresholdItselfIsNotKept()
{
    FETCH_KERNELS(kernels);
    for (const int n : {3, 4, 8, 9}) {
        Row row;
        row.weights.assign(std::size_t(n), 0.5f);
        row.weights.back() = std::nextafter(0.5f, 1.0f);
        row.column = row.columnInverse = FloatBuffer(std::size_t(n), 1.0f);
        for (const int k : {2, n}) { // n: the loop for plain ternary
            FloatBuffer effective;
            QCOMPARE(codeWith(*kernels, row, {n, k}, 0.5f, effective).nonZeros, std::int64_t{1});
            QVERIFY(effective.back() == 1.0f);
        }
    }
}

void TestCoding::projectionIsOptimal_data()
{
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<CodeFamily>("family");
    for (const auto& [n, k] : {std::pair{4, 1}, {4, 2}, {4, 3}, {4, 4}, {5, 2}, {8, 2}, {8, 3}})
        for (const CodeFamily family : {CodeFamily::AtMostK, CodeFamily::ExactlyK, CodeFamily::Trimmed})
            QTest::newRow(toString(Code{n, k, family}).c_str()) << n << k << family;
}

void TestCoding::projectionIsOptimal()
{
    QFETCH(int, n);
    QFETCH(int, k);
    QFETCH(CodeFamily, family);
    const Code code{n, k, family};
    const auto table = Codebook(code).table();
    constexpr double scale = 1.25; // D/2 is a float without rounding
    Random random(2, 202);
    for (int trial = 0; trial < 50; ++trial) {
        Row row = randomRow(random, n, trial % 2 == 0);
        row.column = row.columnInverse = FloatBuffer(std::size_t(n), 1.0f);
        row.row = 1.0f;
        FloatBuffer effective;
        codeWith(kernels(), row, code, float(scale / 2), effective);
        const auto error = [&](auto pattern) {
            double sum = 0.0;
            for (int j = 0; j < n; ++j) {
                const double difference = double(row.weights[std::size_t(j)]) - scale * double(pattern[j]);
                sum += difference * difference;
            }
            return sum;
        };
        double least = error(table.data());
        for (std::size_t index = 1; index < table.size() / std::size_t(n); ++index)
            least = std::min(least, error(table.data() + index * std::size_t(n)));
        // Two patterns of equal error may sum differently in the last bits of a double.
        QVERIFY2(error(effective.data()) <= least * (1.0 + 1e-12), "a pattern of the table is nearer");
    }
}

void TestCoding::lloydNeverRaisesTheError_data()
{
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::addColumn<CodeFamily>("family");
    for (const auto& [n, k] : {std::pair{8, 2}, {8, 8}, {4, 1}, {16, 3}})
        for (const CodeFamily family : {CodeFamily::AtMostK, CodeFamily::ExactlyK, CodeFamily::Trimmed})
            QTest::newRow(toString(Code{n, k, family}).c_str()) << n << k << family;
}

void TestCoding::lloydNeverRaisesTheError()
{
    QFETCH(int, n);
    QFETCH(int, k);
    QFETCH(CodeFamily, family);
    Layer layer(24, 50, 3);
    Coding coding = layer.begin(QuantizerMethod::Lloyd, {n, k, family});
    coding.scale *= 2.0; // far from the fixed point: several rounds to go
    coding.threshold = nextThreshold(coding);
    layer.codeAll(coding);
    double error = layer.squaredError(coding);
    const double first = error;
    // The threshold is D/2 rounded to float, and D a quotient of float sums: each may miss the optimum by so
    // much of an error of this size.
    const double tolerance = 4.0 * double(layer.fanIn) * floatEpsilon * first;
    for (int round = 0; round < 20; ++round) {
        coding.threshold = nextThreshold(coding);
        layer.codeAll(coding);
        const double patternMoved = layer.squaredError(coding);
        QVERIFY(patternMoved <= error + tolerance);
        finishPass(coding);
        error = layer.squaredError(coding);
        QVERIFY(error <= patternMoved + tolerance);
    }
    QVERIFY2(error < 0.99 * first, "the rounds must have had something to improve");
}

void TestCoding::settlesAtAFixedPoint()
{
    Layer layer(40, 64, 4);
    Coding coding = layer.begin(QuantizerMethod::Lloyd, {8, 2});
    QVERIFY(coding.threshold == float(coding.scale / 2.0));
    const FloatBuffer pattern = layer.effective;
    const double scale = coding.scale;
    QCOMPARE(settle(coding, layer.matrix(), layer.pool), 0);
    layer.codeAll(coding);
    finishPass(coding);
    QCOMPARE(layer.effective, pattern);
    QVERIFY(coding.scale == scale);

    coding.scale *= 3.0;
    const int rounds = settle(coding, layer.matrix(), layer.pool);
    QVERIFY(rounds > 1 && rounds < maxLloydRounds);
    QVERIFY(coding.threshold == float(coding.scale / 2.0));
    double kept = 0.0, nonZeros = 0.0;
    for (std::size_t i = 0; i < layer.weights.size(); ++i)
        if (layer.effective[i] != 0.0f) {
            kept += std::abs(layer.normalized(coding, i));
            ++nonZeros;
        }
    QVERIFY(std::abs(coding.scale - kept / nonZeros) <= layer.fanIn * floatEpsilon * coding.scale);
}

void TestCoding::twnThreshold()
{
    Layer layer(30, 40, 5);
    for (const Code& code : {Code{8, 8}, Code{8, 2}}) {
        const Coding coding = layer.begin(QuantizerMethod::Twn, code);
        const double wanted = 0.7 * layer.meanMagnitude(coding);
        QVERIFY(std::abs(double(coding.threshold) - wanted) <= layer.fanIn * floatEpsilon * wanted);
        for (std::size_t i = 0; i < layer.weights.size(); ++i) {
            const bool above = std::abs(layer.normalized(coding, i)) > double(coding.threshold);
            QVERIFY(above || layer.effective[i] == 0.0f);
            QVERIFY(code.maxNonZeros < 8 || above == (layer.effective[i] != 0.0f));
        }
    }
}

void TestCoding::frozenScaleStays()
{
    Layer layer(30, 40, 6);
    const double lloyd = layer.begin(QuantizerMethod::Lloyd, {8, 3}).scale;
    Coding coding = layer.begin(QuantizerMethod::Frozen, {8, 3});
    QVERIFY(coding.scale == lloyd); // found as Lloyd does
    for (float& weight : layer.weights)
        weight *= 3.0f;
    coding.threshold = nextThreshold(coding);
    layer.codeAll(coding);
    finishPass(coding);
    QVERIFY(coding.scale == lloyd);
    QVERIFY(coding.threshold == float(lloyd / 2.0));
    coding.method = QuantizerMethod::Lloyd;
    finishPass(coding);
    QVERIFY(coding.scale > 2.0 * lloyd);
}

void TestCoding::nothingAboveTheThresholdKeepsTheScale()
{
    Layer layer(4, 16, 7);
    Coding coding = layer.begin(QuantizerMethod::Lloyd, {8, 2}, WeightNormalization::None);
    const double scale = coding.scale;
    std::ranges::fill(layer.weights, 0.0f);
    layer.codeAll(coding);
    finishPass(coding);
    QVERIFY(coding.scale == scale); // not 0/0
}

void TestCoding::normalizers()
{
    const Layer layer(12, 20, 8);
    const auto make = [&](WeightNormalization kind) {
        return makeNormalizer(kind, layer.weights.data(), layer.rows, layer.fanIn, layer.fanIn);
    };
    // The factor is the double's root mean square rounded to float: relative error of one epsilon, here
    // doubled for the quotient.
    constexpr double tolerance = 2.0 * floatEpsilon;
    const Normalizer none = make(WeightNormalization::None);
    QCOMPARE(none.row, FloatBuffer(12, 1.0f));
    QCOMPARE(none.column, FloatBuffer(20, 1.0f));
    const Normalizer whole = make(WeightNormalization::Layer);
    QVERIFY(std::abs(rootMeanSquare(layer, whole, -1, -1) - 1.0) <= tolerance);
    QCOMPARE(whole.row, FloatBuffer(12, whole.row.front()));
    QCOMPARE(whole.column, FloatBuffer(20, 1.0f));
    const Normalizer columns = make(WeightNormalization::Column);
    for (int j = 0; j < layer.fanIn; ++j)
        QVERIFY(std::abs(rootMeanSquare(layer, columns, -1, j) - 1.0) <= tolerance);
    QCOMPARE(columns.row, FloatBuffer(12, 1.0f));
    const Normalizer rows = make(WeightNormalization::Row);
    for (int i = 0; i < layer.rows; ++i)
        QVERIFY(std::abs(rootMeanSquare(layer, rows, i, -1) - 1.0) <= tolerance);
    QCOMPARE(rows.column, FloatBuffer(20, 1.0f));
    for (const Normalizer* normalizer : {&none, &whole, &columns, &rows}) {
        for (std::size_t i = 0; i < normalizer->row.size(); ++i)
            QVERIFY(normalizer->rowInverse[i] == 1.0f / normalizer->row[i]);
        for (std::size_t j = 0; j < normalizer->column.size(); ++j)
            QVERIFY(normalizer->columnInverse[j] == 1.0f / normalizer->column[j]);
    }
}

void TestCoding::negligibleColumnsAreNotBlownUp()
{
    // The border pixels of images: inputs that are always the same keep weights of noise.
    Layer layer(10, 8, 9);
    for (int i = 0; i < layer.rows; ++i)
        layer.weights[std::size_t(i * layer.fanIn)] = i % 2 ? 0.0f : 1e-9f;
    const auto kind = WeightNormalization::Column;
    const Normalizer normalizer =
        makeNormalizer(kind, layer.weights.data(), layer.rows, layer.fanIn, layer.fanIn);
    const Normalizer whole = makeNormalizer(WeightNormalization::Layer, layer.weights.data(), layer.rows,
                                            layer.fanIn, layer.fanIn);
    QVERIFY(normalizer.column.front() == whole.row.front());
    const FloatBuffer zeros(80, 0.0f);
    for (const auto each :
         {WeightNormalization::Layer, WeightNormalization::Column, WeightNormalization::Row}) {
        const Normalizer ofNothing = makeNormalizer(each, zeros.data(), 10, 8, 8);
        QCOMPARE(ofNothing.row, FloatBuffer(10, 1.0f));
        QCOMPARE(ofNothing.column, FloatBuffer(8, 1.0f));
    }
}

void TestCoding::renormalizingFollowsTheWeights()
{
    Layer layer(16, 32, 10);
    Coding coding = layer.begin(QuantizerMethod::Lloyd, {8, 2});
    const FloatBuffer before = layer.effective;
    for (std::size_t i = 0; i < layer.weights.size(); ++i)
        layer.weights[i] *= i % 32 < 8 ? 4.0f : 1.0f; // whole columns: the pattern must not change
    renormalize(coding, WeightNormalization::Column, layer.matrix(), layer.pool);
    for (std::size_t i = 0; i < before.size(); ++i)
        QVERIFY(std::abs(layer.effective[i] - before[i] * (i % 32 < 8 ? 4.0f : 1.0f)) <=
                2.0 * floatEpsilon * std::abs(layer.effective[i]));
}

void TestCoding::sameBitsForAnyNumberOfThreads()
{
    Layer layer(130, 48, 11);
    const Coding one = layer.begin(QuantizerMethod::Lloyd, {8, 2});
    for (const int threads : {2, 3, 8}) {
        ThreadPool pool(threads);
        FloatBuffer effective(layer.weights.size());
        const Coding many = beginCoding(
            {.method = QuantizerMethod::Lloyd, .normalization = WeightNormalization::Column, .code = {8, 2}},
            {layer.weights.data(), effective.data(), layer.rows, layer.grouping, layer.fanIn}, pool);
        QVERIFY(many.scale == one.scale);
        QVERIFY(many.threshold == one.threshold);
        QCOMPARE(effective, layer.effective);
    }
}

QTEST_GUILESS_MAIN(TestCoding)
#include "tst_coding.moc"
