#include "core/quantize/normalizer.h"

#include <cmath>
#include <vector>

namespace ternbench {

namespace {

/// Below this share of the layer's root mean square a column or row counts as zero.
constexpr double negligible = 1e-6;

/// factors[i] from squares[i % squares.size()], each a sum of `terms` squares.
void fillFactors(FloatBuffer& factors, const std::vector<double>& squares, double terms, double layerRms)
{
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const double rms = std::sqrt(squares[i % squares.size()] / terms);
        factors[i] = float(rms > negligible * layerRms ? rms : layerRms);
    }
}

} // namespace

Normalizer makeNormalizer(WeightNormalization kind, const float* weights, int rows, int fanIn, int channels)
{
    Normalizer normalizer;
    normalizer.row.assign(std::size_t(rows), 1.0f);
    normalizer.column.assign(std::size_t(fanIn), 1.0f);

    std::vector<double> rowSquares(std::size_t(rows), 0.0);
    std::vector<double> columnSquares(std::size_t(channels), 0.0);
    double all = 0.0;
    for (std::size_t i = 0; i < std::size_t(rows); ++i) {
        for (std::size_t j = 0, channel = 0; j < std::size_t(fanIn); ++j) {
            const double w = weights[i * std::size_t(fanIn) + j];
            rowSquares[i] += w * w;
            columnSquares[channel] += w * w;
            channel = channel + 1 == columnSquares.size() ? 0 : channel + 1;
        }
        all += rowSquares[i];
    }
    const double rms = std::sqrt(all / (double(rows) * double(fanIn)));
    const double layerRms = rms > 0.0 ? rms : 1.0;

    switch (kind) {
    case WeightNormalization::None:
        break;
    case WeightNormalization::Layer:
        // One factor for all rows is a row factor: it folds into the output scale.
        normalizer.row.assign(std::size_t(rows), float(layerRms));
        break;
    case WeightNormalization::Column:
        fillFactors(normalizer.column, columnSquares, double(rows) * (fanIn / channels), layerRms);
        break;
    case WeightNormalization::Row:
        fillFactors(normalizer.row, rowSquares, fanIn, layerRms);
        break;
    }
    fillInverses(normalizer);
    return normalizer;
}

void fillInverses(Normalizer& normalizer)
{
    const auto inverses = [](const FloatBuffer& values) {
        FloatBuffer result(values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            result[i] = 1.0f / values[i];
        return result;
    };
    normalizer.rowInverse = inverses(normalizer.row);
    normalizer.columnInverse = inverses(normalizer.column);
}

} // namespace ternbench
