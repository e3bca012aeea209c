#include "core/integer/fold.h"

#include "core/error.h"
#include "core/network/output_factors.h"
#include "core/training/statistics.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

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

/// t of a layer, recoded from its shadow weights at the threshold in force.
std::vector<std::int8_t> codedPattern(const LayerState& layer, const Grouping& grouping)
{
    Coding coding = *layer.coding;
    useGrouping(coding, grouping, layer.rows);
    FloatBuffer effective(layer.weights.values.size());
    for (int r = 0; r < layer.rows; ++r)
        codeRow(coding, layer.weights.values.data(), effective.data(), r);
    return patternOf(layer, effective.data());
}

/// The column normalizers of the layer behind. Its inputs lie channels last: the first of them are the
/// channels of one pixel.
std::span<const float> columnsOf(const LayerState* next)
{
    return next ? std::span<const float>(next->coding->normalizer.column) : std::span<const float>();
}

[[noreturn]] void throwTooLarge(const LayerState& layer, std::size_t row, double a)
{
    throw InputError("layer '" + layer.name + "': row " + std::to_string(row) + " has the output factor " +
                     std::to_string(a) + ", which does not fit the " + std::to_string(multiplierBits) +
                     "-bit multiplier; its range must be within -32767..32767");
}

void requantize(IntegerLayer& out, const LayerState& layer, const std::vector<OutputFactor>& factors)
{
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const auto shift = shiftFor(factors[i].slope, factors[i].offset);
        if (!shift)
            throwTooLarge(layer, i, factors[i].slope);
        const std::int64_t half = *shift > 0 ? std::int64_t{1} << (*shift - 1) : 0;
        out.multiplier.push_back(std::int32_t(std::llround(std::ldexp(factors[i].slope, *shift))));
        out.offset.push_back(std::llround(std::ldexp(factors[i].offset, *shift)) + half);
        out.shift.push_back(std::uint8_t(*shift));
    }
}

/// The last layer's scores are compared with each other: one shift for all, no rounding half.
void keepScores(IntegerLayer& out, const LayerState& layer, const std::vector<OutputFactor>& factors)
{
    OutputFactor largest;
    std::size_t row = 0;
    for (std::size_t i = 0; i < factors.size(); ++i) {
        if (!std::isfinite(factors[i].slope) || !std::isfinite(factors[i].offset))
            throwTooLarge(layer, i, factors[i].slope);
        if (std::abs(factors[i].slope) > largest.slope) {
            largest.slope = std::abs(factors[i].slope);
            row = i;
        }
        largest.offset = std::max(largest.offset, std::abs(factors[i].offset));
    }
    const auto shift = shiftFor(largest.slope, largest.offset);
    if (!shift)
        throwTooLarge(layer, row, largest.slope);
    for (const OutputFactor& factor : factors) {
        out.multiplier.push_back(std::int32_t(std::llround(std::ldexp(factor.slope, *shift))));
        out.offset.push_back(std::llround(std::ldexp(factor.offset, *shift)));
        out.shift.push_back(std::uint8_t(*shift));
    }
}

/// Multipliers ±2^e of hidden rows: ±1 and a shift right, or ±2^e and none. Slopes too small for any shift
/// are 0.
void requantizeByShifts(IntegerLayer& out, const LayerState& layer, const std::vector<OutputFactor>& factors)
{
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const OutputFactor factor = factors[i].times(powerOfTwoCorrection(factors[i].slope, 1.0));
        const int exponent = powerOfTwoExponent(factor.slope).value_or(-finestShift - 1);
        const int shift = std::clamp(-exponent, 0, finestShift);
        const double multiplier = std::round(std::ldexp(factor.slope, shift)); // 0, ±1, or ±2^exponent
        if (std::abs(multiplier) > multiplierLimit ||
            !(std::abs(std::ldexp(factor.offset, shift)) < offsetLimit))
            throwTooLarge(layer, i, factor.slope);
        const std::int64_t half = shift > 0 ? std::int64_t{1} << (shift - 1) : 0;
        out.multiplier.push_back(std::int32_t(multiplier));
        out.offset.push_back(std::llround(std::ldexp(factor.offset, shift)) + half);
        out.shift.push_back(std::uint8_t(shift));
    }
}

/// The scores in units of the largest slope: each slope becomes a power of two of it.
std::vector<OutputFactor> scoresByShifts(std::vector<OutputFactor> factors)
{
    const double unit = largestSlope(factors);
    for (OutputFactor& factor : factors) {
        factor = factor.times(powerOfTwoCorrection(factor.slope, unit));
        factor.slope /= unit;
        factor.offset /= unit;
    }
    return factors;
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
            if (layer->coding->code.isFloat())
                throw InputError(
                    "layer '" + layer->name +
                    "' has float weights, which the integer model does not have: a network that is "
                    "to be exported needs 8-bit weights or an (N,K) code in every layer");
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

/// Where the positions of the balanced order stand in the layer's own coded order.
std::vector<std::int32_t> permutationOf(const Coding& coding, const Grouping& ofLayer)
{
    std::vector<std::int32_t> positionOf(coding.balanced.size());
    for (std::size_t p = 0; p < positionOf.size(); ++p)
        positionOf[std::size_t(ofLayer.at(int(p)))] = std::int32_t(p);
    std::vector<std::int32_t> permutation;
    for (const int index : coding.balanced)
        permutation.push_back(positionOf[std::size_t(index)]);
    return permutation;
}

void foldWeights(IntegerLayer& out, const LayerState& layer, const Grouping& grouping,
                 const std::vector<OutputFactor>& factors, Requantization requantization, bool last)
{
    const bool shifts = requantization == Requantization::PowerOfTwo;
    out.rows = layer.rows;
    out.fanIn = layer.fanIn;
    out.code = layer.coding->code;
    out.permutation = permutationOf(*layer.coding, grouping);
    out.weights = codedPattern(layer, grouping);
    if (last)
        keepScores(out, layer, shifts ? scoresByShifts(factors) : factors);
    else if (shifts)
        requantizeByShifts(out, layer, factors);
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
                        outputFactors(layer, inputScale, columnsOf(behind), behind ? outputScale : 1.0),
                        network.requantization, behind == nullptr);
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
