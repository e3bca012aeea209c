#include "core/integer/fold.h"

#include "core/error.h"
#include "core/training/statistics.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

/// Real factors of a row: the next integer (before rounding) is a·acc + c.
struct RowFactors
{
    double a = 0.0, c = 0.0;
};

constexpr double multiplierLimit = (1 << (multiplierBits - 1)) - 1;
/// |offset| stays below 2^60, so that adding |acc·multiplier| < 2^60 cannot overflow 64 bits.
constexpr double offsetLimit = 0x1.0p60;
/// A finer shift than this buys nothing: the multiplier already has its 15 bits.
constexpr int finestShift = 40;

/// The largest shift at which multiplier and offset fit; nothing when they do not fit even at 0.
std::optional<int> shiftFor(double a, double c)
{
    for (int shift = finestShift; shift >= 0; --shift)
        if (std::abs(std::ldexp(a, shift)) <= multiplierLimit && std::abs(std::ldexp(c, shift)) < offsetLimit)
            return shift;
    return std::nullopt;
}

/// `next`: the layer with weights behind this one, whose column factors the outputs take; null for scores.
std::vector<RowFactors> rowFactors(const LayerState& layer, double inputScale, const LayerState* next,
                                   double outputScale)
{
    std::vector<RowFactors> factors(std::size_t(layer.rows));
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const double z = layer.coding->scale * double(layer.coding->normalizer.row[i]) * inputScale;
        // Inputs of the next layer lie channels last: the first of them are the channels of one pixel.
        const double unit = next ? double(next->coding->normalizer.column[i]) / outputScale : 1.0;
        if (layer.gamma.values.empty()) {
            factors[i] = {z * unit, double(layer.beta.values[i]) * unit};
            continue;
        }
        const double deviation = std::sqrt(double(layer.runningVariance[i]) + batchNormEpsilon);
        const double gain = double(layer.gamma.values[i]) / deviation;
        factors[i] = {gain * z * unit,
                      (double(layer.beta.values[i]) - gain * double(layer.runningMean[i])) * unit};
    }
    return factors;
}

/// t of a layer, recoded from its shadow weights at the threshold in force.
std::vector<std::int8_t> codedPattern(const LayerState& layer, const Grouping& grouping)
{
    Coding coding = *layer.coding;
    coding.grouping = grouping;
    FloatBuffer effective(layer.weights.values.size());
    for (int r = 0; r < layer.rows; ++r)
        codeRow(coding, layer.weights.values.data(), effective.data(), r);
    return patternOf(layer, effective.data());
}

[[noreturn]] void throwTooLarge(const LayerState& layer, std::size_t row, double a)
{
    throw InputError("layer '" + layer.name + "': row " + std::to_string(row) + " has the output factor " +
                     std::to_string(a) + ", which does not fit the " + std::to_string(multiplierBits) +
                     "-bit multiplier; its range must be within -32767..32767");
}

void requantize(IntegerLayer& out, const LayerState& layer, const std::vector<RowFactors>& factors)
{
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const auto shift = shiftFor(factors[i].a, factors[i].c);
        if (!shift)
            throwTooLarge(layer, i, factors[i].a);
        const std::int64_t half = *shift > 0 ? std::int64_t{1} << (*shift - 1) : 0;
        out.multiplier.push_back(std::int32_t(std::llround(std::ldexp(factors[i].a, *shift))));
        out.offset.push_back(std::llround(std::ldexp(factors[i].c, *shift)) + half);
        out.shift.push_back(std::uint8_t(*shift));
    }
}

/// The last layer's scores are compared with each other: one shift for all, no rounding half.
void keepScores(IntegerLayer& out, const LayerState& layer, const std::vector<RowFactors>& factors)
{
    RowFactors largest;
    std::size_t row = 0;
    for (std::size_t i = 0; i < factors.size(); ++i) {
        if (!std::isfinite(factors[i].a) || !std::isfinite(factors[i].c))
            throwTooLarge(layer, i, factors[i].a);
        if (std::abs(factors[i].a) > largest.a) {
            largest.a = std::abs(factors[i].a);
            row = i;
        }
        largest.c = std::max(largest.c, std::abs(factors[i].c));
    }
    const auto shift = shiftFor(largest.a, largest.c);
    if (!shift)
        throwTooLarge(layer, row, largest.a);
    for (const RowFactors& factor : factors) {
        out.multiplier.push_back(std::int32_t(std::llround(std::ldexp(factor.a, *shift))));
        out.offset.push_back(std::llround(std::ldexp(factor.c, *shift)));
        out.shift.push_back(std::uint8_t(*shift));
    }
}

/// A checkpoint from a file may be of another network than the document beside it.
void checkShapes(const NetworkSpec& network, const EngineState& state, TensorShape shape)
{
    const auto withWeights = std::size_t(std::ranges::count_if(network.layers, &LayerSpec::hasWeights));
    if (state.layers.empty() || state.layers.size() != withWeights)
        throw InputError("checkpoint: " + std::to_string(state.layers.size()) +
                         " layers with weights, the experiment has " + std::to_string(withWeights));
    auto layer = state.layers.begin();
    for (const LayerSpec& spec : network.layers) {
        if (shapeProblem(spec, shape))
            throw InputError("layer '" + spec.name + "' does not fit inputs of " + toString(shape));
        if (spec.hasWeights()) {
            if (layer->rows != spec.outputs || layer->fanIn != fanInOf(spec, shape))
                throw InputError("checkpoint: layer '" + layer->name + "' is " + std::to_string(layer->rows) +
                                 " x " + std::to_string(layer->fanIn) +
                                 ", which does not fit the experiment");
            if (!layer->coding)
                throw InputError(
                    "layer '" + layer->name +
                    "' is still float: only a network that reached a coded stage can be exported");
            ++layer;
        }
        shape = outputShape(spec, shape);
    }
}

/// `column`: the factors of the first layer's inputs, of each input or of each channel.
InputTable foldInput(const InputStage& input, std::span<const float> column, double scale, int inputs)
{
    InputTable table;
    table.inputs = inputs;
    table.perInput = std::ranges::any_of(column, [&](float c) { return c != column.front(); });
    const int columns = table.perInput ? table.inputs : 1;
    for (int byte = 0; byte < 256; ++byte)
        for (int j = 0; j < columns; ++j) {
            const double q =
                (byte - input.zero) * input.gain * double(column[std::size_t(j) % column.size()]) / scale;
            // std::round: halves away from zero, as the format says
            table.values.push_back(
                std::int16_t(std::clamp(std::round(q), double(input.lo), double(input.hi))));
        }
    return table;
}

void foldWeights(IntegerLayer& out, const LayerState& layer, const Grouping& grouping,
                 const std::vector<RowFactors>& factors, bool last)
{
    out.rows = layer.rows;
    out.fanIn = layer.fanIn;
    out.code = layer.coding->code;
    out.weights = codedPattern(layer, grouping);
    if (last)
        keepScores(out, layer, factors);
    else
        requantize(out, layer, factors);
}

void foldPooling(IntegerLayer& out)
{
    if (out.kind != LayerKind::AveragePool)
        return;
    const AverageRounding rounding = averageRounding(out.window.kernel * out.window.kernel);
    out.multiplier = {rounding.multiplier};
    out.offset = {rounding.offset};
    out.shift = {rounding.shift};
}

} // namespace

IntegerNetwork fold(const NetworkSpec& network, const EngineState& state, const InputStage& input,
                    const TensorShape& inputShape)
{
    checkShapes(network, state, inputShape);
    IntegerNetwork folded;
    const std::span<const float> inputColumns = state.layers.front().coding->normalizer.column;
    const bool image = network.layers.front().kind == LayerKind::Conv2d;
    folded.input =
        foldInput(input, image ? inputColumns.first(std::size_t(inputShape.channels)) : inputColumns,
                  state.inputScale, inputShape.size());

    TensorShape shape = inputShape;
    double inputScale = state.inputScale;
    int activationBits = inputBits;
    std::size_t next = 0; // layer with weights
    for (const LayerSpec& spec : network.layers) {
        IntegerLayer out;
        out.kind = spec.kind;
        out.name = spec.name;
        if (spec.kind != LayerKind::Linear) {
            out.input = shape;
            out.window = spec.window;
            out.groupAxis = spec.groupAxis;
        }
        if (spec.hasWeights()) {
            const LayerState& layer = state.layers[next++];
            const LayerState* behind = next < state.layers.size() ? &state.layers[next] : nullptr;
            activationBits = spec.activationBits;
            const double outputScale = layer.clip / double((1 << activationBits) - 1);
            out.activationBits = activationBits;
            foldWeights(out, layer, groupingOf(spec, shape),
                        rowFactors(layer, inputScale, behind, outputScale), behind == nullptr);
            inputScale = outputScale;
        } else {
            out.activationBits = activationBits; // pooling keeps the scale
            foldPooling(out);
        }
        shape = outputShape(spec, shape);
        folded.layers.push_back(std::move(out));
    }
    setAccumulatorBits(folded);
    return folded;
}

} // namespace ternbench
