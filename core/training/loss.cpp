#include "core/training/loss.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

LossSums softmaxCrossEntropy(const float* scores, const std::uint8_t* labels, int batch, int classes,
                             float* gradient)
{
    LossSums sums;
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
        float* out = gradient + std::ptrdiff_t(b) * classes;
        for (int j = 0; j < classes; ++j) {
            const double probability = std::exp(double(row[j]) - logTotal);
            out[j] = float((probability - (j == labels[b] ? 1.0 : 0.0)) / batch);
        }
    }
    return sums;
}

} // namespace ternbench
