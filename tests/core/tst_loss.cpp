#include "core/random.h"
#include "core/training/loss.h"

#include <QTest>

#include <cmath>
#include <vector>

using namespace ternbench;

class TestLoss : public QObject
{
    Q_OBJECT

private slots:
    void knownValues();
    void gradientMatchesDifferences();
    void objectivesGradientMatchesDifferences_data();
    void objectivesGradientMatchesDifferences();
    void objectiveLeavesTheLossToldAlone();
    void extremeScores();
    void tiesCountAsTheLowestClass();
};

void TestLoss::knownValues()
{
    const std::vector<float> scores{0, 0, 0, 0, /**/ std::log(3.0f), 0, 0, 0};
    const std::vector<std::uint8_t> labels{2, 0};
    std::vector<float> gradient(8);
    const LossSums sums = softmaxCrossEntropy(scores.data(), labels.data(), 2, 4, gradient.data());
    // ln 4, and -ln(3/6); log(3) was rounded to float.
    QVERIFY(std::abs(sums.loss - (std::log(4.0) + std::log(2.0))) < 0x1.0p-23);
    QCOMPARE(sums.errors, 1); // four equal scores are class 0
    QVERIFY(gradient[0] == 0.125f && gradient[2] == -0.375f);
    QVERIFY(std::abs(gradient[4] + 0.25f) < 0x1.0p-23f);
}

void TestLoss::gradientMatchesDifferences()
{
    constexpr int batch = 3, classes = 5;
    Random random(1, 500);
    std::vector<float> scores(batch * classes), gradient(batch * classes);
    for (float& score : scores)
        score = float(2.0 * random.normal());
    const std::vector<std::uint8_t> labels{1, 4, 0};
    softmaxCrossEntropy(scores.data(), labels.data(), batch, classes, gradient.data());
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const auto lossAt = [&](float moved) {
            std::vector<float> copy = scores;
            copy[i] = moved;
            return softmaxCrossEntropy(copy.data(), labels.data(), batch, classes, nullptr).loss / batch;
        };
        const float up = scores[i] + 0x1.0p-8f, down = scores[i] - 0x1.0p-8f; // h keeps the sums exact enough
        const double slope = (lossAt(up) - lossAt(down)) / (double(up) - double(down));
        // The third derivative of a softmax loss is below 1/8: truncation h²/6/8, plus float's rounding.
        QVERIFY(std::abs(slope - double(gradient[i])) < 0x1.0p-16 / 48.0 + 0x1.0p-23);
    }
}

void TestLoss::objectivesGradientMatchesDifferences_data()
{
    QTest::addColumn<double>("smoothing");
    QTest::addColumn<double>("weight");
    QTest::addColumn<double>("temperature");
    QTest::newRow("smoothed labels") << 0.1 << 0.0 << 1.0;
    QTest::newRow("teacher alone") << 0.0 << 1.0 << 4.0;
    QTest::newRow("labels and a cold teacher") << 0.0 << 0.3 << 0.5;
    QTest::newRow("all") << 0.2 << 0.6 << 2.0;
}

void TestLoss::objectivesGradientMatchesDifferences()
{
    QFETCH(double, smoothing);
    QFETCH(double, weight);
    QFETCH(double, temperature);
    constexpr int classes = 5;
    Random random(2, 500);
    std::vector<float> scores(classes), taught(classes), gradient(classes);
    for (std::vector<float>* row : {&scores, &taught})
        for (float& score : *row)
            score = float(2.0 * random.normal());
    const std::uint8_t label = 3;
    const auto softmax = [](const std::vector<double>& row, double t) {
        std::vector<double> p;
        double total = 0.0;
        for (const double score : row)
            total += std::exp(score / t);
        for (const double score : row)
            p.push_back(std::exp(score / t) / total);
        return p;
    };
    const std::vector<double> target = softmax({taught.begin(), taught.end()}, temperature);
    // The objective as its definition says it, in double precision.
    const auto objective = [&](const std::vector<double>& row) {
        const std::vector<double> plain = softmax(row, 1.0), soft = softmax(row, temperature);
        double labels = 0.0, teacher = 0.0;
        for (std::size_t j = 0; j < classes; ++j) {
            labels -= ((j == label ? 1.0 - smoothing : 0.0) + smoothing / classes) * std::log(plain[j]);
            teacher -= target[j] * std::log(soft[j]);
        }
        return (1.0 - weight) * labels + weight * temperature * temperature * teacher;
    };
    Objective chosen{.smoothing = smoothing};
    if (weight > 0.0)
        chosen.teacher = {.scores = taught.data(), .weight = weight, .temperature = temperature};
    softmaxCrossEntropy(scores.data(), &label, 1, classes, gradient.data(), chosen);
    for (std::size_t i = 0; i < classes; ++i) {
        constexpr double h = 1e-5;
        std::vector<double> up(scores.begin(), scores.end()), down = up;
        up[i] += h;
        down[i] -= h;
        const double slope = (objective(up) - objective(down)) / (2.0 * h);
        // Differences of values around 10 in double precision, and the gradient's rounding to float.
        QVERIFY(std::abs(slope - double(gradient[i])) < 1e-9 + 0x1.0p-22 * std::abs(slope));
    }
}

void TestLoss::objectiveLeavesTheLossToldAlone()
{
    const std::vector<float> scores{1, 2, 3}, taught{3, 0, 0};
    const std::uint8_t label = 1;
    const double plain = softmaxCrossEntropy(scores.data(), &label, 1, 3, nullptr).loss;
    std::vector<float> gradient(3);
    const Objective objective{.smoothing = 0.1, .teacher = Objective::Teacher{taught.data(), 0.5, 4.0}};
    QCOMPARE(softmaxCrossEntropy(scores.data(), &label, 1, 3, gradient.data(), objective).loss, plain);
}

void TestLoss::extremeScores()
{
    const std::vector<float> scores{3e38f, -3e38f, 0, /**/ -3e38f, -3e38f, -3e38f};
    const std::vector<std::uint8_t> labels{0, 1};
    std::vector<float> gradient(6);
    const LossSums sums = softmaxCrossEntropy(scores.data(), labels.data(), 2, 3, gradient.data());
    QVERIFY(std::isfinite(sums.loss));
    for (const float value : gradient)
        QVERIFY(std::isfinite(value));
    // The first image is certain and costs nothing. Of the second the logarithm drowns in 3e38.
    QVERIFY(std::abs(sums.loss) <= std::log(3.0));
    const std::vector<float> bad{std::nanf(""), 0, 0};
    QVERIFY(std::isnan(softmaxCrossEntropy(bad.data(), labels.data(), 1, 3, nullptr).loss));
}

void TestLoss::tiesCountAsTheLowestClass()
{
    const std::vector<float> scores{1, 5, 5, /**/ 1, 5, 5};
    const std::vector<std::uint8_t> labels{1, 2};
    QCOMPARE(softmaxCrossEntropy(scores.data(), labels.data(), 2, 3, nullptr).errors, 1);
}

QTEST_GUILESS_MAIN(TestLoss)
#include "tst_loss.moc"
