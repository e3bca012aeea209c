#include "core/training/loss.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ternbench {

namespace {

/// log sum exp of row/temperature, without overflow.
double logSumExp(const float* row, int classes, double temperature)
{
    const double largest = double(*std::max_element(row, row + classes));
    double total = 0.0;
    for (int j = 0; j < classes; ++j)
        total += std::exp((double(row[j]) - largest) / temperature);
    return largest / temperature + std::log(total);
}

/// Turns `gradient` of one image, weighted by 1, into (1 - weight)·gradient + weight·T·(softmax(scores/T) -
/// softmax(teacher/T)), the derivative of weight·T^2·cross entropy at temperature T.
void addTeacher(const Objective::Teacher& teacher, const float* taught, const float* scores, int classes,
                std::vector<double>& gradient)
{
    const double t = teacher.temperature;
    const double logTaught = logSumExp(taught, classes, t), logScores = logSumExp(scores, classes, t);
    for (int j = 0; j < classes; ++j) {
        const double difference =
            std::exp(double(scores[j]) / t - logScores) - std::exp(double(taught[j]) / t - logTaught);
        double& value = gradient[std::size_t(j)];
        value = (1.0 - teacher.weight) * value + teacher.weight * t * difference;
    }
}

} // namespace

LossSums softmaxCrossEntropy(const float* scores, const std::uint8_t* labels, int batch, int classes,
                             float* gradient, const Objective& objective)
{
    LossSums sums;
    std::vector<double> ofImage(static_cast<std::size_t>(classes));
    const double spread = objective.smoothing / classes;
    for (int b = 0; b < batch; ++b) {
        const float* row = scores + std::ptrdiff_t(b) * classes;
        const float* largest = std::max_element(row, row + classes); // the first of equals
        double total = 0.0;
        for (int j = 0; j < classes; ++j)
            total += std::exp(double(row[j]) - double(*largest));
        const double logTotal = double(*largest) + std::log(total);
        sums.loss += logTotal - double(row[labels[b]]);
        sums.errors += largest - row != labels[b] ? 1 : 0;
        if (!gradient)
            continue;
        for (int j = 0; j < classes; ++j) {
            const double wanted = (j == labels[b] ? 1.0 - objective.smoothing : 0.0) + spread;
            ofImage[std::size_t(j)] = std::exp(double(row[j]) - logTotal) - wanted;
        }
        if (objective.teacher)
            addTeacher(*objective.teacher, objective.teacher->scores + std::ptrdiff_t(b) * classes, row,
                       classes, ofImage);
        float* out = gradient + std::ptrdiff_t(b) * classes;
        for (int j = 0; j < classes; ++j)
            out[j] = float(ofImage[std::size_t(j)] / batch);
    }
    return sums;
}

} // namespace ternbench
