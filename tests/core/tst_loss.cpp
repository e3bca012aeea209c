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
